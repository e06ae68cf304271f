/// Finds the line of a key, for messages: TOMLKit states lines of syntax errors only.
struct TOMLLines {
    private var lines: [String: Int] = [:]
    /// By line: `[store] path`.
    private var keys: [Int: String] = [:]

    init(_ text: String) {
        var table = ""
        var title = ""
        var counts: [String: Int] = [:]
        // "\r\n" is one character of its own.
        let all = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in all.enumerated() {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            if trimmed.hasPrefix("[[") {
                let name = trimmed.dropFirst(2).prefix { $0 != "]" }.filter { $0 != " " }
                let number = counts[name, default: 0]
                counts[name] = number + 1
                table = "\(name)#\(number)"
                title = "[[\(name)]]"
                lines[table] = index + 1
            } else if trimmed.hasPrefix("[") {
                table = trimmed.dropFirst().prefix { $0 != "]" }.filter { $0 != " " }
                title = "[\(table)]"
                lines[table] = index + 1
            } else if let equals = trimmed.firstIndex(of: "="), !trimmed.hasPrefix("#") {
                let key = trimmed[..<equals].filter { $0 != " " && $0 != "\"" && $0 != "\t" }
                lines["\(table).\(key)"] = index + 1
                keys[index + 1] = title.isEmpty ? key : "\(title) \(key)"
            }
        }
    }

    /// The key that is set on a line, with its table; empty for a line that sets none.
    func key(on line: Int) -> String { keys[line] ?? "" }

    /// The same of a line that may belong to the value of an earlier one.
    func key(upTo line: Int) -> String {
        keys[line] ?? keys.keys.filter { $0 < line }.max().flatMap { keys[$0] } ?? ""
    }

    /// The key's line, else its table's, else 0.
    func line(of key: String, in table: String) -> Int {
        lines["\(table).\(key)"] ?? lines[table] ?? lines["\(table)#0"] ?? lines[".\(key)"] ?? 0
    }
}
