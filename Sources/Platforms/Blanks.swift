/// Blanks that people paste along with waybill numbers and names: control characters, all Unicode
/// spaces (no-break, full-width), zero-width and direction marks, the byte order mark.
enum Blanks {
    /// The part of a UTF-8 text without the blanks around it.
    static func trimmed(_ text: UnsafeRawBufferPointer) -> Range<Int> {
        var range = 0..<text.count
        // Nearly every text begins and ends with a visible ASCII character.
        if let first = text.first, let last = text.last, (0x21...0x7E).contains(first),
            (0x21...0x7E).contains(last)
        {
            return range
        }
        while let count = leading(text[range]) {
            range = range.lowerBound + count..<range.upperBound
        }
        while let count = trailing(text[range]) {
            range = range.lowerBound..<range.upperBound - count
        }
        return range
    }

    static func trimmed(_ text: String) -> String {
        Array(text.utf8).withUnsafeBytes { bytes in
            String(decoding: bytes[trimmed(bytes)], as: UTF8.self)
        }
    }

    /// The length of the blank that the text begins with, nil if there is none.
    private static func leading(_ text: Slice<UnsafeRawBufferPointer>) -> Int? {
        (1...3).first { $0 <= text.count && isBlank(text.prefix($0)) }
    }

    private static func trailing(_ text: Slice<UnsafeRawBufferPointer>) -> Int? {
        (1...3).first { $0 <= text.count && isBlank(text.suffix($0)) }
    }

    /// Whether the bytes are exactly one blank character.
    private static func isBlank(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        let first = bytes[bytes.startIndex]
        switch bytes.count {
        case 1: return first <= 0x20 || first == 0x7F
        case 2: return first == 0xC2 && [0x85, 0xA0, 0xAD].contains(bytes[bytes.startIndex + 1])
        default:
            let rest = (bytes[bytes.startIndex + 1], bytes[bytes.startIndex + 2])
            switch (first, rest.0) {
            case (0xE1, 0x9A): return rest.1 == 0x80  // U+1680
            case (0xE1, 0xA0): return rest.1 == 0x8E  // U+180E
            case (0xE2, 0x80):  // U+2000 to U+200F, U+2028 to U+202F
                return (0x80...0x8F).contains(rest.1) || (0xA8...0xAF).contains(rest.1)
            case (0xE2, 0x81): return (0x9F...0xAF).contains(rest.1)  // U+205F to U+206F
            case (0xE3, 0x80): return rest.1 == 0x80  // U+3000
            case (0xEF, 0xBB): return rest.1 == 0xBF  // U+FEFF
            default: return false
            }
        }
    }
}
