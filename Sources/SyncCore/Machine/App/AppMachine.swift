/// One app: what it may call, the platform's time, its carriers, and whether the platform accepts
/// it. It decides nothing about its shops; it returns what they have to know.
///
/// Invariants:
/// 1. No call without the quota's grant.
/// 2. At most `callsInFlightMax` calls in flight; one while the app is being probed.
/// 3. A suspension ends only because a call worked.
struct AppMachine: Sendable {
    /// A call that the app makes on its own behalf.
    enum OwnCall: Equatable, Sendable {
        case clock
        case carriers

        var method: CallMethod { self == .clock ? .serverTime : .carriers }
        var kind: Call.Kind { self == .clock ? .serverTime : .carriers }
    }

    enum Timer: Hashable, Sendable {
        case clock, carriers, probe, quota, budget
        case method(CallMethod)
    }

    private struct Sent: Sendable {
        var method: CallMethod
        var at: MonotonicInstant
        var limiterPlace: Int
        var own: OwnCall?
    }

    let id: AppID
    let rules: ReadingRules
    private(set) var quota: AppQuota
    private(set) var clock: PlatformClock
    private(set) var carriers: CarrierSchedule
    private(set) var standing = Standing()
    /// Refusals that concern all shops.
    private(set) var refusals = MethodRefusals()
    private var sent: [CallID: Sent] = [:]
    /// By shop: the number of calls made when the platform refused it, and when it accepted it.
    private var refusedAt: [ShopID: UInt64] = [:]
    private var workedAt: [ShopID: UInt64] = [:]
    private var callCount: UInt64 = 0
    private var random: SplitMix64
    private var deadlines = Deadlines<Timer>()
    private var plan: (live: LivePlan, until: MonotonicInstant)?

    private static let planMilliseconds: Int64 = 60_000

    init(
        _ app: MachineConfiguration.App, shops: [MachineConfiguration.Shop], random: SplitMix64,
        now: Now
    ) {
        id = app.id
        rules = app.rules
        let streams = shops.reduce(into: Set<StreamKind>()) { $0.formUnion($1.streams) }
        let polled = shops.filter { !$0.streams.isDisjoint(with: [.orders, .affiliate]) }
        quota = AppQuota(
            app, classesInUse: [.control] + CallClass.inUse(by: streams),
            pollsPerDay: polled.reduce(0) {
                $0 + 86_400_000 / Double(max(1, $1.pollIntervalMilliseconds))
            }, now: now)
        clock = PlatformClock(now: now.ticks)
        let needsCarriers = app.rules.tracesNeedCarrier && streams.contains(.shipments)
        carriers = CarrierSchedule(isNeeded: needsCarriers, storedAt: app.carriersAt, now: now)
        self.random = random
    }

    // MARK: State

    var inFlight: Int { sent.count }

    func moment(_ now: Now) -> Moment { clock.moment(now) }

    /// When the app has to be looked at again though nothing happened.
    var deadline: MonotonicInstant? { deadlines.earliest }

    /// The app may have another call in flight. One only while a single call has to show that the
    /// platform accepts calls again.
    func hasRoom(callsInFlightMax: Int) -> Bool {
        let isProbing = !standing.isActive || quota.isProbingApp
        return inFlight < (isProbing ? 1 : callsInFlightMax)
    }

    func mayCall(_ method: CallMethod, now: MonotonicInstant) -> Bool {
        quota.banEnd(for: method).map { $0 <= now } ?? true
    }

    /// The method was refused, or banned for long: one call in flight shows whether it still is.
    private func isTrying(_ method: CallMethod) -> Bool {
        guard refusals.contains(method) || quota.isProbing(method) else { return false }
        return sent.values.contains { $0.method == method }
    }

    // MARK: Turn

    /// Begins to decide anew.
    /// - Returns: whether the app may call at all.
    mutating func beginTurn(at now: MonotonicInstant) -> Bool {
        deadlines.clear()
        guard !standing.isActive else { return true }
        guard inFlight == 0 else { return false }
        guard let probe = standing.nextProbe, now < probe else { return true }
        deadlines.set(.probe, at: probe)
        return false
    }

    /// The call that the app has to make on its own behalf.
    mutating func ownCall(_ now: Now, callsInFlightMax: Int) -> OwnCall? {
        guard hasRoom(callsInFlightMax: callsInFlightMax) else { return nil }
        if clock.wantsCall(now), !clock.isCalling {
            guard now.ticks < clock.nextCall else { return .clock }
            deadlines.set(.clock, at: clock.nextCall)
        }
        guard clock.isReady, standing.isActive, !carriers.isInWork, let due = carriers.due else {
            return nil
        }
        guard now.ticks < due else { return .carriers }
        deadlines.set(.carriers, at: due)
        return nil
    }

    /// Asks the quota for a call.
    mutating func grant(_ method: CallMethod, _ now: Now) -> (isGranted: Bool, [SyncAction]) {
        let (grant, actions) = quota.take(method, at: moment(now))
        if case .wait(let until) = grant { deadlines.set(.quota, at: until) }
        return (grant == .granted, actions)
    }

