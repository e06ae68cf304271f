@testable import SyncCore

/// A daemon, its database and the platform in virtual time, in one thread: all that happens is
/// drawn from the plan's seed, so every run can be repeated.
///
///     life ──▶ platform ◀──compute── gateway ◀──call── machine ──commit──▶ store
///                                       └────deliver────▶ │  ▲──committed─────┘
///     crash: the machine and all that is not stored are gone; a new one starts from the store
struct World {
    enum Event {
        case life
        case burst(Int)
        /// The platform makes up its answer.
        case compute(Call, asked: Int64, process: Int)
        case deliver(Call, FaultyGateway.Answer, asked: Int64, process: Int)
        case load(StreamID, limit: Int, dueBy: UTCInstant, process: Int)
        case loaded(SyncEvent, process: Int)
        case request(shop: Int, StreamKind)
        case stored(process: Int)
        case wake(Int)
        case crash(down: Int64)
        case start(process: Int)
    }

    let plan: WorldPlan
    var random: SplitMix64
    /// Draws what other processes do.
    var othersRandom: SplitMix64
    var events = EventQueue<Event>()
    var time: Int64 = 0
    var platform: ModelPlatform
    var gateway: FaultyGateway
    var store = ModelStore()
    var audit: CallAudit
    var retries = RetryAudit()
    private var questions: [CallID: RetryAudit.Question] = [:]
    /// The first rule that was broken; the run ends there.
    var failure: String?
    /// Records what happens; nil for speed.
    var trace: WorldTrace?

    // The running process; all of this is lost in a crash.
    var machine: SyncMachine?
    var process = 0
    var tickOrigin: Int64 = 0
    var pages: [CallID: ModelPage] = [:]
    var toStore: [ModelStore.Item] = []
    /// Items at the front of `toStore` that are in the running transaction.
    var inTransaction = 0
    var wakeNumber = 0
    var actionsAtOnce = 0
    /// Events after which the machine could be compared with one that looks afresh.
    var looks = 0
    /// When to see again whether all is done: looking costs more than simulating.
    var nextLook: Int64 = 0

    init(_ plan: WorldPlan) {
        self.plan = plan
        random = SplitMix64(seed: plan.seed)
        othersRandom = SplitMix64(seed: ~plan.seed)
        platform = ModelPlatform(plan)
        gateway = FaultyGateway(plan)
        audit = CallAudit(plan.limit, plan.rules)
        store.rules = plan.rules
        store.details = plan.details
        store.parcelIntervalSeconds = plan.parcelIntervalSeconds
        store.clockIsSet = !plan.platformSteps.isEmpty || !plan.wallSteps.isEmpty
        store.isHidden = { plan.isHiddenByJump($0) || plan.isBehindALateStep($0) }
        store.missedLagMin = plan.poisoned.end > 0 ? 0 : plan.overlap
        platform.addOldOrders(&random)
        platform.addOldRefunds(&random)
        events.add(.life, at: random.pick(0...plan.lifePause))
        for burst in plan.bursts { events.add(.burst(burst.count), at: burst.at) }
        for crash in plan.crashes { events.add(.crash(down: crash.down), at: crash.at) }
        for request in plan.requests {
            events.add(.request(shop: request.shop, request.kind), at: request.at)
        }
        start()
    }

    /// Runs until `isDone`, a broken rule, or the given time.
    mutating func run(until end: Int64, isDone: (World) -> Bool) {
        while failure == nil, let (now, event) = events.next(before: end) {
            if now > time { actionsAtOnce = 0 }
            time = now
            happen(event)
            if failure == nil { failure = store.fault ?? fault(after: event) }
            guard case .stored = event, failure == nil, time >= nextLook else { continue }
            nextLook = time + 5_000
            if isDone(self) { return }
        }
    }

    private func fault(after event: Event) -> String? {
        switch event {
        case .deliver, .stored, .loaded, .start, .request: machineFault()
        case .life, .burst, .compute, .load, .wake, .crash: nil
        }
    }

