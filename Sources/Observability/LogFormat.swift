/// How events are written to stderr.
public enum LogFormat: String, CaseIterable, Sendable {
    /// Text on a terminal, JSON lines elsewhere.
    case auto
    case json
    case text
}
