/// The latest failure of each stream as it is in the database. A failure that repeats is not
/// written each time.
struct ErrorReports: Sendable {
    /// How often a failure that does not change is written.
    static let repeatMilliseconds: Int64 = 60_000

    private var reported: [StreamKind: (text: String, at: MonotonicInstant)] = [:]

    /// - Returns: whether it has to be written.
    mutating func report(_ text: String, of kind: StreamKind, now: MonotonicInstant) -> Bool {
        if let last = reported[kind], last.text == text,
            now.milliseconds(since: last.at) < Self.repeatMilliseconds
        {
            return false
        }
        reported[kind] = (text, now)
        return true
    }

    mutating func clear(_ kind: StreamKind) { reported[kind] = nil }
}
