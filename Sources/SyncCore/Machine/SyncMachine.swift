/// Decides what to call, what to store and when: all apps, shops and streams of the process.
///
///     poll ──▶ .call ──▶ (driver) ──▶ .answered ──▶ .commit / .discard / rest / pause
///     .commit ──▶ (store) ──▶ .committed          .reserve ──▶ (store) ──▶ .reserved
///
///     shop:  active ──unauthorised──▶ unauthorized ──a probe succeeds──▶ active
///     app:   fine ──misconfigured──▶ in trouble ──a probe succeeds──▶ fine
///
/// Invariants:
/// 1. A cursor moves only in the change that completes its window.
/// 2. A tile has at most one call in flight; an app at most `callsInFlightMax`.
/// 3. No call without the limiter's grant.
/// 4. Trouble of one shop or app leaves the others alone, and ends by itself when a probe works.
///
/// It reads no clock and does no I/O: `now` and events go in, actions come out.
public struct SyncMachine: Sendable {
    let configuration: MachineConfiguration
    var apps: [AppState]
    var shops: [Shop]
    private let shopIndices: [ShopID: Int]
    var inFlight: [CallID: InFlight] = [:]
    var uncommitted = 0
    var lastCall: UInt64 = 0
    var random: SplitMix64
    var isStopping = false
    /// Nothing can be stored: nothing is asked for.
    var isHeld = false
    /// When `poll` should run again though nothing happened.
    var wakeup: Ticks?

    struct InFlight: Equatable, Sendable {
        var call: Call
        var sent: Ticks
        var app: Int
        /// The limiter's place for the call.
        var limiterPlace: Int
        var purpose: Purpose
    }

    /// What a call is made for; the shop is its index.
    enum Purpose: Equatable, Sendable {
        case clock
        case tile(shop: Int, StreamKind)
        case work(shop: Int, StreamKind)
        case audit(shop: Int)
        case carriers
        case seller(shop: Int)

        var shop: Int? {
            switch self {
            case .clock, .carriers: nil
            case .tile(let shop, _), .work(let shop, _), .audit(let shop), .seller(let shop): shop
            }
        }
    }

    public init(_ configuration: MachineConfiguration, now: Now) {
        self.configuration = configuration
        random = SplitMix64(seed: configuration.seed)
        apps = configuration.apps.map { AppState($0, now: now) }
        shops = configuration.shops.map { shop in
            guard let app = configuration.apps.firstIndex(where: { $0.id == shop.app }) else {
                preconditionFailure("shop \(shop.id) names no app")
            }
            return Shop(shop, app: app, rules: configuration.apps[app].rules)
        }
        shopIndices = Dictionary(uniqueKeysWithValues: zip(shops.map(\.id), shops.indices))
        for app in apps.indices {
            apps[app].shops = shops.indices.filter { shops[$0].app == app }
            let streams = apps[app].shops.map { shops[$0].configuration.streams }
            let wanted = streams.reduce(into: Set<StreamKind>()) { $0.formUnion($1) }
            apps[app].classesInUse += CallClass.inUse(by: wanted)
            guard apps[app].rules.tracesNeedCarrier, wanted.contains(.shipments) else { continue }
            apps[app].awaitCarriers(storedAt: configuration.apps[app].carriersAt, now: now)
        }
    }

    // MARK: Interface

    /// Takes in an event and answers what to do now.
    public mutating func handle(_ event: SyncEvent, now: Now) -> [SyncAction] {
        var actions: [SyncAction] = []
        if let shop = shop(of: event) { shops[shop].agenda.isCurrent = false }
        switch event {
        case .tick:
            break
        case .answered(let id, let result):
            answered(id, result, now: now, &actions)
        case .committed(let changes):
            uncommitted -= changes
            precondition(uncommitted >= 0, "more changes were committed than asked for")
        case .reserved(let id, let total, let others, let day):
            apps[appIndex(id)].limiter.reserved(total, others: others, day: day)
            apps[appIndex(id)].isReserving = false
        case .banFound(let id, let scope, let until, let code):
            takeUpBan(appIndex(id), scope, until: until, code, now: now, &actions)
        case .worked, .queued, .workLoaded:
            handleWork(event, &actions)
        case .stored(let stream, let onTime, let late, let askedAt):
            learnLag(stream, onTime: onTime, late: late, askedAt: askedAt, now: now, &actions)
        case .counted(let id, let stored):
            compared(shopIndex(id), stored: stored, now: now, &actions)
        case .requested(let stream, let records):
            if let shop = shopIndices[stream.shop] {
                shops[shop].takeUp(records, stream.kind, now: now)
            }
        case .authorisationChanged(let id):
            sessionChanged(shopIndex(id), now: now)
        case .carriersStored(let id):
            carriersStored(appIndex(id), now: now)
        }
        poll(now: now, &actions)
        return actions
    }

