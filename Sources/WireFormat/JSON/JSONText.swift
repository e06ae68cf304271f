/// Text of JSON strings.
public enum JSONText {
    /// Appends the text that a string's inner bytes stand for. The reader has checked the
    /// escapes; half a surrogate pair becomes U+FFFD, and so does NUL, which ends a text for
    /// SQLite's functions.
    public static func unescape(_ inner: UnsafeRawBufferPointer, into out: inout [UInt8]) {
        var index = 0
        while index < inner.count {
            let byte = inner[index]
            guard byte == UInt8(ascii: "\\"), index + 1 < inner.count else {
                if byte == 0 { out += replacement } else { out.append(byte) }
                index += 1
                continue
            }
            let escape = inner[index + 1]
            guard escape == UInt8(ascii: "u") else {
                out.append(simple(escape))
                index += 2
                continue
            }
            var code = unit(inner, index + 2)
            index += 6
            if (0xD800..<0xDC00).contains(code), index + 6 <= inner.count,
                inner[index] == UInt8(ascii: "\\"), inner[index + 1] == UInt8(ascii: "u")
            {
                let low = unit(inner, index + 2)
                if (0xDC00..<0xE000).contains(low) {
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                    index += 6
                }
            }
            let scalar = code == 0 ? "\u{FFFD}" : Unicode.Scalar(code) ?? "\u{FFFD}"
            out.append(contentsOf: UTF8.encode(scalar)!)  // Every scalar has an encoding.
        }
    }

    /// True if the bytes are well-formed UTF-8.
    public static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            if index + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if word & 0x8080_8080_8080_8080 == 0 {
                    index += 8
                    continue
                }
            }
            guard let length = sequenceLength(bytes, index) else { return false }
            index += length
        }
        return true
    }

    /// How much of the text is UTF-8 beyond ASCII: bytes of characters that take three or more, and
    /// bytes that belong to no character. Two bytes that happen to be one prove nothing.
    public static func utf8Share(
        _ bytes: UnsafeRawBufferPointer
    ) -> (wholeCount: Int, brokenCount: Int) {
        var (whole, broken) = (0, 0)
        var index = 0
        while index < bytes.count {
            let length = sequenceLength(bytes, index)
            if let length, length > 2 { whole += length }
            if length == nil { broken += 1 }
            index += length ?? 1
        }
        return (whole, broken)
    }

    /// Bytes of the well-formed UTF-8 sequence at `index`; nil if there is none.
    static func sequenceLength(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int? {
        let first = bytes[index]
        let length: Int
        let secondRange: ClosedRange<UInt8>
        switch first {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: (length, secondRange) = (2, 0x80...0xBF)
        case 0xE0: (length, secondRange) = (3, 0xA0...0xBF)
        case 0xED: (length, secondRange) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, secondRange) = (3, 0x80...0xBF)
        case 0xF0: (length, secondRange) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, secondRange) = (4, 0x80...0xBF)
        case 0xF4: (length, secondRange) = (4, 0x80...0x8F)
        default: return nil
        }
        guard index + length <= bytes.count, secondRange.contains(bytes[index + 1]) else {
            return nil
        }
        if length > 2, bytes[index + 2] & 0xC0 != 0x80 { return nil }
        if length > 3, bytes[index + 3] & 0xC0 != 0x80 { return nil }
        return length
    }

    /// U+FFFD in UTF-8.
    static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x37)
        case 0x61...0x66: UInt32(byte - 0x57)
        default: nil
        }
    }

    private static func unit(_ inner: UnsafeRawBufferPointer, _ start: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in start..<min(start + 4, inner.count) {
            value = value << 4 | (hexValue(inner[index]) ?? 0)
        }
        return value
    }

    private static func simple(_ escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: escape
        }
    }
}
