internal import SyncCore

/// Counts a shop's rows. A count reads every entry of an index, so that large shops are
/// counted seldom: at most a fiftieth of the time goes into it.
final class WatchCounter {
    private struct Known {
        var figures: WatchedStatus.Figures
        var at: ContinuousClock.Instant
        /// Not counted again before.
        var restsUntil: ContinuousClock.Instant
    }

    private let totals: [Statement]
    private let queues: [Statement]
    private let unreadable: Statement
    private let rejected: Statement
    private let audits: Statement
    private let hours: [Statement]
    private let watched: WatchedGoodsReader
    private var known: [Int64: Known] = [:]
    private var waiting: Set<Int64> = []

    /// A shop without changes is counted again after this: queues fall due automatically.
    private static let ageMax = Duration.seconds(15)
    private static let restMin = Duration.seconds(3)
    private static let restPerCost = 50
    private static let hourCount: Int64 = 25

    init(_ database: Database) throws(StoreError) {
        var totals: [Statement] = []
        for table in ["orders", "refunds", "shipments", "affiliate_orders"] {
            totals.append(
                try database.prepare("SELECT count(*) FROM \(table) WHERE shop_id = :shop_id"))
        }
        self.totals = totals
        // History uses spare calls only, so its waiting is no lag.
        let urgent = "due_at <= :now AND priority < \(DetailDemand.historyPriorityMin)"
        var queues: [Statement] = []
        for entity in ["order", "refund"] {
            queues.append(
                try database.prepare(
                    """
                    SELECT count(*), coalesce(sum(\(urgent)), 0),
                           min(CASE WHEN \(urgent) THEN due_at END)
                    FROM detail_queue
                    WHERE shop_id = :shop_id AND entity = '\(entity)' AND state = 'queued'
                    """))
        }
        // A price is late from its due time on; failed requests do not reset that.
        for (table, due, isCounted) in [
            ("shipments", "next_poll_at", ShipmentSQL.isTraceable),
            ("goods_watch", "due_at", "TRUE"),
        ] {
            queues.append(
                try database.prepare(
                    """
                    SELECT count(*), coalesce(sum(\(due) <= :now), 0),
                           min(CASE WHEN \(due) <= :now THEN \(due) END)
                    FROM \(table) WHERE shop_id = :shop_id AND \(due) IS NOT NULL AND \(isCounted)
                    """))
        }
        self.queues = queues
        unreadable = try database.prepare(
            """
            SELECT coalesce(sum(state = 'not_found'), 0), coalesce(sum(state = 'refused'), 0)
            FROM detail_queue WHERE shop_id = :shop_id AND entity IN ('order', 'refund')
                                AND state IN ('not_found', 'refused')
            """)
        rejected = try database.prepare(OrderStore.rejectedRowsSQL)
        audits = try database.prepare(
            "SELECT state, count(*) FROM audits WHERE shop_id = :shop_id GROUP BY state")
        hours = [
            try database.prepare(
                """
                SELECT created_at / 3600, count(*) FROM orders
                WHERE shop_id = :shop_id AND created_at >= :from_at GROUP BY 1
                """),
            // What was created since was modified since: by that there is an index.
            try database.prepare(
                """
                SELECT created_at / 3600, count(*) FROM affiliate_orders
                WHERE shop_id = :shop_id AND modified_at >= :from_at
                    AND created_at >= :from_at GROUP BY 1
                """),
        ]
        watched = try WatchedGoodsReader(database)
    }

    func figures(of shop: Int64) -> WatchedStatus.Figures? {
        known[shop]?.figures
    }

    func forget(shopsOtherThan shops: Set<Int64>) {
        known = known.filter { shops.contains($0.key) }
        waiting.formIntersection(shops)
    }

    /// Counts the shops that need it, the longest uncounted first, until the budget is used.
    func count(
        _ shops: [Int64], changed: Set<Int64>, now: UTCInstant, budget: Duration
    ) throws(StoreError) {
        let clock = ContinuousClock()
        let began = clock.now
        waiting.formUnion(changed)
        let due = shops.filter { shop in
            guard let known = known[shop] else { return true }
            return known.restsUntil <= began
                && (waiting.contains(shop) || began - known.at >= Self.ageMax)
        }
        let order = due.map { (at: known[$0]?.at, shop: $0) }
            .sorted { left, right in
                switch (left.at, right.at) {
                case (nil, nil): left.shop < right.shop
                case (nil, _): true
                case (_, nil): false
                case (let one?, let other?): one < other
                }
            }
        for (_, shop) in order {
            let start = clock.now
            let figures = try count(shop, now: now)
            let end = clock.now
            let rest = max(Self.restMin, (end - start) * Self.restPerCost)
            known[shop] = Known(figures: figures, at: end, restsUntil: end + rest)
            waiting.remove(shop)
            if end - began >= budget { return }
        }
    }

    private func count(
        _ shop: Int64, now: UTCInstant
    ) throws(StoreError) -> WatchedStatus.Figures {
        var figures = WatchedStatus.Figures()
        // A shop has its own, a promoter those it brought.
        figures.orders = try total(totals[0], shop) + total(totals[3], shop)
        figures.refunds = try total(totals[1], shop)
        figures.parcels = try total(totals[2], shop)
        figures.details = try queue(queues[0], shop, now)
        figures.refundDetails = try queue(queues[1], shop, now)
        figures.parcelQueue = try queue(queues[2], shop, now)
        figures.priceQueue = try queue(queues[3], shop, now)
        defer { unreadable.reset() }
        unreadable.bind(.shopID, shop)
        if try unreadable.step() {
            figures.detailsNotFound = unreadable.integer(0)
            figures.detailsRefused = unreadable.integer(1)
        }
        figures.rejectedRows = try total(rejected, shop)
        defer { audits.reset() }
        audits.bind(.shopID, shop)
        while try audits.step() { figures.audits[audits.text(0)] = audits.integer(1) }
        let first = now.seconds / 3_600 - (Self.hourCount - 1)
        figures.ordersByHour = [Int64](repeating: 0, count: Int(Self.hourCount))
        for statement in hours {
            defer { statement.reset() }
            statement.bind(.shopID, shop)
            statement.bind(.fromAt, first * 3_600)
            while try statement.step() {
                let place = statement.integer(0) - first
                guard (0..<Self.hourCount).contains(place) else { continue }
                figures.ordersByHour[Int(place)] += statement.integer(1)
            }
        }
        figures.watchedGoods = try watched.count(of: shop)
        if figures.watchedGoods != nil { figures.goods = try watched.goods(of: shop) }
        return figures
    }

    private func total(_ statement: Statement, _ shop: Int64) throws(StoreError) -> Int64 {
        defer { statement.reset() }
        statement.bind(.shopID, shop)
        return try statement.step() ? statement.integer(0) : 0
    }

    private func queue(
        _ statement: Statement, _ shop: Int64, _ now: UTCInstant
    ) throws(StoreError) -> WatchedStatus.Queue {
        defer { statement.reset() }
        statement.bind(.shopID, shop)
        statement.bind(.now, now.seconds)
        guard try statement.step() else { return WatchedStatus.Queue() }
        return WatchedStatus.Queue(
            entries: statement.integer(0), due: statement.integer(1),
            oldestDueAt: statement.optionalInteger(2))
    }
}