    /// The shop that an event concerns.
    private func shop(of event: SyncEvent) -> Int? {
        switch event {
        case .answered(let id, _):
            return inFlight[id]?.purpose.shop
        case .worked(let stream, _, _), .queued(let stream), .workLoaded(let stream, _, _, _),
            .stored(let stream, _, _, _), .requested(let stream, _):
            return shopIndices[stream.shop]
        case .counted(let id, _), .authorisationChanged(let id):
            return shopIndices[id]
        case .tick, .committed, .reserved, .banFound, .carriersStored:
            return nil
        }
    }

    /// No further calls are started; what is in flight may still end.
    public mutating func stop() {
        isStopping = true
    }

    /// Starts no calls while the database takes no writes; the next event after the end of it
    /// goes on.
    public mutating func hold(_ isHeld: Bool) {
        self.isHeld = isHeld
    }

    /// Nothing is in flight and nothing waits to be stored.
    public var isQuiet: Bool { inFlight.isEmpty && uncommitted == 0 }

    /// When to send `.tick` if nothing else happens; nil while only an event can change anything.
    public func nextWakeup() -> Ticks? { wakeup }

    /// Seconds that the live stream furthest behind is behind its platform's clock; nil before
    /// every shop has begun.
    public func worstLiveLagSeconds(now: Now) -> Int64? {
        var worst: Int64?
        for shop in shops {
            guard shop.hasBegun else { return nil }
            guard let live = shop.liveIndex else { continue }
            let lag = apps[shop.app].platformNow(now).seconds(since: shop.feeds[live].cursor)
            worst = max(worst ?? lag, lag)
        }
        return worst
    }

    /// When the platform or the quota allows the next call for orders; nil while one is allowed.
    public func ordersResume(now: Now) -> Ticks? {
        apps.compactMap { app in
            let platformNow = app.platformNow(now)
            let methods: [CallMethod] = [.serverTime, .ordersChanged, .ordersCreated]
            var ends = methods.compactMap { app.limiter.banEnd(for: $0) }
            if app.limiter.calls(on: beijingDay(platformNow)) >= app.limiter.policy.callsPerDay {
                let rest = secondsToNextDay(platformNow) * 1_000
                ends.append(now.ticks.advanced(byMilliseconds: rest))
            }
            return ends.filter { $0 > now.ticks }.max()
        }.max()
    }

    /// Nothing that a command asked for is left to read.
    public var requestsAreDone: Bool {
        shops.allSatisfy { shop in
            shop.hasBegun
                && shop.feeds.allSatisfy { $0.id.kind != .requested && $0.id.kind != .verify }
        }
    }

    /// Every shop has begun, and none has history left to load.
    public var historyIsLoaded: Bool {
        shops.allSatisfy { shop in
            shop.hasBegun
                && shop.feeds.allSatisfy { $0.direction == .forward || $0.isFinished }
        }
    }

    /// Every shop's history is loaded and its live stream is within `seconds` of the platform.
    public func isCaughtUp(withinSeconds seconds: Int64, now: Now) -> Bool {
        guard historyIsLoaded, let lag = worstLiveLagSeconds(now: now) else { return false }
        return lag <= seconds
    }

    // MARK: Starting calls

    mutating func poll(now: Now, _ actions: inout [SyncAction]) {
        wakeup = nil
        guard !isStopping, !isHeld else { return }
        for app in apps.indices { startCalls(ofApp: app, now: now, &actions) }
    }

    private mutating func startCalls(
        ofApp app: Int, now: Now, _ actions: inout [SyncAction]
    ) {
        if let trouble = apps[app].trouble {
            guard apps[app].inFlight == 0 else { return }
            guard now.ticks >= trouble.probeAt else { return wake(at: trouble.probeAt) }
        }
        guard apps[app].clock != nil, apps[app].clockIsChecked else {
            return startClockCall(app, now: now, &actions)
        }
        if apps[app].clockCallWanted(now) { startClockCall(app, now: now, &actions) }
        startCarriersCall(app, now: now, &actions)
        plan(app, now: now, &actions)
        while apps[app].inFlight < callsInFlightMax(app),
            uncommitted < configuration.uncommittedPagesMax
        {
            guard let (chosen, ready) = candidate(app, now: now) else { break }
            guard grant(app, chosen.method, now: now, &actions) else { break }
            apps[app].fair.book(chosen.callClass, ready: ready)
            start(chosen, app: app, now: now, &actions)
            if let shop = chosen.purpose.shop {
                shops[shop].agenda.isCurrent = false
                look(shop, app, now: now, &actions)
            }
        }
    }

    /// One while a single call has to show that the platform takes calls again.
    func callsInFlightMax(_ app: Int) -> Int {
        let isProbing = apps[app].trouble != nil || apps[app].probedBans.contains(.app)
        return isProbing ? 1 : configuration.callsInFlightMax
    }

