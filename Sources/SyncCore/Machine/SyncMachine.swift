/// Decides what to call, what to store and when: all apps, shops and streams of the process.
///
///     event ──▶ its app and its shop ──▶ actions, findings about the app, effects on its shops
///     then:  shops' offers ──choose──▶ quota's grant ──▶ .call
///     .call ──▶ (driver) ──▶ .answered ──▶ .commit ──▶ (store) ──▶ .committed
///
/// `AppMachine` and `ShopMachine` own all state about apps and shops; this type routes events to
/// them and chooses among the calls that shops offer.
///
/// Invariants:
/// 1. No call without the grant of its app's quota.
/// 2. A suspension of one shop or app leaves the others alone.
/// 3. At most `uncommittedPagesMax` pages are received and not yet stored.
///
/// It reads no clock and does no I/O: `now` and events go in, actions come out.
public struct SyncMachine: Sendable {
    private struct Route: Sendable {
        var app: AppIndex
        /// Nil for a call that the app makes on its own behalf.
        var shop: ShopIndex?
    }

    let configuration: MachineConfiguration
    private(set) var apps: [AppMachine]
    private(set) var shops: [ShopMachine]
    let directory: MachineDirectory
    private var inFlight: [CallID: Route] = [:]
    private(set) var uncommitted = 0
    private var lastCall: UInt64 = 0
    private var isStopping = false
    /// Nothing can be stored, so nothing is asked for.
    private var isHeld = false
    private var deadline: MonotonicInstant?
    var trace: DecisionTrace?

    public init(_ configuration: MachineConfiguration, now: Now) {
        self.configuration = configuration
        var random = SplitMix64(seed: configuration.seed)
        apps = configuration.apps.map { app in
            AppMachine(
                app, shops: configuration.shops.filter { $0.app == app.id },
                random: random.split(), now: now)
        }
        let directory = MachineDirectory(configuration)
        self.directory = directory
        shops = configuration.shops.map { shop in
            let app = directory.app(of: directory.index(of: shop.id))
            let rules = configuration.apps[app.position].rules
            return ShopMachine(shop, rules: rules, random: random.split())
        }
        trace = configuration.tracedShop.map { DecisionTrace(shop: directory.index(of: $0)) }
    }

    // MARK: Interface

    /// Takes in an event and returns what to do now.
    public mutating func handle(_ event: SyncEvent, now: Now) -> [SyncAction] {
        var actions: [SyncAction] = []
        switch event {
        case .tick:
            break
        case .answered(let id, let result):
            answered(id, result, now, &actions)
        case .committed(let changes):
            stored(changes)
        case .reserved(let id, let total, let others, let day):
            apps[directory.index(of: id)].reserved(total, others: others, day: day)
        case .banFound(let id, let scope, let until, let code):
            let app = directory.index(of: id)
            actions += apps[app].foundBan(scope, until: until, code: code, now: now)
        case .carriersStored(let id):
            apps[directory.index(of: id)].carriersStored(now: now.ticks)
            for shop in shops(of: directory.index(of: id)) { shops[shop].queued(.shipments) }
        case .worked(let stream, let subject, let due):
            stored(1)
            shops[directory.index(of: stream.shop)].finished(stream.kind, subject, due: due)
        case .queued(let stream):
            shops[directory.index(of: stream.shop)].queued(stream.kind)
        case .workLoaded(let stream, let items, let isAll, let nextDue):
            shops[directory.index(of: stream.shop)].loaded(
                stream.kind, items, isAll: isAll, nextDue: nextDue)
        case .stored(let stream, let onTime, let late, let askedAt):
            let shop = directory.index(of: stream.shop)
            let response = shops[shop].learnLag(
                stream, onTime: onTime, late: late, askedAt: askedAt, moment(of: shop, now))
            perform(response, of: shop, now, &actions)
        case .counted(let id, let count):
            let shop = directory.index(of: id)
            let response = shops[shop].counted(stored: count, moment(of: shop, now))
            perform(response, of: shop, now, &actions)
        case .requested(let stream, let records):
            if let shop = directory.find(stream.shop) {
                shops[shop].request(records, stream.kind, now: now.ticks)
            }
        case .authorisationChanged(let id):
            shops[directory.index(of: id)].changeSession(now: now.ticks)
        }
        startCalls(now, &actions)
        return actions
    }

