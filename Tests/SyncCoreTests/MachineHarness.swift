@testable import SyncCore

/// A machine whose calls are answered at once, and whose store keeps queues as the database
/// does: for tests of single decisions. Everything happens at whole seconds.
struct MachineHarness {
    static let start: Int64 = 1_762_000_000

    struct Entry {
        var item: WorkItem
        var due: Int64
    }

    var machine: SyncMachine
    var second: Int64 = 0
    /// What the platform says; nil for its time.
    var answer: (Call, UTCInstant) -> CallResult.Outcome
    /// The `Date` header of an answer, and the platform's own time, at a second.
    var date: (Int64) -> UTCInstant? = { _ in nil }
    var platformTime: (Int64) -> UTCInstant = { UTCInstant(seconds: Self.start + $0) }
    /// What the queues hold, by stream.
    var queues: [StreamID: [Entry]] = [:]
    /// What the database counts of an interval.
    var storedCount: (TimeWindow) -> Int = { _ in 0 }
    /// What a commit changes in the database.
    var changed: (LedgerChange) -> (onTime: Int, late: [LateRow]) = { _ in (0, []) }
    var calls: [(at: Int64, call: Call)] = []
    var notes: [SyncNote] = []
    var outcomes: [WorkChange] = []
    var records: [AuditRecord] = []
    var states: [ShopState] = []

    init(
        shops: [MachineConfiguration.Shop] = [shop(1)], rules: ReadingRules = .seeking,
        callsPerSecond: Int = 100, callsPerDay: Int = 1_000_000, traced: ShopID? = nil,
        answer: @escaping (Call, UTCInstant) -> CallResult.Outcome
    ) {
        let app = MachineConfiguration.App(
            id: AppID(0),
            limit: RateLimiter.Policy(
                callsPerSecond: Double(callsPerSecond), burst: callsPerSecond,
                callsPerDay: callsPerDay),
            rules: rules, startsFresh: true)
        var configuration = MachineConfiguration(apps: [app], shops: shops)
        configuration.tracedShop = traced
        machine = SyncMachine(configuration, now: Self.now(0))
        self.answer = answer
    }

    static func shop(
        _ id: Int64, _ streams: Set<StreamKind> = [.orders, .details, .refunds, .shipments]
    ) -> MachineConfiguration.Shop {
        var shop = MachineConfiguration.Shop(
            id: ShopID(id), app: AppID(0), settle: 2, overlap: 60, pollIntervalMilliseconds: 10_000,
            backfillDays: 0)
        shop.streams = streams
        return shop
    }

    static let emptyPage = CallResult.Outcome.page(
        PageSummary(rows: [], hasNext: nil, total: 0))

    static func failure(_ disposition: Disposition, isSplitOrder: Bool = false)
        -> CallResult
        .Outcome
    {
        var failure = CallFailure(disposition, code: "x", line: "")
        failure.isSplitOrder = isSplitOrder
        return .failure(failure)
    }

    static func parcel(
        _ number: Int, order: Int? = nil, status: ParcelStatus = .inTransit
    ) -> WorkItem {
        let key = ParcelKey(order: "\(order ?? number)", trackingNumber: "SF\(number)")
        let sent = UTCInstant(seconds: start)
        return WorkItem(.parcel(key), parcel: ParcelState(status: status, shippedAt: sent))
    }

    static func now(_ second: Int64) -> Now {
        Now(
            ticks: MonotonicInstant(milliseconds: second * 1_000),
            wall: UTCInstant(seconds: start + second))
    }

    func calls(of method: CallMethod, shop: Int64? = nil) -> [Int64] {
        calls.filter { $0.call.method == method && (shop == nil || $0.call.shop?.rawValue == shop) }
            .map(\.at)
    }

    mutating func put(_ items: [WorkItem], _ kind: StreamKind, shop: Int64 = 1) {
        let stream = StreamID(shop: ShopID(shop), kind: kind)
        queues[stream, default: []] += items.map { Entry(item: $0, due: Self.start + second) }
        handle(.queued(stream))
    }

