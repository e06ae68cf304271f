/// Decides whether the service still gets work done: systemd's watchdog is fed only while it does.
///
///     work is there ─┬─ and moved since the last beat ──▶ fine
///                    └─ and has not for `beatsMax` ─────▶ stalled, until it moves
///     no work is there ─────────────────────────────────▶ fine
///
/// Waiting is no stall: a full disk still answers each write with its error, a banned or
/// unauthorised shop has a timer, and an idle one too. So what counts is only what is outstanding
/// an answer: the store, the transport, the timers. It counts beats, not seconds: the sleep of a
/// machine is no stall either.
public struct ProgressWatch: Sendable {
    /// The engine's outstanding and finished work. Counters only grow; a new engine resets them.
    public struct Vitals: Equatable, Sendable {
        /// A transaction is with the store.
        var isStoring = false
        /// Transactions that came back, stored or refused.
        var storeReplies = 0
        var callsInFlight = 0
        /// Calls that came back, with an answer or a failure.
        public var answers = 0
        /// A timer has run out.
        var isDue = false
        /// Events that were handled.
        var steps = 0
    }

    public enum Stall: String, CaseIterable, Sendable {
        case store, calls, timers
    }

    /// Beats of a second. A call ends after 30 seconds at most; a commit that first has to write
    /// a large log back may take minutes.
    public static let beatsMax = 300

    private struct Debt {
        var progress = 0
        var beats = 0

        /// - Returns: true if nothing has moved for too long.
        mutating func isOld(isOwed: Bool, progress: Int) -> Bool {
            beats = isOwed && progress == self.progress ? beats + 1 : 0
            self.progress = progress
            return beats >= ProgressWatch.beatsMax
        }
    }

    private var store = Debt()
    private var calls = Debt()
    private var timers = Debt()

    public init() {
    }

    /// To be called once a second.
    /// - Returns: what has stalled; nil while all is well.
    public mutating func beat(_ vitals: Vitals) -> Stall? {
        let storeIsOld = store.isOld(isOwed: vitals.isStoring, progress: vitals.storeReplies)
        let callsAreOld = calls.isOld(isOwed: vitals.callsInFlight > 0, progress: vitals.answers)
        let timersAreOld = timers.isOld(isOwed: vitals.isDue, progress: vitals.steps)
        if storeIsOld { return .store }
        if callsAreOld { return .calls }
        return timersAreOld ? .timers : nil
    }
}
