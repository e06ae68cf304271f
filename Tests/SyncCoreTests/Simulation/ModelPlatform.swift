import SyncCore

/// The truth of one order.
struct ModelOrder {
    var id: UInt64
    var created: UTCInstant
    var modified: UTCInstant
    /// Counts the changes; it stands for all of the order's content.
    var version: UInt64
    /// When the latest version shows in the lists, in virtual milliseconds.
    var visibleAt: Int64
}

/// What the platform holds, and how its lists show it: newest first, inclusive second bounds,
/// some seconds late.
struct ModelPlatform {
    struct Shop {
        var orders: [ModelOrder] = []
        /// What the lists show at present, by the same index as `orders`; nil for not yet.
        var listed: [ModelOrder?] = []
        /// Indices and versions that the lists will show, in the order of their time.
        var late: [ModelOrder] = []
    }

    let plan: WorldPlan
    private(set) var shops: [Shop]

    init(_ plan: WorldPlan) {
        self.plan = plan
        shops = Array(repeating: Shop(), count: plan.shopCount)
    }

    /// The platform's clock, in milliseconds since 1970.
    func milliseconds(at time: Int64) -> Int64 { plan.platformStart + time }

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
            addOrder(to: shop, created: created, modified: modified, visibleAt: 0)
        }
    }

    /// One order is made or changed, now.
    mutating func change(shop: Int, at time: Int64, isNew: Bool, _ random: inout SplitMix64) {
        let lag = plan.indexLagMax == 0 ? 0 : random.pick(0...plan.indexLagMax * 1_000)
        let now = now(at: time)
        guard !isNew, !shops[shop].orders.isEmpty else {
            return addOrder(to: shop, created: now, modified: now, visibleAt: time + lag)
        }
        let index = Int(random.pick(0...Int64(shops[shop].orders.count - 1)))
        shops[shop].orders[index].modified = now
        shops[shop].orders[index].version += 1
        // The lists show an order's changes in their order.
        let visibleAt = max(shops[shop].orders[index].visibleAt, time + lag)
        shops[shop].orders[index].visibleAt = visibleAt
        shops[shop].late.append(shops[shop].orders[index])
    }

    private mutating func addOrder(
        to shop: Int, created: UTCInstant, modified: UTCInstant, visibleAt: Int64
    ) {
        let order = ModelOrder(
            id: UInt64(shops[shop].orders.count), created: created, modified: modified,
            version: 1, visibleAt: visibleAt)
        shops[shop].orders.append(order)
        shops[shop].listed.append(nil)
        shops[shop].late.append(order)
    }

    // MARK: Lists

    /// The rows of one page and their summary, as the lists show them at `time`.
    mutating func list(
        shop: Int, method: CallMethod, _ request: PageRequest, at time: Int64
    ) -> (summary: PageSummary, rows: [ModelOrder]) {
        showLateRows(of: shop, at: time)
        let key = { (order: ModelOrder) in
            method == .ordersCreated ? order.created : order.modified
        }
        let end = request.through.advanced(bySeconds: plan.endIsExclusive ? -1 : 0)
        var matching: [(at: Int64, tie: UInt64, order: ModelOrder)] = []
        for case let order? in shops[shop].listed {
            let at = key(order)
            guard request.from <= at, at <= end else { continue }
            matching.append((at.seconds, tie(order, at: time), order))
        }
        matching.sort { ($0.at, $0.tie) > ($1.at, $1.tie) }
        let first = (request.pageNumber - 1) * request.pageSize
        let rows = matching.dropFirst(first).prefix(request.pageSize).map(\.order)
        let summary = PageSummary(
            rows: rows.map { RowKey(idHash: $0.id, at: key($0)) },
            hasNext: request.wantsTotal ? nil : first + rows.count < matching.count,
            total: request.wantsTotal ? matching.count : nil)
        return (summary, rows)
    }

    private mutating func showLateRows(of shop: Int, at time: Int64) {
        guard !shops[shop].late.isEmpty else { return }
        var later: [ModelOrder] = []
        for order in shops[shop].late {
            if order.visibleAt <= time {
                shops[shop].listed[Int(order.id)] = order
            } else {
                later.append(order)
            }
        }
        shops[shop].late = later
    }

    private func tie(_ order: ModelOrder, at time: Int64) -> UInt64 {
        var mixer = SplitMix64(seed: order.id &* 31 &+ UInt64(time / plan.tieEpoch))
        return mixer.next()
    }
}
