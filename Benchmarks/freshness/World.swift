import Glibc
import SyncCore

/// Virtual time around the machine that the daemon runs: shops that change, a platform that answers
/// after 150 ms, and a database that commits at once.
struct World {
    private enum Event {
        case answer(Call)
        case wake
    }

    private struct Shop {
        /// Milliseconds of its changes, ascending, and how many of them are stored.
        var changes: [Int64] = []
        var storedAt: [Int64] = []
        var queue: [(order: String, due: Int64)] = []
    }

    private static let latency: Int64 = 150
    /// Midnight in Beijing.
    private static let start: Int64 = 1_763_308_800
    private static let warmUpHours: Int64 = 24

    private let scenario: Scenario
    private let hours: Int64
    private var machine: SyncMachine
    private var shops: [Shop]
    private var time: Int64 = 0
    private var events: [(at: Int64, event: Event)] = []
    private(set) var calls = 0
    private(set) var callsByClass: [String: Int] = [:]
    private(set) var liveCallsByHour = [Int](repeating: 0, count: 24)

    init(_ scenario: Scenario, seed: UInt64, hours: Int64) {
        self.scenario = scenario
        self.hours = hours
        let rules = ReadingRules(
            changed: ReadingRules.List(spanMax: 86_400, mode: .seek),
            swept: ReadingRules.List(spanMax: 86_400, mode: .seek),
            created: ReadingRules.List(spanMax: 86_400, mode: .seek),
            refunds: ReadingRules.List(spanMax: 86_400, mode: .seek))
        let limit = RateLimiter.Policy(
            callsPerSecond: scenario.callsPerSecond,
            burst: max(1, Int(scenario.callsPerSecond)), callsPerDay: scenario.callsPerDay)
        let app = MachineConfiguration.App(
            id: AppID(0), limit: limit, rules: rules, startsFresh: true)
        let configured = (0..<scenario.shops).map { index in
            var shop = MachineConfiguration.Shop(
                id: ShopID(Int64(index)), app: AppID(0), settle: ShopDefaults.settleSeconds,
                overlap: ShopDefaults.overlapSeconds,
                pollIntervalMilliseconds: ShopDefaults.pollIntervalMilliseconds, backfillDays: 0)
            shop.streams = [.orders]
            if scenario.hasDefaults {
                shop.streams.formUnion([.sweep, .sweepSecond, .sweepThird, .refunds, .details])
                shop.sweepDelays = ShopDefaults.sweepSeconds
                shop.overlapMax = ShopDefaults.overlapMaxSeconds
                shop.settleMax = ShopDefaults.settleMaxSeconds
            }
            return shop
        }
        machine = SyncMachine(
            MachineConfiguration(apps: [app], shops: configured), now: Self.now(0))
        var random = SplitMix64(seed: seed)
        shops = scenario.rates.map { rate in
            Self.changes(rate: rate, hours: hours, &random)
        }
    }

    /// A Poisson process whose rate follows the hour, by thinning.
    private static func changes(
        rate: Double, hours: Int64, _ random: inout SplitMix64
    ) -> Shop {
        var shop = Shop()
        let highest = rate * (Scenario.hours.max() ?? 1)
        var second = 0.0
        while true {
            second += -log(1 - Double.random(in: 0..<1, using: &random)) / highest
            guard second < Double(hours) * 3_600 else { break }
            let hour = Scenario.hours[Int(second / 3_600) % 24]
            guard Double.random(in: 0..<1, using: &random) * highest < rate * hour else { continue }
            shop.changes.append(Int64(second * 1_000))
        }
        shop.storedAt = [Int64](repeating: .max, count: shop.changes.count)
        return shop
    }

    private static func now(_ milliseconds: Int64) -> Now {
        Now(
            ticks: MonotonicInstant(milliseconds: milliseconds),
            wall: UTCInstant(seconds: start + milliseconds / 1_000))
    }

    mutating func run() {
        handle(.tick)
        while time < hours * 3_600_000 {
            let wakeup = machine.nextWakeup()?.milliseconds ?? .max
            if let index = events.indices.min(by: { events[$0].at < events[$1].at }),
                events[index].at <= wakeup
            {
                let (at, event) = events.remove(at: index)
                time = max(time, at)
                if case .answer(let call) = event { answer(call) }
            } else {
                time = max(time + 1, wakeup)
                handle(.tick)
            }
        }
    }

    private mutating func handle(_ event: SyncEvent) {
        var pending = [event]
        while !pending.isEmpty {
            for action in machine.handle(pending.removeFirst(), now: Self.now(time)) {
                pending += perform(action)
            }
        }
    }

