/// Whose session a shop calls with. It is asked before the shop's first list and after each change
/// of the session: the orders of two sellers must not be mixed in one shop.
///
///     wanted ──call──▶ answered ─┬─ the shop's own seller ──▶ known
///       ▲                        ├─ another seller ──▶ the shop waits until the session changes
///       │                        └─ not permitted, or failed for two minutes ──▶ unknown: rows
///       │                             are read all the same, and it is asked again later
///       └── a call was to be made with another session
struct SellerCheck: Equatable, Sendable {
    static let againMilliseconds: Int64 = 3_600_000
    /// After a passing fault.
    static let soonMilliseconds: Int64 = 60_000
    private static let atOnce = MonotonicInstant(milliseconds: .min)

    /// No rows are read before the answer.
    private(set) var blocksRows: Bool
    /// When to ask; nil while nothing is to be asked.
    private(set) var due: MonotonicInstant?
    private var isAsking = false
    /// Failures in a row.
    private(set) var attempt = 0
    /// It was logged that it cannot be learned.
    private var isLogged = false

    init(isAsked: Bool) {
        blocksRows = isAsked
        due = isAsked ? Self.atOnce : nil
    }

    /// When a call is wanted; nil while none is, or while one is under way.
    var nextCall: MonotonicInstant? { isAsking ? nil : due }

    mutating func begin() { isAsking = true }

    mutating func end() { isAsking = false }

    mutating func want(at ticks: MonotonicInstant) { (blocksRows, due, attempt) = (true, ticks, 0) }

    /// Perhaps it was the session alone that kept this from being learned.
    mutating func askAgain() { if due != nil { due = Self.atOnce } }

    mutating func know() { (blocksRows, due, attempt, isLogged) = (false, nil, 0, false) }

    mutating func fail(until: MonotonicInstant) {
        attempt += 1
        due = until
    }

    /// - Returns: whether that has to be logged.
    mutating func leaveUnknown(isPassing: Bool, now: MonotonicInstant) -> Bool {
        blocksRows = false
        let pause = isPassing ? Self.soonMilliseconds : Self.againMilliseconds
        due = now.advanced(byMilliseconds: pause)
        defer { isLogged = true }
        return !isLogged
    }
}