    /// No further calls are started; what is in flight may still end.
    public mutating func stop() { isStopping = true }

    /// Starts no calls while the database takes no writes; the next event after the end of it
    /// continues.
    public mutating func hold(_ isHeld: Bool) { self.isHeld = isHeld }

    /// Nothing is in flight and nothing waits to be stored.
    public var isQuiet: Bool { inFlight.isEmpty && uncommitted == 0 }

    /// When to send `.tick` if nothing else happens; nil while only an event can change anything.
    public func nextWakeup() -> MonotonicInstant? { deadline }

    // MARK: Routing

    private mutating func answered(
        _ id: CallID, _ result: CallResult, _ now: Now, _ actions: inout [SyncAction]
    ) {
        guard let route = inFlight.removeValue(forKey: id) else {
            preconditionFailure("answer to a call that was not made")
        }
        perform(apps[route.app].answered(id, result, now), of: route.app, by: nil, now, &actions)
        guard let shop = route.shop else { return }
        let mayListParcels = apps[route.app].mayCall(.orderParcels, now: now.ticks)
        let response = shops[shop].answered(
            id, result, mayListParcels: mayListParcels, moment(of: shop, now))
        perform(response, of: shop, now, &actions)
    }

    private mutating func perform(
        _ response: ShopResponse, of shop: ShopIndex, _ now: Now, _ actions: inout [SyncAction]
    ) {
        add(response.actions, to: &actions)
        guard !response.findings.isEmpty else { return }
        let app = directory.app(of: shop)
        for finding in response.findings {
            let answer = apps[app].take(finding, from: shops[shop].id, now)
            perform(answer, of: app, by: shop, now, &actions)
        }
    }

    private mutating func perform(
        _ response: AppResponse, of app: AppIndex, by asking: ShopIndex?, _ now: Now,
        _ actions: inout [SyncAction]
    ) {
        add(response.actions, to: &actions)
        for effect in response.effects {
            for shop in shops(of: app) where !effect.isForOneShop || shop == asking {
                let answer = shops[shop].take(effect, apps[app].moment(now))
                precondition(answer.findings.isEmpty, "an effect is no news about the app")
                add(answer.actions, to: &actions)
            }
        }
    }

    private mutating func add(_ new: [SyncAction], to actions: inout [SyncAction]) {
        uncommitted += new.count(where: \.isStored)
        actions += new
    }

    private mutating func stored(_ changes: Int) {
        uncommitted -= changes
        precondition(uncommitted >= 0, "more changes were committed than asked for")
    }

    private func moment(of shop: ShopIndex, _ now: Now) -> Moment {
        apps[directory.app(of: shop)].moment(now)
    }

    func platformNow(of shop: ShopMachine, _ now: Now) -> UTCInstant {
        moment(of: directory.index(of: shop.id), now).platform
    }

    private func shops(of app: AppIndex) -> [ShopIndex] { directory.shops(of: app) }

    // MARK: Starting calls

    private mutating func startCalls(_ now: Now, _ actions: inout [SyncAction]) {
        deadline = nil
        guard !isStopping, !isHeld else { return }
        for app in apps.places {
            startCalls(of: app, now, &actions)
            actions += tracedWaits(of: app, now)
            wake(at: apps[app].deadline)
        }
    }

    /// Has every shop work its offers out anew.
    mutating func invalidateOffers() {
        for shop in shops.places { shops[shop].invalidate() }
    }

    private mutating func wake(at ticks: MonotonicInstant?) {
        guard let ticks else { return }
        deadline = min(deadline ?? ticks, ticks)
    }

