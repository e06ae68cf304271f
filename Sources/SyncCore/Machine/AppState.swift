/// One app: its limiter, its platform's clock, and whether the platform accepts it.
struct AppState: Sendable {
    let id: AppID
    var limiter: RateLimiter
    var fair = FairShare()
    var inFlight = 0
    var trouble: Trouble?
    var isReserving = false
    /// Day whose end of quota was told already.
    var spentDayNoted: Int64?
    /// Throttling answers in a row that did not say for how long.
    var vagueThrottles = 0

    var clock: ServerClock?
    var clockCallIsInFlight = false
    var clockAttempt = 0
    var nextClockCall: Ticks
    /// The `Date` header agrees with the platform's own time.
    var dateIsTrusted = true
    var lastDated: Ticks
    /// The bans of an earlier run are in UTC: they are set once the platform's time is known.
    var restoredBans: [(scope: RateLimiter.BanScope, until: UTCInstant)]

    /// Without a dated answer for so long, the platform's time is asked for.
    static let clockAgeMax: Int64 = 600_000
    /// Failures after which the machine's own clock has to do.
    static let clockAttemptMax = 4

    init(_ app: MachineConfiguration.App, now: Now) {
        id = app.id
        limiter = RateLimiter(policy: app.limit, callsByDay: app.callsByDay, now: now.ticks)
        nextClockCall = now.ticks
        lastDated = now.ticks
        restoredBans = app.bans
        for ban in app.bans { setBan(ban.scope, until: ban.until, platformNow: now.wall, now) }
    }

    func platformNow(_ now: Now) -> UTCInstant {
        clock?.now(at: now.ticks) ?? now.wall
    }

    func clockCallWanted(_ now: Now) -> Bool {
        now.ticks.milliseconds(since: lastDated) > Self.clockAgeMax
    }

    mutating func setBan(
        _ scope: RateLimiter.BanScope, until: UTCInstant, platformNow: UTCInstant, _ now: Now
    ) {
        let seconds = until.seconds(since: platformNow)
        guard seconds > 0 else { return }
        limiter.ban(scope, until: now.ticks.advanced(byMilliseconds: seconds * 1_000))
    }
}

/// An app or a shop that the platform refuses, and when to try it next.
struct Trouble: Equatable, Sendable {
    var code: String
    var attempt: Int
    var probeAt: Ticks
}
