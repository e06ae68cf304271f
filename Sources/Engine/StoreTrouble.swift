public import SyncCore

/// Whether the database takes writes, and when to say so: once when it stops, once when it goes
/// on, and now and then between, for whoever reads only today's log.
public struct StoreTrouble: Equatable, Sendable {
    /// The latest failure's line; nil while writes succeed.
    public private(set) var line: String?
    public private(set) var attempts = 0
    private var began = MonotonicInstant(milliseconds: 0)
    private var logged = MonotonicInstant(milliseconds: 0)

    /// The same fault is logged again after so long.
    static let reminderMilliseconds: Int64 = 3_600_000

    /// - Returns: whether to log it.
    public mutating func failed(_ line: String, now: MonotonicInstant) -> Bool {
        if self.line == nil { (began, attempts) = (now, 0) }
        attempts += 1
        let isNews =
            line != self.line || now.milliseconds(since: logged) >= Self.reminderMilliseconds
        self.line = line
        if isNews { logged = now }
        return isNews
    }

    /// - Returns: seconds that nothing was written for; nil if there was no trouble.
    public mutating func succeeded(now: MonotonicInstant) -> Int64? {
        guard line != nil else { return nil }
        line = nil
        return now.milliseconds(since: began) / 1_000
    }
}
