import SyncCore

/// Bounds what trouble may write into the log, however many shops are in it: a thousand that fail
/// together must not fill the disk with saying so.
struct LogRateLimiter: Sendable {
    static let linesMax = 60
    static let spanMilliseconds: Int64 = 60_000

    private var began: MonotonicInstant?
    private var lines = 0
    private var leftOut: Int64 = 0

    /// Asks for a line.
    /// - Returns: nil if it is not to be written; else the lines left out in the span before.
    mutating func take(now: MonotonicInstant) -> Int64? {
        var before: Int64 = 0
        if began.map({ now.milliseconds(since: $0) >= Self.spanMilliseconds }) ?? true {
            before = leftOut
            (began, lines, leftOut) = (now, 0, 0)
        }
        guard lines < Self.linesMax else {
            leftOut += 1
            return nil
        }
        lines += 1
        return before
    }
}
