/// The platform's clock was set forward. Overlaps and the delays of sweeps are counted by that
/// clock, so those of the last seconds before the jump would be over at once; but lists show a
/// change late in real time.
struct ClockJump: Equatable, Sendable {
    /// The latest time that a change before the jump can have, and the earliest of one after it.
    var before: UTCInstant
    var after: UTCInstant
    /// When it was noticed.
    var at: MonotonicInstant
    /// The overlap before the jump is read again so many seconds after it was noticed; nil when
    /// everything of that time is visible.
    var pause: Int64? = ClockJump.pauseFirst
    /// The end of the window that reads it, by the platform's clock.
    var again = UTCInstant(seconds: 0)

    static let countMax = 4
    static let pauseFirst: Int64 = 10

    init(before: UTCInstant, after: UTCInstant, at: MonotonicInstant) {
        (self.before, self.after, self.at) = (before, after, at)
    }

    /// What the clock jumped over: no change is dated in it.
    func hole(before end: UTCInstant) -> TimeWindow? {
        let start = before.advanced(bySeconds: 3)
        return start < after && after <= end ? TimeWindow(start: start, end: after) : nil
    }
}