    private mutating func happen(_ event: Event) {
        switch event {
        case .life:
            guard time < plan.lifeEnd else { return }
            changeOne(isNew: random.chance(0.5))
            events.add(.life, at: time + random.pick(1...plan.lifePause * 2))
        case .burst(let count):
            let isNew = random.chance(0.5)
            let shop = Int(random.pick(0...Int64(plan.shopCount - 1)))
            for _ in 0..<count { platform.change(shop: shop, at: time, isNew: isNew, &random) }
        case .compute(let call, let asked, let sender):
            let answer = gateway.answer(call, &platform, at: time, &random)
            events.add(
                .deliver(call, answer, asked: asked, process: sender),
                at: time + random.pick(1...plan.latencyMax / 2))
        case .deliver(let call, let answer, let asked, let sender):
            if sender == process, machine != nil { deliver(call, answer, asked: asked) }
        case .load(let stream, let limit, let dueBy, let reader):
            let event = store.load(stream, limit: limit, dueBy: dueBy)
            let delay = random.pick(1...plan.storeDelayMax)
            events.add(.loaded(event, process: reader), at: time + delay)
        case .loaded(let event, let reader):
            if reader == process, machine != nil { handle(event) }
        case .request(let shop, let kind):
            request(shop: shop, kind)
        case .stored(let writer):
            if writer == process, machine != nil { finishTransaction() }
        case .wake(let number):
            if number == wakeNumber, machine != nil { wake() }
        case .crash(let down):
            crash(down: down)
        case .start(let number):
            if number == process, machine == nil { start() }
        }
    }

    private mutating func changeOne(isNew: Bool) {
        let shop = Int(random.pick(0...Int64(plan.shopCount - 1)))
        if random.chance(plan.refundRate) {
            return platform.changeRefund(shop: shop, at: time, &random)
        }
        platform.change(shop: shop, at: time, isNew: isNew, &random)
    }

    // MARK: The driver

    /// The process's clocks.
    var now: Now { now(at: time) }

    private func now(at time: Int64) -> Now {
        let ticks = tickOrigin + time + time * plan.tickDrift / 1_000_000
        let step = plan.wallSteps.last { $0.at <= time }
        let wall = plan.platformStart + time + (step?.offset ?? plan.wallOffset)
        return Now(
            ticks: MonotonicInstant(milliseconds: ticks), wall: UTCInstant(seconds: wall / 1_000))
    }

    private mutating func handle(_ event: SyncEvent) {
        guard var running = machine.take() else { return }
        let actions = running.handle(event, now: now)
        if trace != nil { record(event, actions) }
        machine = running
        if failure == nil { failure = agendaFault() }
        actionsAtOnce += actions.count
        if actionsAtOnce > 10_000 { failure = "thousands of actions at one instant" }
        for action in actions { perform(action) }
        beginTransaction()
        wakeNumber += 1
        guard let wakeup = machine?.nextWakeup() else { return }
        if case .tick = event, actions.isEmpty, wakeup <= now.ticks {
            failure = "a tick did nothing and wants another at once"
        }
        var at = max(time, time + wakeup.milliseconds(since: now.ticks) - 2)
        while now(at: at).ticks < wakeup { at += 1 }
        events.add(.wake(wakeNumber), at: at)
    }

    private mutating func record(_ event: SyncEvent, _ actions: [SyncAction]) {
        let platformNow = platform.now(at: time)
        trace?.add(event, platformNow: platformNow)
        for action in actions { trace?.add(action, platformNow: platformNow) }
    }