    /// Passes the time, waking up when the machine wants to.
    mutating func run(seconds: Int64) {
        let end = second + seconds
        while second < end {
            handle(.tick)
            let wakeup = machine.nextWakeup()?.milliseconds ?? .max
            second = min(end, max(second + 1, wakeup / 1_000 + (wakeup % 1_000 > 0 ? 1 : 0)))
        }
    }

    mutating func handle(_ event: SyncEvent) {
        var events = [event]
        while !events.isEmpty {
            let next = events.removeFirst()
            for action in machine.handle(next, now: Self.now(second)) {
                events += perform(action)
            }
        }
    }

    private mutating func perform(_ action: SyncAction) -> [SyncEvent] {
        let now = UTCInstant(seconds: Self.start + second)
        switch action {
        case .call(let call):
            calls.append((second, call))
            let isClock = call.kind == .serverTime
            let outcome = isClock ? .serverTime(platformTime(second)) : answer(call, now)
            let dated = isClock ? nil : date(second)
            return [.answered(call.id, CallResult(outcome, date: dated))]
        case .commit(_, let change):
            let (onTime, late) = changed(change)
            let stored = SyncEvent.stored(
                change.stream, onTime: onTime, late: late, askedAt: change.askedAt)
            let isNews = change.freshFrom != nil && onTime + late.count > 0
            return [.committed(changes: 1)] + (isNews ? [stored] : [])
        case .finish(_, let change):
            outcomes.append(change)
            return [.worked(change.stream, change.subject, due: apply(change))]
        case .loadWork(let stream, let limit, let dueBy):
            let all = queues[stream] ?? []
            let due = all.filter { $0.due <= dueBy.seconds }
            let next = all.map(\.due).filter { $0 > dueBy.seconds }.min()
            let items = due.prefix(limit).map(\.item)
            return [
                .workLoaded(
                    stream, Array(items), isAll: due.count < limit,
                    nextDue: next.map(UTCInstant.init(seconds:)))
            ]
        case .countStored(let shop, let window):
            return [.counted(shop, stored: storedCount(window))]
        case .audited(_, let record): records.append(record)
        case .reserve(let app, let wanted):
            let total = wanted.granted(found: wanted.known).total
            return [.reserved(app, total: total, others: 0, day: wanted.day)]
        case .storeCarriers(_, let app): return [.carriersStored(app)]
        case .shopState(_, let state, _): states.append(state)
        case .note(let note): notes.append(note)
        case .discard, .streamError, .banned, .lagMeasured, .clockSetBack: break
        }
        return []
    }

    private mutating func split(
        _ query: GoodsQuery, _ stream: StreamID, isPublic: Bool, due: UTCInstant
    ) {
        queues[stream, default: []] += query.goods.map { goods in
            var alone = query
            (alone.goods, alone.isDetail, alone.isPublic) = ([goods], true, isPublic)
            return Entry(item: WorkItem(.goods(alone)), due: due.seconds)
        }
    }

    private mutating func apply(_ change: WorkChange) -> UTCInstant? {
        let stream = change.stream
        guard let index = queues[stream]?.firstIndex(where: { $0.item.subject == change.subject })
        else { return nil }
        var due: UTCInstant?
        switch change.outcome {
        case .read, .notFound, .refused: break
        case .again(let at, let error):
            due = at
            queues[stream]?[index].item.attempt += error.isEmpty ? 0 : 1
        case .polled(let next, let error):
            due = next
            let attempt = queues[stream]?[index].item.attempt ?? 0
            queues[stream]?[index].item.attempt = error.isEmpty ? 0 : attempt + 1
        case .priced(let next): due = next
        case .gone(let next, _):
            due = next
            queues[stream]?[index].item.isGone = true
            queues[stream]?[index].item.attempt = 0
        case .oneByOne(_, let isPublic):
            due = change.askedAt
            guard case .goods(let query) = change.subject else { break }
            split(query, stream, isPublic: isPublic, due: change.askedAt)
        case .parcelsListed(let next):
            due = next
            queues[stream]?[index].item.parcel?.isSplit = true
            queues[stream]?[index].item.parcel?.items = ["7"]
        }
        if let due, case .oneByOne = change.outcome {
            queues[stream]?.remove(at: index)
            return due
        }
        if let due {
            queues[stream]?[index].due = due.seconds
        } else {
            queues[stream]?.remove(at: index)
        }
        return due
    }
}
