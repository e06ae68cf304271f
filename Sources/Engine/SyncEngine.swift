import Authorisation
import HTTPTransport
import Logging
import Observability
public import OrderStore
import Platforms
public import ProgramSupport
public import SyncCore
import WireFormat

/// Performs what the machine decides: calls, commits, timers. It decides nothing itself.
///
///     inbox ──event──▶ machine ──actions──▶ call tasks ──▶ inbox
///                                     └───▶ queue ──▶ commit loop ──▶ store ──▶ inbox
///
/// Pages wait in memory between their answer and their commit; the machine bounds how many.
public actor SyncEngine {
    enum Event: Sendable {
        case sync(SyncEvent, content: AnswerContent?)
        case timer
        case stop
    }

    /// Pages that wait together for a transaction at most, by orders and by bytes.
    static let gatheredOrdersMax = 2_000
    static let gatheredBytesMax = 8 << 20
    /// How long a page of history may wait for company.
    static let gatherMilliseconds = 100

    public let dependencies: EngineDependencies
    public let notes: EventLogger
    public var machine: SyncMachine
    public var counts = EngineProgress()
    var debts = ProgressWatch.Vitals()
    public var storeTrouble = StoreTrouble()
    let inbox: AsyncStream<Event>.Continuation
    private let events: AsyncStream<Event>
    private var pages: [CallID: AnswerContent] = [:]
    private var armedTimer: MonotonicInstant?
    public var isStopping = false

    /// Orders stored since memory was given back last; the start counts as a load.
    var storedSinceRelease = SyncEngine.ordersPerRelease
    /// A run of so many orders leaves memory behind that an idle daemon does not need.
    static let ordersPerRelease = 1_000

    // The commit loop's side.
    public let queued: AsyncStream<Void>.Continuation
    private let queueSignals: AsyncStream<Void>
    public var queue: [QueuedWrite] = []
    /// Calls that are not booked yet.
    public var usage: [UsageKey: Int] = [:]
    private var isFinishing = false
    /// Why the database must not be written any more; nil while it may.
    var loss: StoreError?
    /// Why the platform refuses a shop or an app at present; nil while it does not.
    public var refusal: CommandFailure?
    /// Since when the platform has not been reached; nil while calls succeed.
    public var outage: Outage?

    public init(_ dependencies: EngineDependencies) {
        self.dependencies = dependencies
        notes = EventLogger(dependencies)
        machine = SyncMachine(dependencies.machine, now: SystemClocks.now())
        (events, inbox) = AsyncStream.makeStream()
        (queueSignals, queued) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: Running

    /// Runs until `stop`; what was received by then is stored.
    public func run() async throws(StoreError) {
        let failure = await withTaskGroup(of: StoreError?.self) { group in
            group.addTask { await self.commitLoop() }
            await handleEvents()
            isFinishing = true
            queued.yield()
            var failure: StoreError?
            for await result in group { failure = failure ?? result }
            return failure
        }
        if let failure { throw failure }
        try await settleQuota()
    }

    /// Ends the run soon: transfers are cut off, received pages are stored.
    public nonisolated func stop() {
        inbox.yield(.stop)
    }

    private func handleEvents() async {
        await withDiscardingTaskGroup { calls in
            calls.addTask { [inbox, dependencies] in
                await RequestWatch(store: dependencies.store, apps: dependencies.apps).run {
                    inbox.yield(.sync($0, content: nil))
                } onLoss: { error in
                    await self.lost(error)
                }
            }
            calls.addTask { [inbox, authoriser = dependencies.authoriser] in
                await authoriser.run { inbox.yield(.sync($0, content: nil)) }
            }
            step(.tick, &calls)
            for await event in events {
                switch event {
                case .timer:
                    armedTimer = nil
                    step(.tick, &calls)
                    await releaseMemoryAtRest()
                case .sync(let event, let content):
                    if case .answered(let id, let result) = event {
                        pages[id] = content
                        debts.answers += 1
                        noteAnswer(result)
                    }
                    step(event, &calls)
                case .stop:
                    isStopping = true
                    machine.stop()
                    calls.cancelAll()
                }
                if isStopping, machine.isQuiet || isFinishing { break }
            }
            calls.cancelAll()
        }
    }

    private func step(_ event: SyncEvent, _ calls: inout DiscardingTaskGroup) {
        let now = SystemClocks.now()
        debts.steps += 1
        for action in machine.handle(event, now: now) { execute(action, &calls) }
        armTimer(now, &calls)
    }

    private func armTimer(_ now: Now, _ calls: inout DiscardingTaskGroup) {
        guard !isStopping, let wakeup = machine.nextWakeup() else { return }
        if let armedTimer, armedTimer <= wakeup { return }
        armedTimer = wakeup
        let pause = max(0, wakeup.milliseconds(since: now.ticks))
        calls.addTask { [inbox] in
            try? await Task.sleep(for: .milliseconds(pause))
            inbox.yield(.timer)
        }
    }

    /// What was done so far, and how far behind the platform the streams are.
    public var progress: EngineProgress {
        let now = SystemClocks.now()
        var progress = counts
        progress.lagSeconds = machine.worstLiveLagSeconds(now: now)
        progress.historyIsLoaded = machine.historyIsLoaded
        let slack =
            dependencies.machine.shops.map { $0.settle + $0.pollIntervalMilliseconds / 1_000 }.max()
            ?? 0
        progress.isCaughtUp =
            counts.hasSucceeded && machine.isCaughtUp(withinSeconds: slack + 3, now: now)
        return progress
    }

    /// Outstanding work, for the watchdog.
    public var vitals: ProgressWatch.Vitals {
        var vitals = debts
        vitals.callsInFlight = counts.calls - debts.answers
        vitals.isDue =
            !isStopping && (machine.nextWakeup().map { $0 < SystemClocks.ticks() } ?? false)
        return vitals
    }

    // MARK: Actions

    private func execute(_ action: SyncAction, _ calls: inout DiscardingTaskGroup) {
        switch action {
        case .call(let call):
            start(call, &calls)
        case .commit(let id, let change):
            let content = id.flatMap { pages.removeValue(forKey: $0) }
            enqueue(QueuedWrite(content, change, dependencies.shop(change.stream.shop)))
        case .finish(let id, let change):
            let content = id.flatMap { pages.removeValue(forKey: $0) }
            let plan = dependencies.shop(change.stream.shop).parcelPlan
            let finish = WorkCompletion(content: content, change: change, parcelPlan: plan)
            urgently(.work(finish))
        case .loadWork(let stream, let limit, let dueBy):
            loadWork(stream, limit, dueBy, &calls)
        case .countStored(let shop, let window):
            urgently(.count(shop, window))
        case .storeCarriers(let id, let app):
            storeCarriers(pages.removeValue(forKey: id), app)
        case .audited(let shop, let record):
            urgently(.audited(shop, record))
        case .clockSetBack(let shop, let platformNow, let pollSeconds):
            urgently(.clockSetBack(shop, to: platformNow, pollSeconds: pollSeconds))
        case .lagMeasured(let shop, let lag, let overlap, let settle):
            urgently(.lagMeasured(shop, lag, overlap: overlap, settle: settle))
        case .discard(let id):
            pages[id] = nil
        case .reserve(let id, let wanted):
            let app = dependencies.app(id).name
            urgently(.reserve(id, app: app, wanted))
        case .shopState(let shop, let state, let reason):
            urgently(.shopState(shop, state, reason: reason))
        case .streamError(let stream, let text):
            urgently(.streamError(stream, text))
        case .banned(let id, let scope, let until, let code):
            let app = dependencies.app(id)
            let method =
                switch scope {
                case .app: ""
                case .method(let method): app.adapter.methodName(method)
                }
            urgently(.ban(app: app.name, method: method, until: until, code: code))
        case .note(let note):
            log(note)
        }
    }

    private func storeCarriers(_ content: AnswerContent?, _ id: AppID) {
        guard case .carriers(let rows) = content else {
            preconditionFailure("carriers to store, and none received")
        }
        let platform = dependencies.app(id).platform.rawValue
        enqueue(
            QueuedWrite(
                operation: .carriers(rows, platform: platform), confirmation: .carriersStored(id),
                isUrgent: true))
    }

    /// Reads a queue beside the writes: what is put in meanwhile is reported separately.
    private func loadWork(
        _ stream: StreamID, _ limit: Int, _ dueBy: UTCInstant, _ calls: inout DiscardingTaskGroup
    ) {
        let app = dependencies.app(dependencies.shop(stream.shop).app)
        let needsCarriers = app.adapter.rules.tracesNeedCarrier
        calls.addTask { [inbox, store = dependencies.store] in
            var load = WorkLoad()
            do throws(StoreError) {
                load = try await store.loadWork(
                    stream, limit: limit, dueBy: dueBy, needsCarriers: needsCarriers)
            } catch {
                // The writes report faults of the database; here it is tried again.
                load.nextDue = dueBy.advanced(bySeconds: 5)
            }
            let event = SyncEvent.workLoaded(
                stream, load.items, isAll: load.isAll, nextDue: load.nextDue)
            inbox.yield(.sync(event, content: nil))
        }
    }

    /// Writes a note; one that speaks of rows just committed waits until they are stored.
    private func log(_ note: SyncNote) {
        noteRefusal(note)
        switch note {
        case .windowStored, .backfillFinished, .requestFinished, .lateChange, .dayAudited:
            guard let last = queue.indices.last else { return notes.write(note) }
            queue[last].notes.append(note)
        case .answerDoubted, .doubtAccepted, .callFailed, .throttled, .dayIsSpent,
            .shopUnauthorised,
            .shopRecovered, .appMisconfigured, .appRecovered, .clockKnown, .clockMoved,
            .clockUnknown, .lagChanged, .detailGivenUp, .methodRefused, .parcelTextUnknown,
            .outOfReach, .windowQuarantined, .shopRefused, .shopAccepted, .sellerRefused,
            .sellerUnknown, .decision:
            notes.write(note)
        }
    }

    private func start(_ call: Call, _ calls: inout DiscardingTaskGroup) {
        let app = dependencies.app(call.app)
        counts.calls += 1
        let day = BeijingDay.text(call.platformTime)
        let method = app.adapter.methodName(call.method)
        let key = UsageKey(app: app.name, day: day, method: method, callClass: call.callClass)
        usage[key, default: 0] += 1
        calls.addTask {
            [inbox, meter = dependencies.runState?.meter, caller = CallPerformer(dependencies)] in
            let began = SystemClocks.ticks()
            let (result, content) = await caller.perform(call)
            meter?.record(
                result, of: call, app: app.name, method: method,
                ms: SystemClocks.ticks().milliseconds(since: began))
            inbox.yield(.sync(.answered(call.id, result), content: content))
        }
    }

    private func noteAnswer(_ result: CallResult) {
        switch result.outcome {
        case .page, .detail, .trace, .parcels, .goods, .carriers, .serverTime, .seller:
            counts.hasSucceeded = true
            counts.trouble = ""
            outage = nil
        case .failure(let failure):
            counts.failedCalls += 1
            counts.trouble = "\(failure.code): \(failure.line)"
            noteOutage(failure, isAnswered: result.isAnswered)
        }
    }

    // MARK: Memory

    private func releaseMemoryAtRest() async {
        guard storedSinceRelease >= Self.ordersPerRelease, pages.isEmpty, queue.isEmpty,
            machine.historyIsLoaded
        else { return }
        storedSinceRelease = 0
        await dependencies.store.releaseMemory()
        ProcessMemory.release()
    }

    // MARK: Commits

    private func urgently(_ operation: StoreOperation) {
        enqueue(QueuedWrite(operation: operation, isUrgent: true))
    }

    private func enqueue(_ entry: QueuedWrite) {
        queue.append(entry)
        queued.yield()
    }

    private func commitLoop() async -> StoreError? {
        for await _ in queueSignals {
            if let loss {
                isFinishing = true
                stop()
                return loss
            }
            while !queue.isEmpty {
                await gather()
                do throws(StoreError) {
                    try await storeBatch()
                } catch {
                    isFinishing = true
                    stop()
                    return error
                }
            }
            if isFinishing { return nil }
        }
        return nil
    }

    /// Lets pages of history wait a moment for others: a transaction of thousands of orders costs
    /// half of what one per page does. Live pages are never kept waiting.
    private func gather() async {
        for _ in 0..<(Self.gatherMilliseconds / 10) {
            let orders = queue.reduce(0) { $0 + $1.orderCount }
            let bytes = queue.reduce(0) { $0 + $1.byteCount }
            if orders >= Self.gatheredOrdersMax || bytes >= Self.gatheredBytesMax { return }
            if isFinishing || isStopping || queue.contains(where: \.isUrgent) { return }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    /// After a clean end what was reserved and not used is free again.
    private func settleQuota() async throws(StoreError) {
        let calls = usage
        usage = [:]
        if !calls.isEmpty {
            _ = try await dependencies.store.apply([], usage: calls, now: SystemClocks.wall())
        }
        for app in dependencies.apps {
            try await dependencies.store.settleReservation(
                app: app.name, day: BeijingDay.text(SystemClocks.wall()))
        }
        try await dependencies.store.checkpoint()
    }
}