    /// What the machine remembers of its shops must be what a fresh look at them would find.
    private mutating func agendaFault() -> String? {
        looks += 1
        guard looks % 8 == 0, let machine else { return nil }
        // Platform seconds are counted from a look: parts of a second and drift make it late.
        let soon = now.ticks.advanced(byMilliseconds: 3_000)
        if let wakeup = machine.nextWakeup(), wakeup <= soon { return nil }
        var fresh = machine
        fresh.invalidateOffers()
        for action in fresh.handle(.tick, now: now) {
            switch action {
            case .note, .reserve: continue  // What is reserved follows from the calls made.
            default: return "overlooked until something else happened: \(action)"
            }
        }
        guard let latest = fresh.nextWakeup()?.advanced(byMilliseconds: 3_000) else { return nil }
        return machine.nextWakeup().map { $0 <= latest } ?? false ? nil : "wakes up too late"
    }

    private mutating func wake() { handle(.tick) }

    private mutating func perform(_ action: SyncAction) {
        switch action {
        case .call(let call):
            if let broken = audit.note(call, at: time) { failure = broken }
            note(retryOf: call)
            let arrival = time + random.pick(1...plan.latencyMax / 2)
            events.add(.compute(call, asked: time, process: process), at: arrival)
        case .commit(let call, let change):
            toStore.append(.change(change, call.flatMap { pages.removeValue(forKey: $0) }))
        case .finish(let call, let change):
            toStore.append(.finish(change, call.flatMap { pages.removeValue(forKey: $0) }))
        case .loadWork(let stream, let limit, let dueBy):
            let delay = random.pick(1...plan.storeDelayMax)
            events.add(
                .load(stream, limit: limit, dueBy: dueBy, process: process), at: time + delay)
        case .countStored(let shop, let window): toStore.append(.count(shop, window))
        case .audited(let shop, let record): toStore.append(.audited(shop, record))
        case .clockSetBack(let shop, let to, _): toStore.append(.setBack(shop, to: to))
        case .lagMeasured(let shop, let lag, _, _): toStore.append(.lag(shop, lag))
        case .discard(let call): pages[call] = nil
        case .reserve(let app, let wanted):
            bookOthers(app, wanted.day)
            toStore.append(.reserve(app, wanted))
        case .storeCarriers(_, let app): toStore.append(.carriers(app))
        case .shopState(let shop, let state, _): toStore.append(.shopState(shop, state))
        case .banned(let app, let scope, let until, _):
            toStore.append(.ban(app, scope, until: until, reported: time))
        case .streamError, .note: break
        }
    }

    private mutating func deliver(
        _ call: Call, _ answer: FaultyGateway.Answer, asked: Int64
    ) {
        if let question = questions.removeValue(forKey: call.id) {
            retries.answered(question, answer.result.outcome, at: time)
        }
        pages[call.id] = answer.content.map { ModelPage(content: $0, asked: asked) }
        if let ban = answer.ban {
            audit.banReported(call.app, ban.scope, at: time, until: ban.until)
        }
        handle(.answered(call.id, answer.result))
        if call.stream == nil { pages[call.id] = nil }
        if pages.count > 0, failure == nil { failure = "a page was neither stored nor forgotten" }
    }

    private mutating func note(retryOf call: Call) {
        guard let machine, let question = RetryAudit.question(call, machine) else { return }
        // The database keeps these pauses in the platform's time.
        if case .detail = question, !plan.platformSteps.isEmpty { return }
        questions[call.id] = question
        if let broken = retries.fault(question, at: time), failure == nil { failure = broken }
    }

    // MARK: The store's writer

    private mutating func beginTransaction() {
        guard inTransaction == 0, !toStore.isEmpty else { return }
        inTransaction = Int(random.pick(1...Int64(toStore.count)))
        let delay = random.chance(0.02) ? 3_000 : random.pick(1...plan.storeDelayMax)
        events.add(.stored(process: process), at: time + delay)
    }

    private mutating func finishTransaction() {
        let items = toStore.prefix(inTransaction)
        toStore.removeFirst(inTransaction)
        inTransaction = 0
        let events = apply(items)
        var changes = 0
        for item in items {
            switch item {
            case .change: changes += 1
            case .carriers(let app):
                store.carriersAt[app] = now.wall
                handle(.carriersStored(app))
            case .reserve, .shopState, .ban, .finish, .count, .audited, .lag, .setBack: break
            }
        }
        handle(.committed(changes: changes))
        for event in events { handle(event) }
    }