    private mutating func perform(_ action: SyncAction) -> [SyncEvent] {
        switch action {
        case .call(let call):
            calls += 1
            callsByClass[call.callClass.name, default: 0] += 1
            if call.callClass == .live, time >= Self.warmUpHours * 3_600_000 {
                liveCallsByHour[Int(time / 3_600_000) % 24] += 1
            }
            events.append((time + Self.latency, .answer(call)))
        case .commit: return [.committed(changes: 1)]
        case .finish(_, let change):
            return [.worked(change.stream, change.subject, due: finish(change))]
        case .loadWork(let stream, let limit, let dueBy):
            return [load(stream, limit, dueBy)]
        case .reserve(let app, let wanted):
            let total = wanted.granted(found: wanted.known).total
            return [.reserved(app, total: total, others: 0, day: wanted.day)]
        case .countStored(let shop, _): return [.counted(shop, stored: 0)]
        case .audited, .lagMeasured, .clockSetBack, .discard, .storeCarriers, .shopState,
            .streamError, .banned, .note:
            break
        }
        return []
    }

    private mutating func finish(_ change: WorkChange) -> UTCInstant? {
        guard case .order(let id) = change.subject else { return nil }
        let shop = Int(change.stream.shop.rawValue)
        guard let index = shops[shop].queue.firstIndex(where: { $0.order == id }) else {
            return nil
        }
        if case .again(let at, _) = change.outcome {
            shops[shop].queue[index].due = at.seconds
            return at
        }
        shops[shop].queue.remove(at: index)
        return nil
    }

    private func load(_ stream: StreamID, _ limit: Int, _ dueBy: UTCInstant) -> SyncEvent {
        guard stream.kind == .details else {
            return .workLoaded(stream, [], isAll: true, nextDue: nil)
        }
        let queue = shops[Int(stream.shop.rawValue)].queue
        let due = queue.filter { $0.due <= dueBy.seconds }
        let next = queue.map(\.due).filter { $0 > dueBy.seconds }.min()
        return .workLoaded(
            stream, due.prefix(limit).map { WorkItem(.order($0.order)) },
            isAll: due.count < limit, nextDue: next.map { UTCInstant(seconds: $0) })
    }

    private mutating func answer(_ call: Call) {
        var queued: StreamID?
        let outcome: CallResult.Outcome
        switch call.kind {
        case .serverTime: outcome = .serverTime(UTCInstant(seconds: Self.start + time / 1_000))
        case .list(let request): outcome = page(call, request, &queued)
        case .order, .refund: outcome = .detail
        case .trace, .parcels, .goods, .carriers, .seller: return
        }
        handle(.answered(call.id, CallResult(outcome)))
        if let queued { handle(.queued(queued)) }
    }

    /// Each change is one row; lists of refunds and of what is created are empty.
    private mutating func page(
        _ call: Call, _ request: PageRequest, _ queued: inout StreamID?
    ) -> CallResult.Outcome {
        guard call.method == .ordersChanged, let id = call.shop else {
            return .page(PageSummary(rows: [], hasNext: false, total: 0))
        }
        let shop = Int(id.rawValue)
        let from = (request.from.seconds - Self.start) * 1_000
        let through = (request.through.seconds - Self.start) * 1_000 + 999
        let asked = time - Self.latency
        var rows: [RowKey] = []
        var index = firstIndex(shop, after: min(through, asked)) - 1
        while index >= 0, shops[shop].changes[index] >= from, rows.count < request.pageSize {
            let at = UTCInstant(seconds: Self.start + shops[shop].changes[index] / 1_000)
            rows.append(RowKey(idHash: UInt64(index), at: at))
            if shops[shop].storedAt[index] == .max {
                shops[shop].storedAt[index] = time
                if scenario.hasDefaults {
                    shops[shop].queue.append(("\(index)", Self.start + time / 1_000))
                    queued = StreamID(shop: id, kind: .details)
                }
            }
            index -= 1
        }
        let hasNext = index >= 0 && shops[shop].changes[index] >= from
        return .page(PageSummary(rows: rows, hasNext: hasNext, total: nil))
    }

    /// The first change after a time.
    private func firstIndex(_ shop: Int, after time: Int64) -> Int {
        var (low, high) = (0, shops[shop].changes.count)
        while low < high {
            let middle = (low + high) / 2
            if shops[shop].changes[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Seconds from a change to its commit, after the first day: the mean, and the worst shop's.
    var staleness: (mean: Double, worst: Double) {
        var (sum, count, worst) = (0.0, 0, 0.0)
        let end = hours * 3_600_000
        for shop in shops {
            var (own, changes) = (0.0, 0)
            for (at, stored) in zip(shop.changes, shop.storedAt)
            where at >= Self.warmUpHours * 3_600_000 {
                own += Double(min(stored, end) - at) / 1_000
                changes += 1
            }
            sum += own
            count += changes
            if changes > 0 { worst = max(worst, own / Double(changes)) }
        }
        return (sum / Double(max(1, count)), worst)
    }
}
