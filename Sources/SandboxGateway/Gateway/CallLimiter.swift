internal import SyncCore
internal import WireFormat

/// Quota and bans of the app. A call during a ban, or one that breaks a limit, gets code 7 with
/// the seconds that are left.
struct CallLimiter: Sendable {
    private struct Ban: Sendable {
        let scope: BanScope
        let method: TOPMethod?
        let untilMilliseconds: Int64
    }

    private var bans: [Ban] = []
    private var day = ""
    private var callsOfDay = 0
    private var recentMilliseconds: [Int64] = []

    /// Bans until `seconds` from now. A ban of another scope than the app concerns one method.
    mutating func ban(_ scope: BanScope, method: TOPMethod?, seconds: Int64, now: Int64) {
        bans.append(
            Ban(
                scope: scope, method: scope == .app ? nil : method,
                untilMilliseconds: now + seconds * 1_000))
    }

    mutating func lift() {
        bans = []
    }

    /// Counts a call and refuses it if a ban or a limit is against it. Limits of 0 are none.
    mutating func admit(
        _ method: TOPMethod, callsPerSecond: Int, callsPerDay: Int, now: Int64
    ) throws(TOPError) {
        bans.removeAll { $0.untilMilliseconds <= now }
        if let ban = bans.first(where: { $0.method == nil || $0.method == method }) {
            throw .limited(ban.scope, secondsLeft: (ban.untilMilliseconds - now + 999) / 1_000)
        }
        try countDay(limit: callsPerDay, now: now)
        recentMilliseconds.removeAll { $0 <= now - 1_000 }
        if callsPerSecond > 0, recentMilliseconds.count >= callsPerSecond {
            ban(.app, method: nil, seconds: 1, now: now)
            throw .limited(.app, secondsLeft: 1)
        }
        recentMilliseconds.append(now)
    }

    private mutating func countDay(limit: Int, now: Int64) throws(TOPError) {
        let instant = UTCInstant(seconds: now / 1_000)
        let today = BeijingTime.dayText(instant)
        if today != day {
            day = today
            callsOfDay = 0
        }
        callsOfDay += 1
        guard limit > 0, callsOfDay > limit else { return }
        let secondOfDay = (instant.seconds + BeijingTime.offsetSeconds) % 86_400
        throw .limited(.app, secondsLeft: 86_400 - secondOfDay)
    }
}