    /// What keeps a shop's offer from being called now; nil for nothing.
    func obstacle(to offer: Offer, at moment: Moment) -> OfferObstacle? {
        let method = offer.method
        // A suspended app is probed with what shows whether it still is.
        guard standing.isActive || method.isProbe else { return .suspended }
        guard !offer.isHistoryDetail || quota.historyMayCall(at: moment.platform) else {
            return .historyShareUsed
        }
        let ends = [quota.banEnd(for: method), offer.notBefore].compactMap { $0 }
        if let end = ends.max(), moment.ticks < end { return .pause(until: end) }
        return isTrying(method) ? .probing : nil
    }

    /// Whether a shop's offer can be called now.
    mutating func admits(_ offer: Offer, at moment: Moment) -> Bool {
        let obstacle = obstacle(to: offer, at: moment)
        if case .pause(let end) = obstacle { deadlines.set(.method(offer.method), at: end) }
        return obstacle == nil
    }

    /// The class to serve next, and the classes that could be served.
    /// - Parameter hasRequests: a command's request is being read.
    mutating func chooseClass(
        among offered: [CallClass], hasRequests: Bool, at moment: Moment
    ) -> (CallClass, ready: [CallClass])? {
        let budget = quota.budget(at: moment.platform, hasRequests: hasRequests)
        let ready = offered.filter(budget.allows)
        if ready.count < offered.count {
            deadlines.set(.budget, at: moment.ticks(after: AppQuota.budgetPauseMilliseconds))
        }
        return quota.choose(ready).map { ($0, ready) }
    }

    /// How live calls are spread; worked out anew once a minute.
    mutating func livePlan(at moment: Moment, rates: () -> [Double]) -> LivePlan {
        if let plan, moment.ticks < plan.until { return plan.live }
        let calls = quota.liveCallsLeft(at: moment.platform)
        let live = LivePlan(
            rates: rates(), calls: calls, callsPerSecond: quota.callsPerSecond, at: moment.platform)
        plan = (live, moment.ticks(after: Self.planMilliseconds))
        return live
    }

    mutating func book(_ callClass: CallClass, ready: [CallClass]) {
        quota.book(callClass, ready: ready)
    }

    /// A call was granted and is sent.
    /// - Returns: the platform's time for its timestamp.
    mutating func send(
        _ id: CallID, _ method: CallMethod, _ callClass: CallClass, own: OwnCall? = nil, _ now: Now
    ) -> UTCInstant {
        var platformTime = clock.now(now)
        switch own {
        case .clock: platformTime = clock.begin(now)
        case .carriers: carriers.begin()
        case nil: break
        }
        if !standing.isActive { standing.sendProbe() }
        quota.count(callClass, day: beijingDay(platformTime))
        callCount = id.rawValue
        sent[id] = Sent(
            method: method, at: now.ticks, limiterPlace: quota.latestPlace, own: own)
        return platformTime
    }

    // MARK: Answers

    /// Takes in what every answer says: that it came, and what the platform's time is.
    mutating func answered(_ id: CallID, _ result: CallResult, _ now: Now) -> AppResponse {
        guard let call = sent.removeValue(forKey: id) else {
            preconditionFailure("answer to a call that was not made")
        }
        var response = AppResponse()
        quota.answered(place: call.limiterPlace, now: now.ticks)
        if result.isAnswered, !result.isThrottled {
            quota.notThrottled(call.method, sent: call.at)
        }
        let change = clock.observe(
            date: result.date, isAnswered: result.isAnswered, sent: call.at, now: now)
        take(change, &response)
        switch call.own {
        case .clock: clockAnswered(result, sent: call.at, now, &response)
        case .carriers: carriersAnswered(id, result, now, &response)
        case nil: break
        }
        return response
    }

    private mutating func take(_ change: PlatformClock.Change, _ response: inout AppResponse) {
        switch change {
        case .nothing:
            break
        case .known(let ahead):
            response.log(.clockKnown(id, aheadSeconds: ahead))
            response.effects.append(.clockKnown)
        case .adjusted:
            response.effects.append(.clockAdjusted)
        case .set(let seconds, let believed, let unsure):
            response.log(.clockMoved(id, bySeconds: seconds))
            response.effects.append(
                seconds < 0
                    ? .clockSetBack(believed: believed, unsure: unsure)
                    : .clockSetForward(believed: believed, unsure: unsure))
        }
    }

    private mutating func clockAnswered(
        _ result: CallResult, sent: MonotonicInstant, _ now: Now, _ response: inout AppResponse
    ) {
        switch result.outcome {
        case .serverTime(let time):
            // Anybody may ask for the time: that says nothing about what shops are refused.
            if standing.reason == .refusedAtClock { accept(&response) }
            take(clock.answered(time, date: result.date, sent: sent, now: now), &response)
        case .failure(let failure):
            clockFailed(failure, now, &response)
        case .page, .detail, .trace, .parcels, .goods, .carriers, .seller:
            preconditionFailure("a time call was answered with something else")
        }
    }

