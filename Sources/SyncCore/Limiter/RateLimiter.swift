/// Keeps one app's calls under its quota. All shops of the app share it.
///
/// Invariants, over every interval and across restarts:
/// 1. At most `burst + rate × t` calls in t seconds (token bucket).
/// 2. At most `max(rate, burst)` calls arrive at the gateway in any one second: a call keeps its
///    place until a second after its answer, because its time of arrival in between is unknown.
/// 3. At most `callsPerDay` calls in a Beijing day, those of other processes included; none
///    without a reservation that the database already holds, so a crash can waste calls but never
///    hide them.
/// 4. No call of a banned scope before its ban has passed.
public struct RateLimiter: Equatable, Sendable {
    public struct Policy: Equatable, Sendable {
        public var callsPerSecond: Double
        public var burst: Int
        public var callsPerDay: Int

        public init(callsPerSecond: Double, burst: Int, callsPerDay: Int) {
            self.callsPerSecond = callsPerSecond
            self.burst = burst
            self.callsPerDay = callsPerDay
        }
    }

    public enum Answer: Equatable, Sendable {
        case granted
        /// Ask again after so many milliseconds.
        case wait(milliseconds: Int64)
        /// Today's calls are used up.
        case dayIsSpent
        /// A reservation has to be stored first.
        case needsReservation
    }

    /// Whom a ban stops.
    public enum BanScope: Hashable, Sendable {
        case app
        case method(CallMethod)
    }

    /// The longest ban that is obeyed. Platforms count by the day, and their bans end at midnight;
    /// a larger number is a fault of the answer, or of a clock, and one call tries after a day.
    public static let banSecondsMax: Int64 = 86_400
    /// After a ban of at least so many seconds one call has to show that it is over.
    static let probedBanSecondsMin: Int64 = 3_600
    /// How long a call can take to arrive; after that it does not keep others waiting.
    static let arrivalMilliseconds: Int64 = 3_000
    /// Most places that are kept; with more calls in a second the bucket alone decides.
    static let placesMax = 4_096
    /// So many seconds' calls of other processes are saved up for at most: they were made while
    /// this one may have been idle.
    static let debtSecondsMax = 5.0

    public let policy: Policy
    private var tokens: Double
    private var refilled: MonotonicInstant
    /// When each place for a call is free again; empty if there are too many to keep.
    private var places: [MonotonicInstant]
    /// The place that was checked most recently: those after it are the likeliest to be free.
    public private(set) var latestPlace = 0
    private var bans: [BanScope: MonotonicInstant] = [:]
    /// By Beijing day, in days since 1970. No day is forgotten: whatever way a clock is set, the
    /// calls of a day are counted once.
    private var days: [Int64: DayUsage]

    private struct DayUsage: Equatable {
        /// Those of other processes included, as far as they are known.
        var calls = 0
        /// Calls that the database holds as used, as far as that is known.
        var reserved = 0
    }

    /// - Parameters:
    ///   - callsByDay: what the database has reserved, of the latest days at least.
    ///   - startsFresh: no process has used the app lately. Otherwise the bucket starts empty and
    ///     waits a second, because calls may have been made a moment ago.
    public init(
        policy: Policy, callsByDay: [Int64: Int], startsFresh: Bool = false, now: MonotonicInstant
    ) {
        precondition(policy.callsPerSecond > 0 && policy.burst >= 1 && policy.callsPerDay >= 0)
        self.policy = policy
        days = callsByDay.mapValues { DayUsage(calls: $0, reserved: $0) }
        refilled = now
        tokens = startsFresh ? Double(policy.burst) : 0
        let count = Self.callsInSecondMax(policy)
        let free = startsFresh ? now : now.advanced(byMilliseconds: 1_000)
        places = count > Self.placesMax ? [] : Array(repeating: free, count: count)
    }

