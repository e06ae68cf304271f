/// The file cannot be used; says where, and what was expected.
public struct ConfigurationError: Error, Equatable {
    public var file: String
    /// 0 when the fault has no line of its own.
    public var line: Int
    /// For example `[[app]] calls_per_second`.
    public var key: String
    var expectation: String
    /// The key alone, without its table.
    public var name = ""
    /// What else is wrong in the file.
    public var others: [ConfigurationError] = []

    /// One line for each fault.
    public var lines: [String] {
        let place = line > 0 ? "\(file):\(line)" : file
        let own = key.isEmpty ? "\(place): \(expectation)" : "\(place): \(key): \(expectation)"
        return [own] + others.flatMap(\.lines)
    }

    public var text: String { lines.joined(separator: "\n") }
}
