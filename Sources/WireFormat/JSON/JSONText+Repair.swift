extension JSONText {
    /// The same JSON in a form that every JSON reader and SQLite's functions can read: raw control
    /// characters inside strings are escaped; what stands for no character (bytes that are not
    /// UTF-8, half a surrogate pair, NUL) becomes U+FFFD.
    /// - Returns: nil if the text can stay byte for byte.
    public static func repaired(_ json: UnsafeRawBufferPointer) -> [UInt8]? {
        var out: [UInt8] = []
        var copied = 0
        var index = 0
        var isInString = false

        func replace(_ count: Int, by bytes: some Sequence<UInt8>) {
            out.append(contentsOf: json[copied..<index])
            out.append(contentsOf: bytes)
            index += count
            copied = index
        }

        while index < json.count {
            let byte = json[index]
            switch byte {
            case UInt8(ascii: "\""):
                isInString.toggle()
                index += 1
            case UInt8(ascii: "\\") where isInString:
                let (count, isWhole) = escape(json, index)
                if isWhole { index += count } else { replace(count, by: "\\ufffd".utf8) }
            case 0 where isInString:
                replace(1, by: "\\ufffd".utf8)
            case 1..<0x20 where isInString:
                replace(1, by: controlEscape(byte))
            case 0..<0x80:
                index += 1
            default:
                if let length = sequenceLength(json, index) {
                    index += length
                } else {
                    replace(1, by: replacement)
                }
            }
        }
        guard copied > 0 else { return nil }
        out.append(contentsOf: json[copied...])
        return out
    }

    /// The bytes of the escape at `index`, a surrogate pair as one, and whether it stands for a
    /// character.
    private static func escape(
        _ json: UnsafeRawBufferPointer, _ index: Int
    ) -> (count: Int, isWhole: Bool) {
        guard let code = codeUnit(json, index) else { return (min(2, json.count - index), true) }
        switch code {
        case 0, 0xDC00..<0xE000:
            return (6, false)
        case 0xD800..<0xDC00:
            let low = codeUnit(json, index + 6) ?? 0
            return (0xDC00..<0xE000).contains(low) ? (12, true) : (6, false)
        default:
            return (6, true)
        }
    }

    /// The value of the `\uXXXX` at `index`; nil if there is none.
    private static func codeUnit(_ json: UnsafeRawBufferPointer, _ index: Int) -> UInt32? {
        guard index + 6 <= json.count, json[index] == UInt8(ascii: "\\"),
            json[index + 1] == UInt8(ascii: "u")
        else { return nil }
        var value: UInt32 = 0
        for digit in json[(index + 2)..<(index + 6)] {
            guard let hex = hexValue(digit) else { return nil }
            value = value << 4 | hex
        }
        return value
    }

    private static func controlEscape(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case 0x0A: Array("\\n".utf8)
        case 0x0D: Array("\\r".utf8)
        case 0x09: Array("\\t".utf8)
        default: Array("\\u00".utf8) + Array(Hex.upper([byte]).utf8)
        }
    }
}
