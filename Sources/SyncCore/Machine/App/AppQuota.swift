/// The calls that an app may make: its limiter, the day's share of each class, and bans.
struct AppQuota: Sendable {
    enum Grant: Equatable, Sendable {
        case granted
        /// Not before then.
        case wait(until: MonotonicInstant)
        /// Not before calls are reserved in the database.
        case needsReservation
    }

    private let id: AppID
    private var limiter: RateLimiter
    private var fair = FairShare()
    /// Classes that its shops can have calls of.
    private let classesInUse: [CallClass]
    /// Live polls of all shops at their configured pace.
    private let pollsPerDay: Double
    /// Calls by Beijing day and class, those of earlier runs included.
    private var callsByClass: [Int64: [CallClass: Int]]
    private var isReserving = false
    /// Day for which the end of the quota was logged.
    private var spentDayLogged: Int64?
    /// The latest ends of bans that are in the database, by the wall clock.
    private var bansKnown: [RateLimiter.BanScope: UTCInstant] = [:]
    /// Scopes of long bans: the first call after their end is the only one until its answer.
    private(set) var probedBans: Set<RateLimiter.BanScope> = []
    /// Throttling answers in a row that did not say for how long.
    private var vagueThrottles = 0

    /// How long a class whose share of the day is used up waits before it asks again.
    static let budgetPauseMilliseconds: Int64 = 20_000
    /// Seconds of a day after which its own pace says something.
    private static let paceSecondsMin: Int64 = 3_600

    init(
        _ app: MachineConfiguration.App, classesInUse: [CallClass], pollsPerDay: Double = 0,
        now: Now
    ) {
        self.pollsPerDay = pollsPerDay
        id = app.id
        self.classesInUse = classesInUse
        limiter = RateLimiter(
            policy: app.limit, callsByDay: app.callsByDay, startsFresh: app.startsFresh,
            now: now.ticks)
        callsByClass = app.callsByClass
        for ban in app.bans { _ = obeyStoredBan(ban.scope, until: ban.until, now: now) }
    }

    // MARK: Calls

    /// Asks for one call; a grant is used at once.
    mutating func take(_ method: CallMethod, at moment: Moment) -> (Grant, [SyncAction]) {
        if let wait = Self.midnightWait(moment.platform) {
            return (.wait(until: moment.ticks(after: wait * 1_000)), [])
        }
        let day = beijingDay(moment.platform)
        var actions: [SyncAction] = []
        if !isReserving, let wanted = limiter.reservationWanted(day: day) {
            isReserving = true
            actions.append(.reserve(id, wanted))
        }
        switch limiter.take(method, now: moment.ticks, day: day) {
        case .granted:
            spentDayLogged = nil
            return (.granted, actions)
        case .wait(let milliseconds):
            return (.wait(until: moment.ticks(after: max(1, milliseconds))), actions)
        case .dayIsSpent:
            if spentDayLogged != day {
                spentDayLogged = day
                actions.append(.note(.dayIsSpent(id, callsToday: limiter.calls(on: day))))
            }
            let rest = secondsToNextDay(moment.platform) * 1_000
            return (.wait(until: moment.ticks(after: rest)), actions)
        case .needsReservation:
            return (.needsReservation, actions)
        }
    }

    var callsPerSecond: Double { limiter.policy.callsPerSecond }

    /// Seconds to wait so close to midnight that it is unknown for which day the platform would
    /// count a call: its clock is known to the second.
    private static func midnightWait(_ platformNow: UTCInstant) -> Int64? {
        let left = secondsToNextDay(platformNow)
        if left <= midnightSeconds { return left + midnightSeconds }
        let passed = 86_400 - left
        return passed < midnightSeconds ? midnightSeconds - passed : nil
    }

    private static let midnightSeconds: Int64 = 2

    /// The limiter's place of the call that was just granted.
    var latestPlace: Int { limiter.latestPlace }

    mutating func answered(place: Int, now: MonotonicInstant) {
        limiter.answered(place: place, now: now)
    }

    mutating func reserved(_ total: Int, others: Int, day: Int64) {
        limiter.reserved(total, others: others, day: day)
        isReserving = false
    }

    mutating func count(_ callClass: CallClass, day: Int64) {
        // The day before says what this one needs; earlier ones would pile up.
        if callsByClass[day] == nil { callsByClass = callsByClass.filter { $0.key >= day - 1 } }
        callsByClass[day, default: [:]][callClass, default: 0] += 1
    }

    func callsByClass(on day: Int64) -> [CallClass: Int] { callsByClass[day] ?? [:] }

    // MARK: Sharing the day

    /// The class to serve next among those with work.
    func choose(_ ready: [CallClass]) -> CallClass? { fair.choose(ready) }

    mutating func book(_ chosen: CallClass, ready: [CallClass]) { fair.book(chosen, ready: ready) }

    /// - Parameter hasRequests: a command's request is being read and has its own share.
    func budget(at platformNow: UTCInstant, hasRequests: Bool) -> DayBudget {
        let isNew = hasRequests && !classesInUse.contains(.backfill)
        var budget = dayBudget(
            at: platformNow, inUse: isNew ? classesInUse + [.backfill] : classesInUse)
        let polls = pollsPerDay * Double(secondsToNextDay(platformNow)) / 86_400
        budget.liveNeed = min(liveCallsLeft(at: platformNow), Int(min(polls, 1e9)))
        return budget
    }

    private func dayBudget(at platformNow: UTCInstant, inUse: [CallClass]) -> DayBudget {
        DayBudget(
            callsPerDay: limiter.policy.callsPerDay, callsLeft: callsLeft(at: platformNow),
            secondsLeft: secondsToNextDay(platformNow), inUse: inUse,
            used: callsByClass(on: beijingDay(platformNow)))
    }