    private mutating func clockFailed(
        _ failure: CallFailure, _ now: Now, _ response: inout AppResponse
    ) {
        let attempt = clock.attempt
        let pause = RetryReason.clock.pause(attempt: attempt, random: &random)
        let (reportsWaiting, usesMachineClock, change) = clock.failed(
            failure, until: now.ticks.advanced(byMilliseconds: pause), now: now)
        if reportsWaiting { response.effects.append(.appSuspended(code: failure.code)) }
        switch FailurePolicy.scope(of: failure.disposition, method: .serverTime) {
        case .ban(let scope, let seconds):
            response.actions += quota.throttle(
                scope, .serverTime, seconds: seconds, code: failure.code, at: moment(now))
        case .app:
            suspend(failure, .refusedAtClock, now, &response)
        case .request, .shopMethod, .appMethod, .session, .clock:
            response.log(
                .callFailed(
                    nil, id, .serverTime, failure, attempt: attempt + 1, retryMs: pause))
        }
        if usesMachineClock {
            response.log(.clockUnknown(id))
        } else {
            take(change, &response)
        }
    }

    private mutating func carriersAnswered(
        _ call: CallID, _ result: CallResult, _ now: Now, _ response: inout AppResponse
    ) {
        switch result.outcome {
        case .carriers:
            carriers.succeed()
            response.actions.append(.storeCarriers(call, id))
        case .failure(let failure):
            let attempt = carriers.attempt
            let pause = RetryReason.carriers.pause(attempt: attempt, random: &random)
            carriers.fail(until: now.ticks.advanced(byMilliseconds: pause))
            switch FailurePolicy.scope(of: failure.disposition, method: .carriers) {
            case .ban(let scope, let seconds):
                response.actions += quota.throttle(
                    scope, .carriers, seconds: seconds, code: failure.code, at: moment(now))
            case .clock:
                clock.doubt(now: now)
            // Its own pause is long enough for a method that is refused.
            case .request, .shopMethod, .appMethod, .session, .app:
                break
            }
            response.actions.append(.discard(call))
            response.log(
                .callFailed(nil, id, .carriers, failure, attempt: attempt + 1, retryMs: pause))
        case .page, .detail, .trace, .parcels, .goods, .serverTime, .seller:
            preconditionFailure("a call for carriers was answered with something else")
        }
    }

    // MARK: Events

    mutating func carriersStored(now: MonotonicInstant) { carriers.store(now: now) }

    mutating func reserved(_ total: Int, others: Int, day: Int64) {
        quota.reserved(total, others: others, day: day)
    }

    mutating func foundBan(
        _ scope: RateLimiter.BanScope, until: UTCInstant, code: String, now: Now
    ) -> [SyncAction] {
        quota.foundBan(scope, until: until, code: code, now: now)
    }

    /// Takes in what the answer to a shop's call says about the app.
    mutating func take(_ finding: AppFinding, from shop: ShopID, _ now: Now) -> AppResponse {
        var response = AppResponse()
        switch finding {
        case .worked(let method):
            quota.worked()
            refusals.accept(method)
            workedAt[shop] = callCount
            accept(&response)
        case .throttled(let scope, let seconds, let method, let code):
            response.actions += quota.throttle(
                scope, method, seconds: seconds, code: code, at: moment(now))
        case .refused(let failure, let isShopRefused):
            // The shop alone, if the platform has accepted another since it refused this one.
            let isRefusedAlone =
                isShopRefused
                || refusedAt[shop].map { refused in
                    workedAt.values.contains { $0 > refused }
                } ?? false
            refusedAt[shop] = callCount
            if isRefusedAlone {
                response.effects.append(.refusedAlone(failure))
            } else {
                suspend(failure, .refused, now, &response)
            }
        case .methodRefused(let method, let failure):
            // Of several calls in flight the first is logged; the others say the same.
            guard quota.banEnd(for: method).map({ $0 <= now.ticks }) ?? true else { break }
            let pause = RetryReason.method.pause(
                attempt: refusals.attempt(for: method), random: &random)
            let end = now.ticks.advanced(byMilliseconds: pause)
            refusals.refuse(method, until: end)
            quota.suspend(method, until: end)
            response.log(
                .methodRefused(
                    id, method, code: failure.code, line: failure.line,
                    retrySeconds: pause / 1_000))
        case .clockInDoubt:
            clock.doubt(now: now)
        }
        return response
    }

    // MARK: Standing

    private mutating func suspend(
        _ failure: CallFailure, _ reason: Standing.Reason, _ now: Now,
        _ response: inout AppResponse
    ) {
        let pause = RetryReason.misconfiguration.pause(
            attempt: standing.attempt, atLeast: failure.restSeconds * 1_000, random: &random)
        let probeAt = now.ticks.advanced(byMilliseconds: pause)
        guard standing.refuse(reason, code: failure.code, probeAt: probeAt) else { return }
        response.effects.append(.appSuspended(code: failure.code))
        response.log(.appMisconfigured(id, code: failure.code, line: failure.line))
    }

    private mutating func accept(_ response: inout AppResponse) {
        guard standing.work() != nil else { return }
        response.effects.append(.appAccepted)
        response.log(.appRecovered(id))
    }
}
