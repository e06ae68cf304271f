/// Proves that closed days are complete: compares the platform's number of orders created in a
/// day with the database's, and follows a difference down to the orders that are missing.
///
///     day ──count──▶ equal: done
///              └───▶ more at the platform: a page or less ──read──▶ stored, counted again
///                                          else ──▶ its halves, each counted
///              └───▶ fewer at the platform: noted; nothing to repair
///
/// Invariants:
/// 1. One call in flight. 2. Intervals on the stack are disjoint, each shorter than its parent.
/// 3. A day that was repaired is counted once more before it is called so.
struct Audit: Equatable, Sendable {
    enum State: Equatable, Sendable {
        case ready
        case calling(CallID)
        /// The database is asked for its count.
        case comparing
        case waiting(until: MonotonicInstant)
    }

    /// What the next call is for.
    enum Step: Equatable, Sendable {
        case count
        case read
    }

    /// Ages of a day, in days since it ended, at which it is counted.
    static let ages: [Int64] = [0, 1, 2, 3, 4, 5, 6, 7, 10, 15, 30, 60]
    /// Days that are counted at every start: whatever happened to the database while nothing ran.
    static let startDays: Int64 = 7
    /// A day is closed when so many seconds have passed since its end.
    static let closedSeconds: Int64 = 7_200
    /// The platform keeps three months.
    static let horizonDays: Int64 = 85
    /// Calls for one day at most; what is then still open waits for its next turn.
    static let callsMax = 200

    private(set) var done: [Int64: UTCInstant]
    private var isStarted: Bool
    private(set) var day: Int64?
    private(set) var stack: [TimeWindow] = []
    var state = State.ready
    var step = Step.count
    var attempt = 0
    private(set) var calls = 0
    private var platformCount = 0
    private var storedCount = 0
    /// What the database held of the day before anything was repaired.
    private var storedFirst: Int?
    /// Intervals that were read because orders were missing.
    private var readCount = 0
    /// The whole day is being counted a second time.
    private var isRecount = false
    /// The platform's count of the interval on top of the stack.
    private(set) var counted = 0

    /// - Parameters:
    ///   - done: when each Beijing day since 1970 was last audited.
    ///   - isStarted: the process has looked at the latest days already.
    init(done: [Int64: UTCInstant], isStarted: Bool = false) {
        self.done = done
        self.isStarted = isStarted
    }

    static func window(ofDay day: Int64) -> TimeWindow {
        let start = UTCInstant(seconds: day * 86_400 - 28_800)
        return TimeWindow(start: start, end: start.advanced(bySeconds: 86_400))
    }

    /// Days close, and come up again, at one time of the day.
    static func secondsToNextTurn(_ now: UTCInstant) -> Int64 {
        secondsToNextDay(now.advanced(bySeconds: -closedSeconds))
    }

    var current: TimeWindow? { stack.last }

    /// Takes up the next day that is due, the newest first.
    /// - Parameter coveredFrom: orders created from then on are loaded.
    mutating func begin(platformNow: UTCInstant, coveredFrom: UTCInstant) {
        guard day == nil else { return }
        let today = beijingDay(platformNow)
        if !isStarted {
            isStarted = true
            done = done.filter { $0.key < today - Self.startDays }
        }
        for candidate in stride(from: today - 1, through: today - Self.horizonDays, by: -1) {
            let window = Self.window(ofDay: candidate)
            guard window.start >= coveredFrom else { return }
            guard isDue(candidate, window, platformNow) else { continue }
            day = candidate
            stack = [window]
            (calls, readCount, platformCount, storedCount, storedFirst) = (0, 0, 0, 0, nil)
            (isRecount, step, attempt) = (false, .count, 0)
            return
        }
    }

    private func isDue(_ day: Int64, _ window: TimeWindow, _ now: UTCInstant) -> Bool {
        let age = now.seconds(since: window.end)
        guard age >= Self.closedSeconds else { return false }
        guard let last = done[day] else { return true }
        return Self.ages.contains { days in
            let due = window.end.advanced(bySeconds: days * 86_400 + Self.closedSeconds)
            return last < due && due <= now
        }
    }

    /// The interval on top holds so many orders at the platform.
    mutating func count(_ total: Int) {
        counted = total
        calls += 1
        attempt = 0
        state = .comparing
    }

    /// The database holds so many of them.
    /// - Returns: the day's result, once nothing is left to do.
    mutating func compare(stored: Int, pageSize: Int, now: UTCInstant) -> AuditRecord? {
        guard let window = stack.popLast() else { preconditionFailure("nothing was counted") }
        state = .ready
        let isWhole = window.seconds >= 86_400
        if isWhole {
            (platformCount, storedCount) = (counted, stored)
            storedFirst = storedFirst ?? stored
        }
        if counted > stored, calls < Self.callsMax, !(isWhole && isRecount) {
            if counted <= pageSize || window.seconds < 2 {
                stack.append(window)
                step = .read
                return nil
            }
            let middle = window.start.advanced(bySeconds: window.seconds / 2)
            stack.append(TimeWindow(start: window.start, end: middle))
            stack.append(TimeWindow(start: middle, end: window.end))
            return nil
        }
        return finishIfDone(now: now)
    }

    /// Nothing can be said of the day: it counts as looked at.
    mutating func giveUpDay(now: UTCInstant) {
        guard let current = day else { return }
        done[current] = now
        day = nil
        stack = []
        state = .ready
    }

    /// The interval on top was read, and its rows are being stored.
    mutating func read(_ now: UTCInstant) {
        stack.removeLast()
        calls += 1
        attempt = 0
        step = .count
        readCount += 1
        state = .ready
        if stack.isEmpty, let day {
            isRecount = true
            stack = [Self.window(ofDay: day)]
        }
    }

    private mutating func finishIfDone(now: UTCInstant) -> AuditRecord? {
        guard stack.isEmpty, let finished = day else { return nil }
        if readCount > 0, !isRecount {
            isRecount = true
            stack = [Self.window(ofDay: finished)]
            return nil
        }
        day = nil
        done[finished] = now
        let state: AuditRecord.State =
            platformCount == storedCount
            ? (readCount > 0 ? .repaired : .equal) : platformCount > storedCount ? .short : .excess
        return AuditRecord(
            day: finished, state: state, platformCount: platformCount, storedCount: storedCount,
            repaired: max(0, storedCount - (storedFirst ?? storedCount)), calls: calls)
    }
}
