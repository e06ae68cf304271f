import Foundation

/// The files of the repository that these tests belong to.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File: Sendable, CustomStringConvertible {
        /// From the root, for example `Sources/SyncCore/Model/Merge.swift`.
        var path: String
        var text: String
        var lines: [Substring]
        /// The lines without comments and without text in quotes, numbered from 1.
        var code: [(number: Int, line: String)]

        var description: String { path }
        /// The target, or test target, that it belongs to.
        var target: String { String(path.split(separator: "/")[1]) }
    }

    static let sources = files(under: "Sources")
    static let tests = files(under: "Tests")

    static func text(_ path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }

    /// README, docs and the example configuration, as one text each.
    static var documents: [String: String] {
        var documents: [String: String] = [:]
        let docs =
            (try? FileManager.default.contentsOfDirectory(
                atPath: root.appending(path: "docs").path)) ?? []
        for name in docs.map({ "docs/\($0)" }) + ["README.md", "config/ordersync.toml"] {
            documents[name] = text(name)
        }
        return documents
    }

    private static func files(under folder: String) -> [File] {
        let all = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
        var files: [File] = []
        while let name = all?.nextObject() as? String {
            guard name.hasSuffix(".swift") else { continue }
            let path = "\(folder)/\(name)"
            let text = text(path)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            files.append(File(path: path, text: text, lines: lines, code: File.code(lines)))
        }
        return files.sorted { $0.path < $1.path }
    }
}

extension Repository.File {
    fileprivate static func code(_ lines: [Substring]) -> [(number: Int, line: String)] {
        var isInText = false
        return lines.enumerated().map { index, line in
            defer {
                if line.components(separatedBy: "\"\"\"").count % 2 == 0 { isInText.toggle() }
            }
            return (index + 1, isInText ? "" : bare(line))
        }
    }

    private static func bare(_ line: Substring) -> String {
        var bare = ""
        var isQuoted = false
        var previous: Character = " "
        for character in line {
            if character == "\"", previous != "\\" { isQuoted.toggle() }
            if !isQuoted {
                if character == "/", previous == "/" {
                    bare.removeLast()
                    break
                }
                bare.append(character)
            }
            previous = previous == "\\" && character == "\\" ? " " : character
        }
        return bare
    }

    /// Where a pattern is in the code, as `path:line: text`.
    func places(_ pattern: String) -> [String] {
        guard let expression = try? Regex(pattern) else { return ["bad pattern \(pattern)"] }
        return code.filter { $0.line.contains(expression) }
            .map { "\(path):\($0.number): \($0.line.trimmingCharacters(in: .whitespaces))" }
    }
}