    private func callsLeft(at platformNow: UTCInstant) -> Int {
        limiter.policy.callsPerDay - limiter.calls(on: beijingDay(platformNow))
    }

    /// Details of history take no calls that live polls will need.
    func historyMayCall(at platformNow: UTCInstant) -> Bool {
        callsLeft(at: platformNow) > limiter.policy.callsPerDay / 2
    }

    /// Live calls that are left of the day, when the other classes have what they need of their
    /// shares.
    func liveCallsLeft(at platformNow: UTCInstant) -> Int {
        let budget = dayBudget(at: platformNow, inUse: classesInUse)
        let others = classesInUse.filter { $0 != .live }
        let needed = others.reduce(0) { sum, callClass in
            let share = budget.shareLeft(of: callClass)
            return sum + min(share, need(of: callClass, at: platformNow) ?? share)
        }
        return max(1, callsLeft(at: platformNow) - needed)
    }

    /// The calls that a class will make until the end of the day, by its pace of today and of the
    /// day before; nil before either is known.
    private func need(of callClass: CallClass, at platformNow: UTCInstant) -> Int? {
        let day = beijingDay(platformNow)
        let left = secondsToNextDay(platformNow)
        let elapsed = 86_400 - left
        let before = callsByClass[day - 1].map {
            Int64($0[callClass] ?? 0) * left / 86_400
        }
        guard elapsed >= Self.paceSecondsMin else { return before.map { Int($0) } }
        let today = Int64(callsByClass(on: day)[callClass] ?? 0) * left / elapsed
        return Int(max(today, before ?? 0))
    }

    /// When the next call of these methods is allowed; nil while one is.
    func resume(_ methods: [CallMethod], at moment: Moment) -> MonotonicInstant? {
        var ends = methods.compactMap { limiter.banEnd(for: $0) }
        if callsLeft(at: moment.platform) <= 0 {
            ends.append(moment.ticks(after: secondsToNextDay(moment.platform) * 1_000))
        }
        return ends.filter { $0 > moment.ticks }.max()
    }

    // MARK: Bans

    func banEnd(for method: CallMethod) -> MonotonicInstant? { limiter.banEnd(for: method) }

    /// Only one call of the method, or of the app, may be in flight: it shows whether a long ban
    /// is over.
    func isProbing(_ method: CallMethod) -> Bool { probedBans.contains(.method(method)) }
    var isProbingApp: Bool { probedBans.contains(.app) }

    /// The platform throttles a scope.
    mutating func throttle(
        _ scope: ThrottleScope, _ method: CallMethod, seconds stated: Int64?, code: String,
        at moment: Moment
    ) -> [SyncAction] {
        vagueThrottles = stated == nil ? vagueThrottles + 1 : 0
        let seconds =
            stated.map { max(0, min($0, RateLimiter.banSecondsMax)) }
            ?? min(10, Int64(1) << min(4, vagueThrottles - 1))
        let banScope: RateLimiter.BanScope =
            switch scope {
            case .app: .app
            case .method: .method(method)
            }
        // A second more than stated: the platform's own count may run a little behind ours.
        ban(banScope, seconds: seconds, until: moment.ticks(after: seconds * 1_000 + 1_000))
        let until = moment.wall.advanced(bySeconds: seconds + 2)
        bansKnown[banScope] = max(bansKnown[banScope] ?? until, until)
        return [
            .banned(id, banScope, until: until, code: code),
            .note(.throttled(id, scope, method, seconds: seconds, code: code)),
        ]
    }

    /// The database holds a ban; a command beside the daemon may have stored it.
    mutating func foundBan(
        _ scope: RateLimiter.BanScope, until: UTCInstant, code: String, now: Now
    ) -> [SyncAction] {
        // The app's own bans are found as well.
        if let known = bansKnown[scope], until <= known { return [] }
        guard let seconds = obeyStoredBan(scope, until: until, now: now) else { return [] }
        switch scope {
        case .app:
            return [.note(.throttled(id, .app, nil, seconds: seconds, code: code))]
        case .method(let method):
            return [.note(.throttled(id, .method, method, seconds: seconds, code: code))]
        }
    }

    /// - Returns: for how many seconds; nil for a ban that is over.
    private mutating func obeyStoredBan(
        _ scope: RateLimiter.BanScope, until: UTCInstant, now: Now
    ) -> Int64? {
        bansKnown[scope] = max(bansKnown[scope] ?? until, until)
        // A wall clock that starts in 1970 must not make it last for decades.
        let seconds = min(RateLimiter.banSecondsMax, until.seconds(since: now.wall))
        guard seconds > 0 else { return nil }
        ban(scope, seconds: seconds, until: now.ticks.advanced(byMilliseconds: seconds * 1_000))
        return seconds
    }

    private mutating func ban(
        _ scope: RateLimiter.BanScope, seconds: Int64, until end: MonotonicInstant
    ) {
        limiter.ban(scope, until: end)
        if seconds >= RateLimiter.probedBanSecondsMin { probedBans.insert(scope) }
    }

    /// A method is not to be called before then. That is no ban of the platform's.
    mutating func suspend(_ method: CallMethod, until end: MonotonicInstant) {
        limiter.ban(.method(method), until: end)
    }

    /// A call was answered without throttling, so bans of it that had ended are over.
    mutating func notThrottled(_ method: CallMethod, sent: MonotonicInstant) {
        guard !probedBans.isEmpty, limiter.banEnd(for: method).map({ sent >= $0 }) ?? true else {
            return
        }
        probedBans.remove(.app)
        probedBans.remove(.method(method))
    }

    /// A call was accepted: the row of throttling answers has ended.
    mutating func worked() { vagueThrottles = 0 }
}
