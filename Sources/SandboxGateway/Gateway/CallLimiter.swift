internal import SyncCore
internal import WireFormat

/// Quota and bans of the app.
struct CallLimiter: Sendable {
    private struct Ban: Sendable {
        /// Nil for who called too often.
        let scope: BanScope?
        let method: String?
        let untilMilliseconds: Int64
    }

    private var bans: [Ban] = []
    private var day = ""
    private var callsOfDay = 0
    private var recentMilliseconds: [Int64] = []
    private var callsOfShops: [String: [Int64]] = [:]

    /// Bans until `seconds` from now. A ban of another scope than the app concerns one method.
    mutating func ban(_ scope: BanScope, method: String?, seconds: Int64, now: Int64) {
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
        _ method: String, callsPerSecond: Int, callsPerDay: Int, now: Int64
    ) throws(CallLimit) {
        bans.removeAll { $0.untilMilliseconds <= now }
        if let ban = bans.first(where: { $0.method == nil || $0.method == method }) {
            let seconds = (ban.untilMilliseconds - now + 999) / 1_000
            guard let scope = ban.scope else { throw .second(secondsLeft: seconds) }
            throw .banned(scope, secondsLeft: seconds)
        }
        try countDay(limit: callsPerDay, now: now)
        recentMilliseconds.removeAll { $0 <= now - 1_000 }
        if callsPerSecond > 0, recentMilliseconds.count >= callsPerSecond {
            // Who calls too often is shut out for a second.
            bans.append(Ban(scope: nil, method: nil, untilMilliseconds: now + 1_000))
            throw .second(secondsLeft: 1)
        }
        recentMilliseconds.append(now)
    }

    /// Counts a call of a method for one shop, which may make so many in a time.
    mutating func admit(
        _ method: String, shop: Int, calls: Int, milliseconds: Int64, now: Int64
    ) throws(CallLimit) {
        let key = "\(method) \(shop)"
        let recent = callsOfShops[key, default: []].filter { $0 > now - milliseconds }
        callsOfShops[key] = recent
        guard recent.count < calls else {
            throw .second(secondsLeft: (recent[0] + milliseconds - now + 999) / 1_000)
        }
        callsOfShops[key]?.append(now)
    }

    private mutating func countDay(limit: Int, now: Int64) throws(CallLimit) {
        let instant = UTCInstant(seconds: now / 1_000)
        let today = BeijingTime.dayText(instant)
        if today != day {
            day = today
            callsOfDay = 0
        }
        callsOfDay += 1
        guard limit > 0, callsOfDay > limit else { return }
        let secondOfDay = (instant.seconds + BeijingTime.offsetSeconds) % 86_400
        throw .day(secondsLeft: 86_400 - secondOfDay)
    }
}
