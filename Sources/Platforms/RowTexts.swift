internal import SyncCore
internal import WireFormat

/// The texts of a page's rows. They stay where they are; only escaped, ill-formed or composed ones
/// are written anew, behind the page's bytes.
struct RowTexts {
    /// Will stand behind the page.
    private(set) var tail: [UInt8] = []

    /// A number's digits or a string's text; null and booleans are absent.
    mutating func slot(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> Slot {
        switch value.kind {
        case .yes, .no, .null: return .absent
        case .number: return value.slot
        case .string: break
        }
        let bytes = UnsafeRawBufferPointer(rebasing: text[value.slot.range])
        let start = text.count + tail.count
        if value.hasEscapes {
            JSONText.unescape(bytes, into: &tail)
        } else if value.isASCII || JSONText.isUTF8(bytes) {
            return value.slot
        } else {
            // The database holds text: what is no UTF-8 becomes U+FFFD; the raw JSON keeps it.
            tail.append(contentsOf: String(decoding: bytes, as: UTF8.self).utf8)
        }
        return Slot(offset: start, count: text.count + tail.count - start)
    }

    /// The same; an empty text is absent.
    mutating func identifier(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> Slot {
        let id = slot(value, text)
        return id.count == 0 ? .absent : id
    }

    /// The same without blanks around it: of waybill numbers and company names.
    mutating func trimmed(_ value: JSONScalar, _ text: UnsafeRawBufferPointer) -> Slot {
        let whole = slot(value, text)
        guard !whole.isAbsent else { return .absent }
        let range = withBytes(whole, text) { Blanks.trimmed($0) }
        if range.isEmpty { return .absent }
        return Slot(offset: whole.range.lowerBound + range.lowerBound, count: range.count)
    }

    /// A text that no answer holds as such.
    mutating func composed(_ bytes: some Sequence<UInt8>, _ text: UnsafeRawBufferPointer) -> Slot {
        let start = tail.count
        tail.append(contentsOf: bytes)
        return Slot(offset: text.count + start, count: tail.count - start)
    }

    /// The bytes of a slot: of the page, or those behind it.
    func withBytes<Result>(
        _ slot: Slot, _ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        if slot.range.upperBound <= text.count {
            return body(UnsafeRawBufferPointer(rebasing: text[slot.range]))
        }
        let start = slot.range.lowerBound - text.count
        return tail.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[start..<start + slot.range.count]))
        }
    }

    /// Where the object begins that ends with `range`: a reader stands before its white space.
    static func object(in range: Range<Int>, of text: UnsafeRawBufferPointer) -> Range<Int> {
        var start = range.lowerBound
        while start < range.upperBound, text[start] != UInt8(ascii: "{") { start += 1 }
        return start..<range.upperBound
    }
}
