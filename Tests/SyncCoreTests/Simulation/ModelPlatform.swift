@testable import SyncCore

/// The truth of one order, or of one refund.
struct ModelOrder {
    var id: UInt64
    var created: UTCInstant
    var modified: UTCInstant
    /// Counts the changes; it stands for all of the order's content.
    var version: UInt64 = 1
    /// When the latest version was made and when it shows in the lists, in virtual milliseconds.
    var changedAt: Int64
    var visibleAt: Int64
    /// The list of changes never shows it.
    var isUnlisted = false
    /// Lists show it without content: it has to be read in full.
    var isHollow = false
    /// From then on it can be read in full.
    var detailFrom: Int64 = 0
    /// What it was sent in.
    var parcels: [ModelParcel] = []
    /// Lists name its first parcel only.
    var hidesParcels = false

    /// Of two versions in a row the status always differs.
    var status: OrderStatus {
        [.unpaid, .paid, .partShipped, .shipped, .unknown][Int(version % 5)]
    }

    /// Milliseconds that the latest version was invisible for.
    var lag: Int64 { visibleAt - changedAt }
}

/// A parcel, and what its courier will have said when.
struct ModelParcel {
    var number: String
    var item: String
    var shippedAt: UTCInstant
    /// Virtual milliseconds of each scan.
    var scans: [(at: Int64, status: ParcelStatus)]

    func trace(at time: Int64, start: Int64) -> ParcelTrace? {
        let scans = scans.filter { $0.at <= time }
        guard let last = scans.last else { return nil }
        let events = scans.map { scan in
            ParcelEvent(
                at: UTCInstant(seconds: (start + scan.at) / 1_000), text: "\(scan.status)",
                action: "")
        }
        return ParcelTrace(
            trackingNumber: number, company: nil, status: last.status,
            platformStatus: "\(last.status)", events: events)
    }
}

/// Orders or refunds of a shop, and what the lists show of them.
struct Population {
    private(set) var all: [ModelOrder] = []
    /// What the lists show at present, by the same index; nil for not yet.
    private(set) var listed: [ModelOrder?] = []
    /// Versions that the lists will show.
    private var late: [ModelOrder] = []

    mutating func add(_ order: ModelOrder) {
        var order = order
        order.id = UInt64(all.count)
        all.append(order)
        listed.append(nil)
        late.append(order)
    }

    mutating func change(_ index: Int, modified: UTCInstant, at time: Int64, lag: Int64) {
        all[index].modified = modified
        all[index].version += 1
        all[index].changedAt = time
        // The lists show an order's changes in their order.
        all[index].visibleAt = max(all[index].visibleAt, time + lag)
        late.append(all[index])
    }

    mutating func send(_ index: Int, _ parcels: [ModelParcel]) {
        all[index].parcels = parcels
    }

    mutating func showLateRows(at time: Int64) {
        guard !late.isEmpty else { return }
        var later: [ModelOrder] = []
        for order in late {
            if order.visibleAt <= time {
                listed[Int(order.id)] = order
            } else {
                later.append(order)
            }
        }
        late = later
    }
}

/// What the platform holds, and how its lists show it: newest first, inclusive second bounds,
/// some seconds late.
struct ModelPlatform {
    struct Shop {
        var orders = Population()
        var refunds = Population()
    }

    let plan: WorldPlan
    private(set) var shops: [Shop]

    init(_ plan: WorldPlan) {
        self.plan = plan
        shops = Array(repeating: Shop(), count: plan.shopCount)
    }

    /// The platform's clock, in milliseconds since 1970.
    func milliseconds(at time: Int64) -> Int64 {
        let step = plan.platformSteps.last { $0.at <= time }
        return plan.platformStart + time + (step?.offset ?? 0)
    }

    func now(at time: Int64) -> UTCInstant {
        UTCInstant(seconds: milliseconds(at: time) / 1_000)
    }

    // MARK: Life

    /// Orders from before the daemon's first start.
    mutating func addOldOrders(_ random: inout SplitMix64) {
        let now = now(at: 0)
        for _ in 0..<plan.oldOrderCount {
            let age = random.pick(1...max(1, plan.backfillDays) * 90_000)
            let created = now.advanced(bySeconds: -age)
            let modified = created.advanced(bySeconds: random.pick(0...age))
            let shop = Int(random.pick(0...Int64(shops.count - 1)))
            var order = ModelOrder(
                id: 0, created: created, modified: modified, changedAt: 0, visibleAt: 0)
            order.isHollow = random.chance(plan.hollowRate)
            shops[shop].orders.add(order)
        }
    }

    /// Refunds from before the daemon's first start.
    mutating func addOldRefunds(_ random: inout SplitMix64) {
        let now = now(at: 0)
        for _ in 0..<plan.oldOrderCount / 4 where random.chance(plan.refundRate) {
            let age = random.pick(1...max(1, plan.backfillDays) * 90_000)
            let modified = now.advanced(bySeconds: -age)
            var refund = ModelOrder(
                id: 0, created: modified, modified: modified, changedAt: 0, visibleAt: 0)
            refund.isHollow = random.chance(plan.hollowRate)
            shops[Int(random.pick(0...Int64(shops.count - 1)))].refunds.add(refund)
        }
    }

