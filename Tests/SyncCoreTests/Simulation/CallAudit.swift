@testable import SyncCore

/// What the platform's operators would see: every call and ban of an app. Times are virtual
/// milliseconds.
struct CallAudit {
    private struct Ban {
        var app: AppID
        var scope: RateLimiter.BanScope
        var known: Int64
        var until: Int64
        var isStored = false
    }

    let limit: RateLimiter.Policy
    let rules: ReadingRules
    private var sent: [AppID: [Int64]] = [:]
    private var perDay: [AppID: [Int64: Int]] = [:]
    private var bans: [Ban] = []
    private(set) var callsByStream: [StreamKind: Int] = [:]

    init(_ limit: RateLimiter.Policy, _ rules: ReadingRules) {
        self.limit = limit
        self.rules = rules
    }

    /// - Returns: the rule that the call breaks, nil for a lawful one.
    mutating func note(_ call: Call, at time: Int64) -> String? {
        sent[call.app, default: []].append(time)
        if let kind = call.stream?.kind { callsByStream[kind, default: 0] += 1 }
        let day = beijingDay(call.platformTime)
        perDay[call.app, default: [:]][day, default: 0] += 1
        if perDay[call.app]?[day] ?? 0 > limit.callsPerDay { return "more calls than a day has" }
        for ban in bans where ban.app == call.app && ban.known < time && time < ban.until {
            if ban.scope == .app || ban.scope == .method(call.method) {
                return "\(call.method) called at \(time) during a ban of \(ban.scope) until "
                    + "\(ban.until), known since \(ban.known), stored \(ban.isStored)"
            }
        }
        switch call.kind {
        case .list(let request):
            return fault(of: request, call)
        case .trace(let key, _, let carrier):
            let isMissing = rules.tracesNeedCarrier && carrier.isEmpty
            return isMissing ? "asked about \(key) without a carrier" : nil
        case .parcels:
            return rules.listsParcels ? nil : "asked for a list that there is not"
        case .order, .refund, .serverTime, .carriers, .goods, .seller:
            return nil
        }
    }

    /// Calls that other processes make; they count for the day.
    mutating func noteOthers(_ calls: Int, _ app: AppID, day: Int64) {
        perDay[app, default: [:]][day, default: 0] += calls
    }

    private func fault(of request: PageRequest, _ call: Call) -> String? {
        if request.from >= request.through { return "an empty span: \(request)" }
        guard let kind = call.stream?.kind else { return "a list of no shop" }
        let list = rules.list(of: kind)
        let span = request.through.seconds(since: request.from)
        if span > list.spanMax { return "too long: \(request)" }
        if list.mode == .counted, !request.wantsTotal { return "not counted: \(request)" }
        // A probe of the end asks for a second more.
        let behind = call.platformTime.seconds(since: request.through)
        if kind == .orders || kind == .refunds, behind < rules.settleMin - 1 {
            return "too close to the present: \(request) at \(call.platformTime)"
        }
        return nil
    }

    mutating func banReported(
        _ app: AppID, _ scope: RateLimiter.BanScope, at time: Int64, until: Int64
    ) {
        bans.append(Ban(app: app, scope: scope, known: time, until: until))
    }

    mutating func banStored(_ app: AppID, _ scope: RateLimiter.BanScope, reported: Int64) {
        for index in bans.indices where bans[index].app == app && bans[index].scope == scope {
            if bans[index].known <= reported { bans[index].isStored = true }
        }
    }

    /// A crash forgets what was not stored; and stored bans are by the wall clock.
    mutating func crashed(wallWasSet: Bool) {
        bans.removeAll { wallWasSet || !$0.isStored }
    }

    /// Over the whole run: the token bucket, and any one second.
    func rateFault() -> String? {
        let inSecond = max(limit.burst, Int(limit.callsPerSecond.rounded(.up)))
        for (app, times) in sent {
            var tokens = Double(limit.burst)
            var last = times.first ?? 0
            for (index, time) in times.enumerated() {
                // The process's ticks may run 50 ppm fast; every call may round by a millisecond.
                let rate = limit.callsPerSecond * 1.000_1 / 1_000
                tokens = min(Double(limit.burst), tokens + Double(time - last) * rate)
                last = time
                tokens -= 1
                if tokens < -0.05 { return "\(app): bucket overdrawn at \(time)" }
                if index >= inSecond, time - times[index - inSecond] < 1_000 {
                    return "\(app): more than \(inSecond) calls in the second before \(time)"
                }
            }
        }
        return nil
    }

    var callCount: Int { sent.values.reduce(0) { $0 + $1.count } }
}
