/// How often something changes in a stream, learned from the latest hours of reads and apart from
/// the time of the day.
struct ChangeRate: Equatable, Sendable {
    /// Reads of so many seconds are remembered; older ones fade.
    static let memorySeconds = 21_600.0
    /// Before anything was read: a change in two hours, as ten minutes would show.
    private static let priorChanges = 0.08
    private static let priorSeconds = 600.0

    private var changes = 0.0
    private var seconds = 0.0

    /// - Parameters:
    ///   - changes: rows of a read.
    ///   - seconds: the time that it covered, up to `end`.
    mutating func observe(changes: Int, seconds: Int64, end: UTCInstant) {
        let exposure = Double(seconds) * DayCurve.weight(at: end)
        let kept = max(0, 1 - exposure / Self.memorySeconds)
        self.changes = self.changes * kept + Double(changes)
        self.seconds = self.seconds * kept + exposure
    }

    /// Changes a second in a mean hour.
    var perSecond: Double { (changes + Self.priorChanges) / (seconds + Self.priorSeconds) }
}