    /// Asks for one call; a grant is used at once.
    public mutating func take(_ method: CallMethod, now: MonotonicInstant, day today: Int64)
        -> Answer
    {
        let usage = days[today] ?? DayUsage()
        if let ban = banEnd(for: method), now < ban {
            return .wait(milliseconds: ban.milliseconds(since: now))
        }
        if usage.calls >= policy.callsPerDay { return .dayIsSpent }
        refill(now)
        if tokens < 1 {
            let missing = (1 - tokens) / policy.callsPerSecond * 1_000
            return .wait(milliseconds: Int64(missing.rounded(.up)))
        }
        if let wait = takePlace(now) { return .wait(milliseconds: wait) }
        if usage.calls >= usage.reserved { return .needsReservation }
        tokens -= 1
        if !places.isEmpty {
            places[latestPlace] = now.advanced(byMilliseconds: Self.arrivalMilliseconds + 1_000)
        }
        days[today, default: usage].calls += 1
        return .granted
    }

    /// The call in that place (`latestPlace` at its grant) was answered, so it has arrived.
    public mutating func answered(place: Int, now: MonotonicInstant) {
        guard places.indices.contains(place) else { return }
        places[place] = min(places[place], now.advanced(byMilliseconds: 1_000))
    }

    /// Calls counted for a day, those of earlier runs and of other processes included.
    public func calls(on day: Int64) -> Int { days[day]?.calls ?? 0 }

    /// What to reserve next, nil while enough is reserved: some seconds of calls, so that
    /// reservations are rare writes and a crash wastes few.
    public func reservationWanted(day today: Int64) -> Reservation? {
        let usage = days[today] ?? DayUsage()
        let perSeconds = max(4, Int((policy.callsPerSecond * 5).rounded(.up)))
        let block = max(1, min(perSeconds, max(1, policy.callsPerDay / 50)))
        guard usage.reserved - usage.calls <= block / 2, usage.reserved < policy.callsPerDay
        else { return nil }
        let total = min(policy.callsPerDay, usage.calls + block + block / 2)
        return Reservation(
            day: today, known: usage.reserved, more: total - usage.reserved,
            callsPerDay: policy.callsPerDay)
    }

    /// The database now holds `total` calls of `day` as used. Of these other processes have made
    /// `others` since it was asked last: they count for the day, and this process makes up for them
    /// by fewer own calls.
    public mutating func reserved(_ total: Int, others: Int, day: Int64) {
        var usage = days[day] ?? DayUsage()
        usage.calls += others
        usage.reserved = max(usage.reserved, total)
        days[day] = usage
        tokens = max(-policy.callsPerSecond * Self.debtSecondsMax, tokens - Double(others))
    }

    /// Freezes a scope; a shorter ban never ends a longer one.
    public mutating func ban(_ scope: BanScope, until end: MonotonicInstant) {
        bans[scope] = max(bans[scope] ?? end, end)
    }

    public func isBanned(_ method: CallMethod, now: MonotonicInstant) -> Bool {
        banEnd(for: method).map { now < $0 } ?? false
    }

    /// When the latest ban of the method or of its app ends; nil when there was none.
    func banEnd(for method: CallMethod) -> MonotonicInstant? {
        let ends = [bans[.app], bans[.method(method)]].compactMap { $0 }
        return ends.max()
    }

    // MARK: Helpers

    static func callsInSecondMax(_ policy: Policy) -> Int {
        max(policy.burst, Int(policy.callsPerSecond.rounded(.up)))
    }

    /// Finds a free place; else answers for how many milliseconds there is none.
    private mutating func takePlace(_ now: MonotonicInstant) -> Int64? {
        var earliest: MonotonicInstant?
        for step in 0..<places.count {
            let place = (latestPlace + 1 + step) % places.count
            if places[place] <= now {
                latestPlace = place
                return nil
            }
            earliest = min(earliest ?? places[place], places[place])
        }
        return earliest.map { max(1, $0.milliseconds(since: now)) }
    }

    private mutating func refill(_ now: MonotonicInstant) {
        let elapsed = max(0, now.milliseconds(since: refilled))
        tokens = min(
            Double(policy.burst), tokens + Double(elapsed) * policy.callsPerSecond / 1_000)
        refilled = max(refilled, now)
    }
}