    private mutating func startCalls(
        of app: AppIndex, _ now: Now, _ actions: inout [SyncAction]
    ) {
        guard apps[app].beginTurn(at: now.ticks) else { return }
        while let own = apps[app].ownCall(now, callsInFlightMax: configuration.callsInFlightMax) {
            guard grant(app, own.method, now, &actions) else { break }
            send(own.kind, own.method, .control, app, own: own, now, &actions)
        }
        guard apps[app].clock.isReady else { return }
        let moment = apps[app].moment(now)
        let live = livePlan(of: app, moment)
        for shop in shops(of: app) { refresh(shop, moment, live, now, &actions) }
        while apps[app].hasRoom(callsInFlightMax: configuration.callsInFlightMax),
            uncommitted < configuration.uncommittedPagesMax
        {
            guard let choice = choose(app, moment) else { break }
            guard grant(app, choice.offer.method, now, &actions) else { break }
            apps[app].book(choice.offer.callClass, ready: choice.ready)
            let offer = shops[choice.shop].renewed(choice.offer, moment, live)
            actions += tracedCall(choice.shop, offer, ready: choice.ready, moment)
            let call = send(
                offer.kind, offer.method, offer.callClass, app, choice.shop, offer.stream, now,
                &actions)
            shops[choice.shop].begin(offer, call, now: now.ticks)
            refresh(choice.shop, moment, live, now, &actions)
        }
        for shop in shops(of: app) { wake(at: shops[shop].deadline) }
    }

    private mutating func refresh(
        _ shop: ShopIndex, _ moment: Moment, _ live: LivePlan, _ now: Now,
        _ actions: inout [SyncAction]
    ) {
        perform(shops[shop].refresh(moment, live), of: shop, now, &actions)
    }

    private mutating func livePlan(of app: AppIndex, _ moment: Moment) -> LivePlan {
        let shops = shops(of: app)
        return apps[app].livePlan(at: moment) {
            shops.compactMap { self.shops[$0].standing.isActive ? self.shops[$0].liveRate : nil }
        }
    }

    private mutating func grant(
        _ app: AppIndex, _ method: CallMethod, _ now: Now, _ actions: inout [SyncAction]
    ) -> Bool {
        let (isGranted, new) = apps[app].grant(method, now)
        actions += new
        return isGranted
    }

    @discardableResult
    private mutating func send(
        _ kind: Call.Kind, _ method: CallMethod, _ callClass: CallClass, _ app: AppIndex,
        _ shop: ShopIndex? = nil, _ stream: StreamID? = nil, own: AppMachine.OwnCall? = nil,
        _ now: Now, _ actions: inout [SyncAction]
    ) -> Call {
        lastCall += 1
        let id = CallID(lastCall)
        let platformTime = apps[app].send(id, method, callClass, own: own, now)
        let call = Call(
            id: id, app: apps[app].id, stream: stream, method: method, kind: kind,
            callClass: callClass, platformTime: platformTime)
        inFlight[id] = Route(app: app, shop: shop)
        actions.append(.call(call))
        return call
    }

    // MARK: Choosing

    private struct Choice {
        var shop: ShopIndex
        var offer: Int
        var score: Double
    }

    /// The call to make next: by class, then within the class by what it is worth.
    /// - Returns: the offer, and the classes that have work, its own among them.
    mutating func choose(
        _ app: AppIndex, _ moment: Moment
    ) -> (shop: ShopIndex, offer: Offer, ready: [CallClass])? {
        var best = [Choice?](repeating: nil, count: CallClass.allCases.count)
        for shop in shopsInTurn(of: app) {
            // By positions: a thousand shops' offers are not to be copied for each call.
            for index in shops[shop].offers.indices {
                let callClass = shops[shop].offers[index].callClass.rawValue
                let score = shops[shop].offers[index].worth.score(moment.ticks)
                if let rival = best[callClass], rival.score >= score { continue }
                guard apps[app].admits(shops[shop].offers[index], at: moment) else { continue }
                best[callClass] = Choice(shop: shop, offer: index, score: score)
            }
        }
        let offered = CallClass.allCases.filter { best[$0.rawValue] != nil }
        let hasRequests = shops(of: app).contains { shops[$0].windows.hasRequests }
        guard
            let (chosen, ready) = apps[app].chooseClass(
                among: offered, hasRequests: hasRequests, at: moment),
            let choice = best[chosen.rawValue]
        else { return nil }
        return (choice.shop, shops[choice.shop].offers[choice.offer], ready)
    }

    /// The shops that may call. A suspended app is probed with one after another: perhaps it is one
    /// shop alone that the platform refuses.
    private func shopsInTurn(of app: AppIndex) -> [ShopIndex] {
        guard !apps[app].standing.isActive else { return shops(of: app) }
        let ready = shops(of: app).filter { shops[$0].offers.contains(where: \.method.isProbe) }
        return ready.isEmpty ? [] : [ready[apps[app].standing.attempt % ready.count]]
    }
}