    private mutating func startClockCall(
        _ app: Int, now: Now, _ actions: inout [SyncAction]
    ) {
        guard !apps[app].clockCallIsInFlight, apps[app].inFlight < callsInFlightMax(app) else {
            return
        }
        guard now.ticks >= apps[app].nextClockCall else { return wake(at: apps[app].nextClockCall) }
        guard grant(app, .serverTime, now: now, &actions) else { return }
        apps[app].clockCallIsInFlight = true
        apps[app].inFlight += 1
        var call = makeCall(app, nil, .serverTime, .serverTime, .control, now: now)
        // Refused with one clock, it is tried with the other: the `Date` header may be a proxy's.
        if apps[app].clockSkews % 2 == 1 { call.platformTime = now.wall }
        send(call, app, .clock, now: now, &actions)
    }

    private mutating func start(
        _ chosen: Candidate, app: Int, now: Now, _ actions: inout [SyncAction]
    ) {
        let call = makeCall(
            app, chosen.stream, chosen.method, chosen.kind, chosen.callClass, now: now)
        switch chosen.purpose {
        case .clock, .carriers:
            preconditionFailure("clock and carriers are asked for by themselves")
        case .tile(let shop, let kind):
            guard let feed = shops[shop].feedIndex(kind) else { return }
            shops[shop].feeds[feed].tiles[chosen.index].state = .calling(call.id)
            shops[shop].feeds[feed].tiles[chosen.index].calls += 1
            shops[shop].feeds[feed].lastCalled = now.ticks
            shops[shop].inFlight += 1
            if chosen.method == .refundsChanged, shops[shop].rules.refundsGap > 0 {
                shops[shop].refundsAgainAt = now.ticks.advanced(
                    byMilliseconds: shops[shop].rules.refundsGap)
            }
        case .work(let shop, let kind):
            guard let queue = shops[shop].queueIndex(kind) else { return }
            shops[shop].queues[queue].begin(chosen.index, call: call.id)
            shops[shop].inFlight += 1
        case .audit(let shop):
            shops[shop].audit?.state = .calling(call.id)
            shops[shop].inFlight += 1
        case .seller(let shop):
            shops[shop].seller.isAsking = true
            shops[shop].inFlight += 1
        }
        apps[app].inFlight += 1
        send(call, app, chosen.purpose, now: now, &actions)
    }

    mutating func send(
        _ call: Call, _ app: Int, _ purpose: Purpose, now: Now, _ actions: inout [SyncAction]
    ) {
        apps[app].count(call.callClass, day: beijingDay(call.platformTime))
        inFlight[call.id] = InFlight(
            call: call, sent: now.ticks, app: app, limiterPlace: apps[app].limiter.latestPlace,
            purpose: purpose)
        actions.append(.call(call))
    }

    mutating func makeCall(
        _ app: Int, _ stream: StreamID?, _ method: CallMethod, _ kind: Call.Kind,
        _ callClass: CallClass, now: Now
    ) -> Call {
        lastCall += 1
        return Call(
            id: CallID(lastCall), app: apps[app].id, stream: stream, method: method, kind: kind,
            callClass: callClass, platformTime: apps[app].platformNow(now))
    }

    /// Asks the limiter, and sees to what it needs or when to ask again.
    mutating func grant(
        _ app: Int, _ method: CallMethod, now: Now, _ actions: inout [SyncAction]
    ) -> Bool {
        let platformNow = apps[app].platformNow(now)
        let day = beijingDay(platformNow)
        if !apps[app].isReserving, let wanted = apps[app].limiter.reservationWanted(day: day) {
            apps[app].isReserving = true
            actions.append(.reserve(apps[app].id, wanted))
        }
        switch apps[app].limiter.take(method, now: now.ticks, day: day) {
        case .granted:
            apps[app].spentDayNoted = nil
            return true
        case .wait(let milliseconds):
            wake(at: now.ticks.advanced(byMilliseconds: max(1, milliseconds)))
            return false
        case .dayIsSpent:
            if apps[app].spentDayNoted != day {
                apps[app].spentDayNoted = day
                let calls = apps[app].limiter.calls(on: day)
                actions.append(.note(.dayIsSpent(apps[app].id, callsToday: calls)))
            }
            wake(at: now.ticks.advanced(byMilliseconds: secondsToNextDay(platformNow) * 1_000))
            return false
        case .needsReservation:
            return false
        }
    }

    func wakeupEarliest(_ ticks: Ticks) -> Ticks { wakeup.map { min($0, ticks) } ?? ticks }

    mutating func wake(at ticks: Ticks) {
        wakeup = wakeupEarliest(ticks)
    }

    func shopIndex(_ id: ShopID) -> Int {
        guard let index = shopIndices[id] else {
            preconditionFailure("no shop \(id)")
        }
        return index
    }

    func appIndex(_ id: AppID) -> Int {
        guard let index = apps.firstIndex(where: { $0.id == id }) else {
            preconditionFailure("no app \(id)")
        }
        return index
    }
}

/// Daily quotas run in Beijing days: UTC+8, no daylight saving.
func beijingDay(_ instant: UTCInstant) -> Int64 {
    (instant.seconds + 28_800) / 86_400
}

func secondsToNextDay(_ instant: UTCInstant) -> Int64 {
    86_400 - (instant.seconds + 28_800) % 86_400
}
