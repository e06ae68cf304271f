/// `application/x-www-form-urlencoded`, UTF-8.
public enum FormEncoding {
    /// Encodes pairs in the order given.
    public static func encode(_ pairs: some Sequence<(name: String, value: String)>) -> [UInt8] {
        var body: [UInt8] = []
        for pair in pairs {
            if !body.isEmpty { body.append(UInt8(ascii: "&")) }
            append(pair.name, to: &body)
            body.append(UInt8(ascii: "="))
            append(pair.value, to: &body)
        }
        return body
    }

    /// Decodes a body or query: pairs in order, `+` as space. Returns nil for broken escapes.
    public static func decode(_ body: some Sequence<UInt8>) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        for part in Array(body).split(separator: UInt8(ascii: "&")) {
            let halves = part.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decodeText(halves[0]),
                let value = decodeText(halves.count == 2 ? halves[1] : [])
            else { return nil }
            pairs.append((name, value))
        }
        return pairs
    }

    private static func append(_ text: String, to body: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                body.append(byte)
            default:
                body.append(UInt8(ascii: "%"))
                body.append(contentsOf: Hex.upper([byte]).utf8)
            }
        }
    }

    private static func decodeText(_ bytes: ArraySlice<UInt8>) -> String? {
        var out: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "+"):
                out.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard index + 2 < bytes.endIndex,
                    let high = nibble(bytes[index + 1]), let low = nibble(bytes[index + 2])
                else { return nil }
                out.append(high << 4 | low)
                index += 2
            case let byte:
                out.append(byte)
            }
            index += 1
        }
        return String(validating: out, as: UTF8.self)
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
