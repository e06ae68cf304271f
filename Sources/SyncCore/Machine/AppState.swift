/// One app: its limiter, its platform's clock, and whether the platform accepts it.
struct AppState: Sendable {
    let id: AppID
    /// Its shops, by index.
    var shops: [Int] = []
    let rules: ReadingRules
    var limiter: RateLimiter
    var fair = FairShare()
    var inFlight = 0
    var trouble: Trouble?
    var isReserving = false
    /// Day whose end of quota was told already.
    var spentDayNoted: Int64?
    /// Classes that its shops can have calls of.
    var classesInUse: [CallClass] = [.control]
    /// Calls by Beijing day and class, those of earlier runs included.
    private var callsByClass: [Int64: [CallClass: Int]]
    /// Methods that not all depends on and that the app is refused, and when each is tried next.
    var refusals: [CallMethod: Trouble] = [:]
    /// The latest ends of bans that the database was told of or has told, by the wall clock.
    var bansKnown: [RateLimiter.BanScope: UTCInstant] = [:]
    /// Scopes of long bans: the first call after their end is the only one until its answer.
    private(set) var probedBans: Set<RateLimiter.BanScope> = []
    /// Throttling answers in a row that did not say for how long.
    var vagueThrottles = 0

    /// When the platform's carriers are asked for; nil where nobody needs them.
    var carriersDue: Ticks?
    var carriersAreInWork = false
    var carriersAttempt = 0

    var clock: ServerClock?
    var clockCallIsInFlight = false
    var clockAttempt = 0
    /// Times in a row that the time call itself was refused for its timestamp.
    var clockSkews = 0
    /// Times that the platform answered as one that does not tell its time.
    var clockRefusals = 0
    /// The clock does not rest on a `Date` header alone, which a proxy may have made.
    var clockIsChecked = false
    var nextClockCall: Ticks
    /// The `Date` header agrees with the platform's own time.
    var dateIsTrusted = true
    /// A `Date` header contradicted the clock: the platform's own time has to decide.
    var dateIsDoubted = false
    var lastDated: Ticks
    /// The latest answer had a `Date` header.
    var isDated = true
    /// Answers in a row by which the platform's own time was what it was taken for.
    var timesConfirmed = 0
    /// Without a dated answer for so long, the platform's time is asked for.
    static let clockAgeMax: Int64 = 600_000
    /// The same while `Date` headers are absent or contradict the platform's time: nothing else
    /// tells when that is corrected. It doubles with each ten answers that change nothing.
    static let undatedAgeMin: Int64 = 60_000
    /// Failures after which a `Date` header that agrees with the machine's own clock will do;
    /// refusals after which the clock at hand has to do.
    static let clockAttemptMax = 4
    /// Failures of the first time call after which the shops are told to wait for it.
    static let clockAttemptsUntold = 2
    static let clockDisagreementMax: Int64 = 2

    init(_ app: MachineConfiguration.App, now: Now) {
        id = app.id
        rules = app.rules
        limiter = RateLimiter(
            policy: app.limit, callsByDay: app.callsByDay, startsFresh: app.startsFresh,
            now: now.ticks)
        callsByClass = app.callsByClass
        nextClockCall = now.ticks
        lastDated = now.ticks
        for ban in app.bans { _ = takeUpBan(ban.scope, until: ban.until, now: now) }
    }

    /// Obeys a ban that the database holds.
    /// - Returns: for how many seconds; nil for one that is over.
    mutating func takeUpBan(
        _ scope: RateLimiter.BanScope, until: UTCInstant, now: Now
    ) -> Int64? {
        bansKnown[scope] = max(bansKnown[scope] ?? until, until)
        // A wall clock that starts in 1970 must not make it last for decades.
        let seconds = min(RateLimiter.banSecondsMax, until.seconds(since: now.wall))
        guard seconds > 0 else { return nil }
        ban(scope, seconds: seconds, until: now.ticks.advanced(byMilliseconds: seconds * 1_000))
        return seconds
    }

    /// - Parameter seconds: how long it lasts; after a long one a single call tries first.
    mutating func ban(_ scope: RateLimiter.BanScope, seconds: Int64, until end: Ticks) {
        limiter.ban(scope, until: end)
        if seconds >= RateLimiter.probedBanSecondsMin { probedBans.insert(scope) }
    }

    /// A call was answered without a throttling, and so bans of it that had ended are over.
    mutating func notThrottled(_ method: CallMethod, sent: Ticks) {
        guard !probedBans.isEmpty, limiter.banEnd(for: method).map({ sent >= $0 }) ?? true else {
            return
        }
        probedBans.remove(.app)
        probedBans.remove(.method(method))
    }

    func platformNow(_ now: Now) -> UTCInstant {
        clock?.now(at: now.ticks) ?? now.wall
    }

    /// A wall clock that was set meanwhile puts them off by a day at most.
    mutating func awaitCarriers(storedAt: UTCInstant?, now: Now) {
        let ageMax = SyncMachine.carriersAgeMax
        let age = storedAt.map { now.wall.seconds(since: $0) * 1_000 } ?? ageMax
        let pause = max(0, min(ageMax, ageMax - age))
        carriersDue = now.ticks.advanced(byMilliseconds: pause)
    }

    mutating func count(_ callClass: CallClass, day: Int64) {
        // Yesterday's are of no use any more, and days would pile up.
        if callsByClass[day] == nil { callsByClass = callsByClass.filter { $0.key > day } }
        callsByClass[day, default: [:]][callClass, default: 0] += 1
    }

    func callsByClass(on day: Int64) -> [CallClass: Int] { callsByClass[day] ?? [:] }

    func clockCallWanted(_ now: Now) -> Bool {
        let isUndated = !isDated || !dateIsTrusted
        let age = isUndated ? Self.undatedAgeMin << Int64(min(8, timesConfirmed / 10)) : .max
        return now.ticks.milliseconds(since: lastDated) > min(age, Self.clockAgeMax)
    }
}

/// An app, a shop or a method that the platform refuses, and when to try it next.
struct Trouble: Equatable, Sendable {
    var code: String
    var attempt: Int
    var probeAt: Ticks
    /// Not the authorisation is wrong: the platform will not have the app, or the shop.
    var isRefusal = false
    /// Even the call for the time was refused.
    var isOfClock = false
    /// Only another session ends it: nothing is tried before.
    var waitsForSession = false
}
