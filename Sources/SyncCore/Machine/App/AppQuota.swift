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

    init(_ app: MachineConfiguration.App, classesInUse: [CallClass], now: Now) {
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
        // Earlier days are of no use any more, and they would pile up.
        if callsByClass[day] == nil { callsByClass = callsByClass.filter { $0.key > day } }
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
        return DayBudget(
            callsPerDay: limiter.policy.callsPerDay, callsLeft: callsLeft(at: platformNow),
            secondsLeft: secondsToNextDay(platformNow),
            inUse: isNew ? classesInUse + [.backfill] : classesInUse,
            used: callsByClass(on: beijingDay(platformNow)))
    }

    private func callsLeft(at platformNow: UTCInstant) -> Int {
        limiter.policy.callsPerDay - limiter.calls(on: beijingDay(platformNow))
    }

    /// The second half of a day's calls is for live polls and for what live rows need.
    private func isInSecondHalf(_ platformNow: UTCInstant) -> Bool {
        callsLeft(at: platformNow) < limiter.policy.callsPerDay / 2
    }

    /// Details of history take no calls that live polls will need.
    func historyMayCall(at platformNow: UTCInstant) -> Bool {
        callsLeft(at: platformNow) > limiter.policy.callsPerDay / 2
    }

    /// Milliseconds between live polls of each of `shopCount` shops at least; nil while they run at
    /// the configured pace. The second half of a day's calls is spread over what is left of the
    /// day, so that no shop goes blind before midnight.
    func livePace(shopCount: Int, at platformNow: UTCInstant) -> Int64? {
        guard isInSecondHalf(platformNow) else { return nil }
        // A quarter is kept for everything but live polls.
        let polls = max(1, callsLeft(at: platformNow) * 3 / 4)
        let rest = secondsToNextDay(platformNow) * 1_000
        // The new day's calls are for its own pace.
        return min(rest * Int64(shopCount) / Int64(polls), rest)
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
