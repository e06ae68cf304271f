/// The file cannot be used; says where, and what was expected.
struct ConfigurationError: Error, Equatable {
    var file: String
    /// 0 when the fault has no line of its own.
    var line: Int
    /// For example `[[app]] calls_per_second`.
    var key: String
    var expectation: String
    /// The key alone, without its table.
    var name = ""
    /// What else is wrong in the file.
    var others: [ConfigurationError] = []

    /// One line for each fault.
    var lines: [String] {
        let place = line > 0 ? "\(file):\(line)" : file
        let own = key.isEmpty ? "\(place): \(expectation)" : "\(place): \(key): \(expectation)"
        return [own] + others.flatMap(\.lines)
    }

    var text: String { lines.joined(separator: "\n") }
}
