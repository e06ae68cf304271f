/// How a report is written.
public enum ReportFormat: String, CaseIterable, Sendable {
    case table, csv, json, html

    /// The format that a file's name asks for, such as `sales.html`.
    public init?(path: String) {
        guard let dot = path.lastIndex(of: ".") else { return nil }
        let name = path[path.index(after: dot)...].lowercased()
        self.init(rawValue: name == "htm" ? "html" : name)
    }
}