    /// One order is made or changed, now.
    mutating func change(shop: Int, at time: Int64, isNew: Bool, _ random: inout SplitMix64) {
        let now = now(at: time)
        let lag = drawLag(&random)
        guard !isNew, !shops[shop].orders.all.isEmpty else {
            return addOrder(to: shop, at: time, lag: lag, &random)
        }
        let index = Int(random.pick(0...Int64(shops[shop].orders.all.count - 1)))
        let order = shops[shop].orders.all[index]
        // A hollow row cannot distinguish two changes of one second.
        guard !order.isHollow || order.modified < now else { return }
        if random.chance(plan.parcelRate), shops[shop].orders.all[index].parcels.isEmpty {
            shops[shop].orders.send(index, drawParcels(index, at: time, &random))
        }
        shops[shop].orders.change(index, modified: now, at: time, lag: lag)
    }

    private func drawLag(_ random: inout SplitMix64) -> Int64 {
        if random.chance(plan.lagTailRate) { return random.pick(0...plan.lagTailMax * 1_000) }
        return plan.indexLagMax == 0 ? 0 : random.pick(0...plan.indexLagMax * 1_000)
    }

    private mutating func addOrder(
        to shop: Int, at time: Int64, lag: Int64, _ random: inout SplitMix64
    ) {
        let now = now(at: time)
        var order = ModelOrder(
            id: 0, created: now, modified: now, changedAt: time, visibleAt: time + lag)
        order.isHollow = random.chance(plan.hollowRate)
        if random.chance(plan.lateDetailRate) {
            order.detailFrom = random.chance(0.2) ? .max : time + random.pick(1_000...150_000)
        }
        order.hidesParcels = random.chance(0.5)
        if random.chance(plan.unlistedRate) {
            // Of a past day, and seen in the list by creation alone.
            order.isUnlisted = true
            order.created = now.advanced(bySeconds: -random.pick(3_600...86_400))
            order.modified = order.created
            order.visibleAt = time
        }
        shops[shop].orders.add(order)
    }

    private func drawParcels(
        _ order: Int, at time: Int64, _ random: inout SplitMix64
    ) -> [ModelParcel] {
        (0..<random.pick(1...2)).map { index in
            let way: [ParcelStatus] = [.collected, .inTransit, .outForDelivery]
            var scans: [(at: Int64, status: ParcelStatus)] = []
            var at = time
            for status in way + [random.chance(0.8) ? .delivered : .returned] {
                at += random.pick(1...240_000)
                scans.append((at, status))
            }
            return ModelParcel(
                number: "SF\(order)-\(index)", item: "\(index)", shippedAt: now(at: time),
                scans: scans)
        }
    }

    /// One refund is made or changed, now.
    mutating func changeRefund(shop: Int, at time: Int64, _ random: inout SplitMix64) {
        let now = now(at: time)
        let lag = random.pick(0...60_000)
        if !shops[shop].refunds.all.isEmpty, random.chance(0.5) {
            let index = Int(random.pick(0...Int64(shops[shop].refunds.all.count - 1)))
            // A hollow row cannot distinguish two changes of one second.
            guard shops[shop].refunds.all[index].modified < now else { return }
            return shops[shop].refunds.change(index, modified: now, at: time, lag: lag)
        }
        var refund = ModelOrder(
            id: 0, created: now, modified: now, changedAt: time, visibleAt: time + lag)
        refund.isHollow = random.chance(plan.hollowRate)
        shops[shop].refunds.add(refund)
    }

    // MARK: Lists

    /// The rows of one page and their summary, as the lists show them at `time`.
    mutating func list(
        shop: Int, method: CallMethod, _ request: PageRequest, at time: Int64,
        _ random: inout SplitMix64
    ) -> (summary: PageSummary, rows: [ModelOrder]) {
        shops[shop].orders.showLateRows(at: time)
        shops[shop].refunds.showLateRows(at: time)
        let isRefunds = method == .refundsChanged
        let listed = isRefunds ? shops[shop].refunds.listed : shops[shop].orders.listed
        let key = { (order: ModelOrder) in
            method == .ordersCreated ? order.created : order.modified
        }
        let end = request.through.advanced(bySeconds: plan.endIsExclusive ? -1 : 0)
        var matching: [(at: Int64, tie: UInt64, order: ModelOrder)] = []
        for case let order? in listed {
            let at = key(order)
            guard request.from <= at, at <= end else { continue }
            if order.isUnlisted, method != .ordersCreated { continue }
            matching.append((at.seconds, tie(order, at: time), order))
        }
        matching.sort { ($0.at, $0.tie) > ($1.at, $1.tie) }
        let first = (request.pageNumber - 1) * request.pageSize
        var rows = matching.dropFirst(first).prefix(request.pageSize).map(\.order)
        if plan.showsFreshRows, !isRefunds {
            rows = rows.map { shops[shop].orders.all[Int($0.id)] }
        }
        if isRefunds { rows.shuffle(using: &random) }
        let summary = PageSummary(
            rows: rows.map { RowKey(idHash: $0.id, at: key($0)) },
            hasNext: request.wantsTotal ? nil : first + rows.count < matching.count,
            total: request.wantsTotal ? matching.count : nil)
        return (summary, rows)
    }

    private func tie(_ order: ModelOrder, at time: Int64) -> UInt64 {
        var mixer = SplitMix64(seed: order.id &* 31 &+ UInt64(time / plan.tieEpoch))
        return mixer.next()
    }
}

// MARK: Single orders

extension ModelPlatform {
    func order(_ id: String, shop: Int) -> ModelOrder? {
        Int(id).flatMap {
            shops[shop].orders.all.indices.contains($0) ? shops[shop].orders.all[$0] : nil
        }
    }

    func refund(_ id: String, shop: Int) -> ModelOrder? {
        Int(id).flatMap {
            shops[shop].refunds.all.indices.contains($0) ? shops[shop].refunds.all[$0] : nil
        }
    }
}
