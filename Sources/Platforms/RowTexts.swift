internal import SyncCore
internal import WireFormat

/// The texts of a page's rows. They stay where they are; only escaped, ill-formed or composed ones
/// are written anew, behind the page's bytes.
struct RowTexts {
    /// Will stand behind the page.
    private(set) var tail: [UInt8] = []
    /// All of the answer is UTF-8.
    private let isUTF8: Bool

    init(isUTF8: Bool) {
        self.isUTF8 = isUTF8
    }

    /// A number's digits or a string's text; null and booleans are absent.
    mutating func slot(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> ByteRange {
        switch value.kind {
        case .yes, .no, .null: return .absent
        case .number: return value.slot
        case .string: break
        }
        let bytes = UnsafeRawBufferPointer(rebasing: text[value.slot.range])
        let isWellFormed = isUTF8 || value.isASCII || JSONText.isUTF8(bytes)
        if isWellFormed, !value.hasEscapes, !value.hasControls { return value.slot }
        let start = text.count + tail.count
        if isWellFormed {
            JSONText.unescape(bytes, into: &tail)
        } else {
            // The database holds text: what is no UTF-8 becomes U+FFFD.
            var plain: [UInt8] = []
            JSONText.unescape(bytes, into: &plain)
            tail.append(contentsOf: String(decoding: plain, as: UTF8.self).utf8)
        }
        return ByteRange(offset: start, count: text.count + tail.count - start)
    }

    /// The same; an empty text is absent.
    mutating func identifier(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> ByteRange {
        let id = slot(value, text)
        return id.count == 0 ? .absent : id
    }

    /// The same without blanks around it: of waybill numbers and company names.
    mutating func trimmed(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> ByteRange {
        let whole = slot(value, text)
        guard !whole.isAbsent else { return .absent }
        let range = withBytes(whole, text) { Blanks.trimmed($0) }
        if range.isEmpty { return .absent }
        return ByteRange(offset: whole.range.lowerBound + range.lowerBound, count: range.count)
    }

    /// A row's own id, which two members may state; absent with a fault if they state none.
    mutating func ownID(
        _ first: JSONScalar?, _ second: JSONScalar?, _ shape: RowIdentifier.Shape,
        _ text: UnsafeRawBufferPointer, _ faults: inout RowFaults
    ) -> ByteRange {
        let (id, verdict) = identifier(first, second, shape, text)
        switch verdict {
        case .usable: break
        case .absent, .unusable: faults.reject(.unusableID)
        case .contradictory: faults.reject(.contradictoryID)
        }
        return id
    }

    /// What two members together state; the slot is absent unless that is a usable id.
    mutating func identifier(
        _ first: JSONScalar?, _ second: JSONScalar?, _ shape: RowIdentifier.Shape,
        _ text: UnsafeRawBufferPointer
    ) -> (ByteRange, RowIdentifier.Verdict) {
        let stated = [first, second].compactMap(\.self).filter { !$0.isBlank(in: text) }
        if stated.contains(where: { $0.kind == .yes || $0.kind == .no }) {
            return (.absent, .unusable)
        }
        guard let one = stated.first else { return (.absent, .absent) }
        let bytes = UnsafeRawBufferPointer(rebasing: text[one.slot.range])
        let areEqual = stated.allSatisfy { text[$0.slot.range].elementsEqual(bytes) }
        if areEqual, RowIdentifier.isUsable(bytes, shape) { return (one.slot, .usable("")) }
        let texts = stated.map { Blanks.trimmed($0.text(in: text)) }
        let verdict = RowIdentifier.verdict(texts[0], texts.count > 1 ? texts[1] : nil, shape)
        guard case .usable(let id) = verdict else { return (.absent, verdict) }
        return (composed(id.utf8, text), verdict)
    }

    /// An id that the row only refers to: one that went through a floating-point number is left
    /// out.
    mutating func reference(
        _ value: JSONScalar, _ text: UnsafeRawBufferPointer, _ faults: inout RowFaults
    ) -> ByteRange {
        if value.kind == .number || value.kind == .string,
            RowIdentifier.isInexact(text[value.slot.range])
        {
            faults.leaveOut()
            return .absent
        }
        return trimmed(value, text)
    }

    /// A parcel's number; nil for one that went through a floating-point number.
    mutating func waybill(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> ByteRange? {
        if value.kind == .number || value.kind == .string,
            RowIdentifier.isInexactWaybill(text[value.slot.range])
        {
            return nil
        }
        return trimmed(value, text)
    }

    /// Gives every line of an order its own id: what names it, and a number where that is
    /// taken or missing. A row that is read again gets the same ids.
    /// - Parameter base: what a line without an id goes by.
    /// - Returns: whether all had one.
    mutating func nameLines(
        _ range: Range<Int>, of items: inout [ItemRow], _ text: UnsafeRawBufferPointer,
        base: (ItemRow) -> ByteRange
    ) -> Bool {
        if range.count == 1, let only = range.first, !items[only].id.isAbsent { return true }
        var areNamed = true
        var taken: Set<[UInt8]> = []
        // The next number by stem, of lines without an id and of those that share one.
        var next: [Bool: [[UInt8]: Int]] = [:]
        for index in range {
            let isMissing = items[index].id.isAbsent
            let own = bytes(items[index].id, text)
            if !isMissing, taken.insert(own).inserted { continue }
            areNamed = false
            let stem = isMissing ? bytes(base(items[index]), text) : own
            var number = next[isMissing]?[stem] ?? (isMissing ? 1 : 2)
            while !taken.insert(stem + Array("#\(number)".utf8)).inserted { number += 1 }
            items[index].id = composed(stem + Array("#\(number)".utf8), text)
            next[isMissing, default: [:]][stem] = number + 1
        }
        return areNamed
    }

    /// Lines and parcels of one order at most. No order has so many: an answer that does is
    /// rejected before it takes memory and time.
    static let linesMax = 5_000

    func bytes(_ slot: ByteRange, _ text: UnsafeRawBufferPointer) -> [UInt8] {
        slot.isAbsent ? [] : withBytes(slot, text) { Array($0) }
    }

    /// A text that no answer holds as such.
    mutating func composed(_ bytes: some Sequence<UInt8>, _ text: UnsafeRawBufferPointer)
        -> ByteRange
    {
        let start = tail.count
        tail.append(contentsOf: bytes)
        return ByteRange(offset: text.count + start, count: tail.count - start)
    }

    /// The JSON of the object that ends at the reader's place, in a form that SQLite can read:
    /// as it is, or repaired behind the page.
    mutating func raw(from start: Int, _ reader: JSONReader) -> ByteRange {
        let range = Self.object(in: start..<reader.offset, of: reader.text)
        guard !isUTF8 || reader.mayNeedRepair,
            let repaired = JSONText.repaired(
                UnsafeRawBufferPointer(rebasing: reader.text[range]))
        else { return ByteRange(offset: range.lowerBound, count: range.count) }
        return composed(repaired, reader.text)
    }

    /// The bytes of a slot: of the page, or those behind it.
    func withBytes<Result>(
        _ slot: ByteRange, _ text: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        if slot.range.upperBound <= text.count {
            return body(UnsafeRawBufferPointer(rebasing: text[slot.range]))
        }
        let start = slot.range.lowerBound - text.count
        return tail.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[start..<start + slot.range.count]))
        }
    }

    func string(_ slot: ByteRange, _ text: UnsafeRawBufferPointer) -> String? {
        slot.isAbsent ? nil : withBytes(slot, text) { String(decoding: $0, as: UTF8.self) }
    }

    /// Where the object begins that ends with `range`: a reader stands before its white space.
    static func object(in range: Range<Int>, of text: UnsafeRawBufferPointer) -> Range<Int> {
        var start = range.lowerBound
        while start < range.upperBound, text[start] <= 0x20 || text[start] == UInt8(ascii: ",") {
            start += 1
        }
        return start..<range.upperBound
    }
}
