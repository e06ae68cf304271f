/// Finds escapes of NUL (`\u0000`, `\U00000000`) in the texts of a TOML file. TOML allows them, but
/// the parser hands texts on as C strings, which end there: the rest would silently not count.
struct TOMLEscapes {
    private enum Place {
        case code, comment
        /// In quotes: `"`, `"""`, `'` or `'''`.
        case text(quote: UInt8, isLong: Bool)
    }

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var place = Place.code
    private var found: [Int] = []

    /// The lines with such an escape, each once, numbered from 1.
    static func linesOfNUL(_ text: String) -> [Int] {
        var scan = TOMLEscapes(bytes: Array(text.utf8))
        while scan.index < scan.bytes.count { scan.step() }
        return scan.found
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func step() {
        let byte = bytes[index]
        if byte == UInt8(ascii: "\n") {
            line += 1
            // Also a comment and a text of one line end here.
            if case .text(_, isLong: true) = place {} else { place = .code }
        }
        switch place {
        case .comment:
            index += 1
        case .code:
            stepOverCode(byte)
        case .text(let quote, let isLong):
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                if isNUL(at: index), found.last != line { found.append(line) }
                // A line break must still be counted.
                index += index + 1 < bytes.count && bytes[index + 1] != UInt8(ascii: "\n") ? 2 : 1
            } else if byte == quote, !isLong || isTriple(quote) {
                index += isLong ? 3 : 1
                place = .code
            } else {
                index += 1
            }
        }
    }

    private mutating func stepOverCode(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "#"):
            place = .comment
            index += 1
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            let isLong = isTriple(byte)
            place = .text(quote: byte, isLong: isLong)
            index += isLong ? 3 : 1
        default:
            index += 1
        }
    }

    private func isTriple(_ quote: UInt8) -> Bool {
        bytes[index...].prefix(3).elementsEqual([quote, quote, quote])
    }

    private func isNUL(at index: Int) -> Bool {
        let rest = bytes[(index + 1)...]
        return rest.starts(with: "u0000".utf8) || rest.starts(with: "U00000000".utf8)
    }
}
