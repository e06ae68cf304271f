import Foundation
import Testing

@Suite struct SizeTests {
    private static let files = Repository.sources + Repository.tests

    /// A longer file says why in its header.
    @Test func filesAreShort() {
        for file in Self.files where file.lines.count > 401 {
            let header = file.lines.prefix(10).joined(separator: " ").lowercased()
            #expect(header.contains("lines"), "\(file) has \(file.lines.count - 1) lines")
        }
    }

    @Test func linesAreShort() {
        for file in Self.files {
            for (index, line) in file.lines.enumerated()
            where line.utf8.count > 100 && line.count > 100 {
                Issue.record("\(file):\(index + 1) has \(line.count) columns")
            }
        }
    }

    /// By counting braces: from the line with `func` or `init` to the line that closes it.
    @Test func functionsAreShort() throws {
        let opening = try Regex(#"\b(func \S|init[?]?[(<])"#)
        for file in Self.files {
            let code = file.code
            for (index, start) in code.enumerated() where start.line.contains(opening) {
                var depth = 0
                var hasBegun = false
                for (number, line) in code[index...] {
                    depth += line.count { $0 == "{" } - line.count { $0 == "}" }
                    hasBegun = hasBegun || line.contains("{")
                    if depth < 0 || hasBegun && depth == 0 {
                        let length = number - start.number + 1
                        #expect(length <= 70, "\(file):\(start.number) has \(length) lines")
                        break
                    }
                }
            }
        }
    }
}
