import TOMLKit

/// Reads TOML, and reports every line that is none. The parser stops at the first; so that line is
/// left out and the rest is parsed again.
enum ConfigurationSyntax {
    private static let faultsMax = 20

    static func parse(
        _ text: String, file: String, lines: TOMLLines
    ) throws(ConfigurationError) -> TOMLTable {
        var rows = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        var faults = ConfigurationFaults()
        for line in TOMLEscapes.linesOfNUL(text) {
            faults.add(
                ConfigurationError(
                    file: file, line: line, key: lines.key(upTo: line),
                    expectation: "contains an escape of the NUL character (\\u0000); delete it"))
        }
        for _ in 0..<faultsMax {
            let fault: TOMLParseError
            do {
                let table = try TOMLTable(string: rows.joined(separator: "\n"))
                try throwAny(faults)
                return table
            } catch let error as ConfigurationError {
                throw error
            } catch let error as TOMLParseError {
                fault = error
            } catch {
                throw ConfigurationError(file: file, line: 0, key: "", expectation: "is not TOML")
            }
            let line = fault.source.begin.line
            let key = lines.key(on: line)
            faults.add(
                ConfigurationError(
                    file: file, line: line, key: key, expectation: fault.description))
            // Without a table's head, or within a value of several lines, the rest would mean
            // something else.
            guard !key.isEmpty, rows.indices.contains(line - 1), !rows[line - 1].isEmpty else {
                break
            }
            rows[line - 1] = ""
        }
        try throwAny(faults)
        throw ConfigurationError(file: file, line: 0, key: "", expectation: "is not TOML")
    }

    private static func throwAny(_ faults: ConfigurationFaults) throws(ConfigurationError) {
        try faults.throwIfAny()
    }
}