    private mutating func apply(_ items: ArraySlice<ModelStore.Item>) -> [SyncEvent] {
        let events = store.apply(items, now: platform.now(at: time), time: time)
        for (stream, subject) in store.queuedAnew { retries.queuedAnew(stream, subject) }
        var movesCursor = false
        for item in items {
            if case .ban(let app, let scope, _, let reported) = item {
                audit.banStored(app, scope, reported: reported)
            }
            if case .change(let change, _) = item, change.cursor != nil { movesCursor = true }
        }
        if movesCursor, failure == nil { failure = cursorFault() }
        return events
    }

    /// A command beside the daemon puts a window into the ledger; the daemon looks for it.
    private mutating func request(shop: Int, _ kind: StreamKind) {
        let now = platform.now(at: time)
        let window = TimeWindow(
            start: now.advanced(bySeconds: -4 * 86_400), end: now.advanced(bySeconds: -86_400))
        let record = WindowRecord(
            window: window, openEnd: window.end, state: .open, calls: 0, rows: 0)
        let stream = StreamID(shop: ShopID(Int64(shop)), kind: kind)
        store.request(stream, record)
        if machine != nil { handle(.requested(stream, [record])) }
    }

    /// A command beside the daemon makes its calls.
    private mutating func bookOthers(_ app: AppID, _ day: Int64) {
        guard othersRandom.chance(0.3) else { return }
        let most = max(1, min(5, plan.limit.callsPerDay / 100))
        let calls = Int(othersRandom.pick(1...Int64(most)))
        let booked = store.book(calls, app, day: day, callsPerDay: plan.limit.callsPerDay)
        audit.noteOthers(booked, app, day: day)
    }

    // MARK: Crashes

    private mutating func crash(down: Int64) {
        trace?.add("crash, down for \(down) ms", platformNow: platform.now(at: time))
        // The transaction under way may just have made it.
        if inTransaction > 0, random.chance(0.5) { _ = apply(toStore.prefix(inTransaction)) }
        audit.crashed(wallWasSet: !plan.wallSteps.isEmpty)
        machine = nil
        process += 1
        (pages, toStore, inTransaction) = ([:], [], 0)
        (questions, retries) = ([:], RetryAudit())
        events.add(.start(process: process), at: time + down)
    }

    private mutating func start() {
        tickOrigin = random.pick(0...1_000_000_000)
        let apps = (0..<plan.appCount).map { index in
            let id = AppID(index)
            var app = MachineConfiguration.App(
                id: id, limit: plan.limit, rules: plan.rules,
                callsByDay: store.usage[id] ?? [:],
                bans: store.bans.filter { $0.app == id }.map { ($0.scope, $0.until) })
            app.carriersAt = store.carriersAt[id]
            return app
        }
        let shops = (0..<plan.shopCount).map { index in
            let id = ShopID(Int64(index))
            var shop = MachineConfiguration.Shop(
                id: id, app: AppID(index % plan.appCount), settle: plan.settle,
                overlap: plan.overlap, pollIntervalMilliseconds: plan.pollIntervalMilliseconds,
                backfillDays: plan.backfillDays, pageSize: plan.pageSize,
                restored: store.restored(
                    id, start: plan.platformStart, wall: { now(at: $0).wall }))
            shop.streams = plan.streams
            shop.asksSeller = plan.seed % 2 == 1
            shop.sweepDelays = plan.sweepDelays
            (shop.overlapMax, shop.settleMax) = (plan.overlapMax, plan.settleMax)
            (shop.parcelIntervalSeconds, shop.refundIntervalMilliseconds) = (
                plan.parcelIntervalSeconds, 30_000
            )
            return shop
        }
        var configuration = MachineConfiguration(apps: apps, shops: shops)
        configuration.seed = random.next()
        machine = SyncMachine(configuration, now: now)
        handle(.tick)
    }
}
