public import SyncCore

/// A forward reader over JSON text that answers byte ranges and allocates nothing.
///
///     try reader.enterObject()
///     while let key = try reader.nextKey() { …read, enter or skip the value… }
///
/// It checks as it reads: structure, numbers and escapes are RFC 8259's, with one exception. Raw
/// control characters inside strings are accepted, because TOP has sent them. The text must outlive
/// the reader. What it enters is at most `depthMax` deep; `skipDeepValue` passes what is deeper.
public struct JSONReader {
    public static let depthMax = 64

    public let text: UnsafeRawBufferPointer
    public private(set) var offset = 0
    /// What was read so far holds a raw control character, or an escape that may stand for no
    /// character: other JSON readers can stumble over it. See `JSONText.repaired`.
    public private(set) var mayNeedRepair = false
    private var depth = 0
    /// A value of the current container was read: a comma or the end has to follow.
    private var isAfterValue = false

    public init(_ text: UnsafeRawBufferPointer) {
        self.text = text
    }

    // MARK: Structure

    public enum Kind: Equatable, Sendable {
        case object
        case array
        case scalar
    }

    /// What value stands next.
    public mutating func peek() throws(JSONError) -> Kind {
        switch try skipSpace() {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        default: return .scalar
        }
    }

    public mutating func enterObject() throws(JSONError) {
        try enter(UInt8(ascii: "{"), "object expected")
    }

    public mutating func enterArray() throws(JSONError) {
        try enter(UInt8(ascii: "["), "array expected")
    }

    /// The next member's key, or nil at the object's end, which is consumed.
    public mutating func nextKey() throws(JSONError) -> ByteRange? {
        if try isAtEnd(UInt8(ascii: "}")) { return nil }
        guard try skipSpace() == UInt8(ascii: "\"") else { throw error("key expected") }
        let key = try readString()
        guard try skipSpace() == UInt8(ascii: ":") else { throw error("colon expected") }
        offset += 1
        isAfterValue = false
        return key.slot
    }

    /// True if the array holds another element; at its end, false, and the end is consumed.
    public mutating func nextElement() throws(JSONError) -> Bool {
        if try isAtEnd(UInt8(ascii: "]")) { return false }
        isAfterValue = false
        return true
    }

    /// Reads a string, number, boolean or null.
    public mutating func readScalar() throws(JSONError) -> JSONScalar {
        let value: JSONScalar
        switch try skipSpace() {
        case UInt8(ascii: "\""): value = try readString()
        case UInt8(ascii: "t"): value = try readWord("true", .yes)
        case UInt8(ascii: "f"): value = try readWord("false", .no)
        case UInt8(ascii: "n"): value = try readWord("null", .null)
        default: value = try readNumber()
        }
        isAfterValue = true
        return value
    }

    /// Reads a value of any kind and answers its bytes.
    @discardableResult
    public mutating func skipValue() throws(JSONError) -> ByteRange {
        _ = try skipSpace()
        let start = offset
        let base = depth
        repeat {
            switch try skipSpace() {
            case UInt8(ascii: "{"):
                try skipObjects()
            case UInt8(ascii: "["):
                try skipArrays()
            default:
                _ = try readScalar()
            }
            try leaveFinished(downTo: base)
        } while depth > base
        return ByteRange(offset: start, count: offset - start)
    }

    /// Nothing but white space follows.
    public mutating func expectEnd() throws(JSONError) {
        while offset < text.count, Self.isSpace(text[offset]) { offset += 1 }
        guard offset == text.count else { throw error("text after the value") }
    }

    /// Passes a value of any depth, in time that grows with its length only. One that is nested
    /// deeper than `depthMax` must cost no more than the row that contains it.
    /// - Returns: its bytes, and how deep its containers are nested.
    @discardableResult
    public mutating func skipDeepValue() throws(JSONError) -> (slot: ByteRange, depth: Int) {
        _ = try skipSpace()
        let start = offset
        var areArrays: [Bool] = []
        var deepest = 0
        repeat {
            let byte = try skipSpace()
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                offset += 1
                depth += 1
                isAfterValue = false
                areArrays.append(byte == UInt8(ascii: "["))
                deepest = max(deepest, areArrays.count)
            } else {
                _ = try readScalar()
            }
            while let isArray = areArrays.last {
                if isArray {
                    if try nextElement() { break }
                } else {
                    if try nextKey() != nil { break }
                }
                areArrays.removeLast()
            }
        } while !areArrays.isEmpty
        return (ByteRange(offset: start, count: offset - start), deepest)
    }

    /// A container that stands next could not be entered.
    public var isAtDepthMax: Bool { depth >= Self.depthMax }

    // MARK: Skipping
    // Bit i of `arrays` says whether the container at depth i is an array.

    private var arrays: UInt64 = 0

    private mutating func skipObjects() throws(JSONError) {
        try enterObject()
        arrays &= ~(1 << UInt64(depth - 1))
    }

    private mutating func skipArrays() throws(JSONError) {
        try enterArray()
        arrays |= 1 << UInt64(depth - 1)
    }

    /// Closes containers until one has another value to read, or depth is `base`.
    private mutating func leaveFinished(downTo base: Int) throws(JSONError) {
        while depth > base {
            if arrays & (1 << UInt64(depth - 1)) != 0 {
                if try nextElement() { return }
            } else {
                if try nextKey() != nil { return }
            }
        }
    }

    // MARK: Scalars

    private mutating func readString() throws(JSONError) -> JSONScalar {
        offset += 1
        let start = offset
        var value = JSONScalar(kind: .string, slot: .absent)
        var seen: UInt64 = 0
        var controls: UInt64 = 0
        while true {
            skipPlain(&seen, &controls)
            guard offset < text.count else { throw error("string does not end") }
            let byte = text[offset]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                value.hasEscapes = true
                try skipEscape()
            } else {
                seen |= UInt64(byte)
                if byte < 0x20 { controls = 1 }
                offset += 1
            }
        }
        if controls != 0 {
            value.hasControls = true
            mayNeedRepair = true
        }
        value.slot = ByteRange(offset: start, count: offset - start)
        value.isASCII = seen & 0x8080_8080_8080_8080 == 0
        offset += 1
        return value
    }

    /// Passes eight bytes at a time while none of them is a quote or a backslash.
    private mutating func skipPlain(_ seen: inout UInt64, _ controls: inout UInt64) {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let blanks: UInt64 = 0x2020_2020_2020_2020
        while offset + 8 <= text.count {
            let word = text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let slash = word ^ (ones &* 0x5C)
            // A zero byte in `quote` or `slash` borrows from its top bit.
            let hit = ((quote &- ones) & ~quote | (slash &- ones) & ~slash) & tops
            guard hit == 0 else {
                let plain = hit.trailingZeroBitCount / 8
                if plain > 0 {
                    let mask: UInt64 = ~0 >> UInt64(64 - plain * 8)
                    seen |= word & mask
                    controls |= ((word | ~mask) &- blanks) & ~(word | ~mask) & tops
                }
                offset += plain
                return
            }
            seen |= word
            // A byte below 0x20 borrows from its top bit.
            controls |= (word &- blanks) & ~word & tops
            offset += 8
        }
    }

    private mutating func skipEscape() throws(JSONError) {
        guard offset + 1 < text.count else { throw error("string does not end") }
        switch text[offset + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            offset += 2
        case UInt8(ascii: "u"):
            guard offset + 6 <= text.count else { throw error("string does not end") }
            for index in (offset + 2)..<(offset + 6) where JSONText.hexValue(text[index]) == nil {
                throw error("four hex digits expected")
            }
            let isZero = text[offset + 2] == 0x30 && text[offset + 3] == 0x30
            if isZero || text[offset + 2] | 0x20 == UInt8(ascii: "d") { mayNeedRepair = true }
            offset += 6
        default:
            throw error("unknown escape")
        }
    }

    private mutating func readNumber() throws(JSONError) -> JSONScalar {
        let start = offset
        if current == UInt8(ascii: "-") { offset += 1 }
        if current == UInt8(ascii: "0") {
            offset += 1
        } else {
            try skipDigits()
        }
        if current == UInt8(ascii: ".") {
            offset += 1
            try skipDigits()
        }
        if let byte = current, byte | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
            try skipDigits()
        }
        return JSONScalar(kind: .number, slot: ByteRange(offset: start, count: offset - start))
    }

    private mutating func skipDigits() throws(JSONError) {
        let start = offset
        while let byte = current, (0x30...0x39).contains(byte) { offset += 1 }
        guard offset > start else { throw error("value expected") }
    }

    private mutating func readWord(
        _ word: StaticString, _ kind: JSONScalar.Kind
    ) throws(JSONError) -> JSONScalar {
        let start = offset
        for index in 0..<word.utf8CodeUnitCount {
            guard current == word.utf8Start[index] else { throw error("value expected") }
            offset += 1
        }
        return JSONScalar(kind: kind, slot: ByteRange(offset: start, count: offset - start))
    }

    // MARK: Helpers

    private var current: UInt8? { offset < text.count ? text[offset] : nil }

    private mutating func skipSpace() throws(JSONError) -> UInt8 {
        while offset < text.count {
            let byte = text[offset]
            if !Self.isSpace(byte) { return byte }
            offset += 1
        }
        throw error("text ends early")
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private mutating func enter(_ bracket: UInt8, _ reason: String) throws(JSONError) {
        guard try skipSpace() == bracket else { throw error(reason) }
        guard !isAtDepthMax else { throw error(JSONError.nestedTooDeep) }
        offset += 1
        depth += 1
        isAfterValue = false
    }

    /// Consumes the container's end, or the comma that another value needs.
    private mutating func isAtEnd(_ bracket: UInt8) throws(JSONError) -> Bool {
        let byte = try skipSpace()
        if byte == bracket {
            offset += 1
            depth -= 1
            isAfterValue = true
            return true
        }
        guard isAfterValue else { return false }
        guard byte == UInt8(ascii: ",") else { throw error("comma expected") }
        offset += 1
        let following = try skipSpace()
        if following == UInt8(ascii: "}") || following == UInt8(ascii: "]") {
            throw error("value expected")
        }
        return false
    }

    private func error(_ reason: String) -> JSONError {
        JSONError(offset: offset, reason: reason)
    }
}
