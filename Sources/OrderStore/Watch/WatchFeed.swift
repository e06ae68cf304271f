internal import SyncCore

/// Follows the feed of changes by its number, so that each entry is read once.
final class WatchFeed {
    private let database: Database
    private let newest: Statement
    private let tally: Statement
    private let latest: Statement
    private let probe: Statement
    private let goodsName: Statement
    private var sequence: Int64?
    private var dayStart: Int64 = 0
    private var changed: Set<Int64> = []

    /// Since the watch began, by shop.
    private(set) var counts: [Int64: WatchedStatus.ChangeCounts] = [:]
    /// Entries about orders, a promoter's included, since the day began, by shop.
    private(set) var orderChangesToday: [Int64: Int64] = [:]

    /// Entries of one step, and steps of one reading: the rest waits for the next reading.
    private static let stepMax: Int64 = 100_000
    private static let stepsMax = 5

    init(_ database: Database) throws(StoreError) {
        self.database = database
        newest = try database.prepare("SELECT coalesce(max(seq), 0) FROM changes")
        tally = try database.prepare(
            """
            SELECT shop_id, entity, count(*),
                   sum(entity IN ('order', 'affiliate_order') AND changed_at >= :day_start_at),
                   sum(kind = 'below')
            FROM changes WHERE seq > :seq AND seq <= :last_seq GROUP BY shop_id, entity
            """)
        latest = try database.prepare(
            """
            SELECT seq, changed_at, shop_id, entity, entity_id, kind, old_status, new_status
            FROM changes ORDER BY seq DESC LIMIT 30
            """)
        probe = try database.prepare(
            "SELECT changed_at FROM changes WHERE seq >= :seq ORDER BY seq LIMIT 1")
        goodsName = try database.prepare(
            """
            SELECT goods_name FROM goods_prices
            WHERE shop_id = :shop_id AND goods_sign = :goods_sign AND goods_name IS NOT NULL
            ORDER BY pid DESC, observed_at DESC LIMIT 1
            """)
    }

    /// Counts what is new.
    func follow(dayStart: Int64) throws(StoreError) {
        let end = try value(newest)
        if dayStart != self.dayStart { orderChangesToday = [:] }
        self.dayStart = dayStart
        guard var from = sequence else {
            // The day's entries so far belong to the day, not to what is counted from now on.
            let start = try max(firstEntry(since: dayStart, end) - 1, end - Self.stepMax * 5)
            try count(from: start, to: end)
            counts = [:]
            changed = []
            sequence = end
            return
        }
        for _ in 0..<Self.stepsMax where from < end {
            let to = min(end, from + Self.stepMax)
            try count(from: from, to: to)
            from = to
            sequence = to
        }
    }

    /// Shops with new entries since the last time.
    func takeChangedShops() -> Set<Int64> {
        defer { changed = [] }
        return changed
    }

    func recent(names: [Int64: String]) throws(StoreError) -> [WatchedStatus.Change] {
        defer { latest.reset() }
        var changes: [WatchedStatus.Change] = []
        while try latest.step() {
            guard let shop = names[latest.integer(2)] else { continue }
            let (entity, id) = (latest.text(3), latest.text(4))
            // With a parcel's number, a courier's page shows whose parcel it is.
            let order = entity == "shipment" ? String(id.prefix { $0 != "/" }) : id
            changes.append(
                WatchedStatus.Change(
                    sequence: latest.integer(0), changedAt: latest.integer(1), shop: shop,
                    entity: entity, order: order, kind: latest.text(5),
                    oldStatus: latest.optionalText(6), newStatus: latest.optionalText(7),
                    goodsName: entity == "goods_price"
                        ? try name(of: id, latest.integer(2)) : nil))
        }
        return changes
    }

    // MARK: Helpers

    private func count(from: Int64, to: Int64) throws(StoreError) {
        defer { tally.reset() }
        tally.bind(.seq, from)
        tally.bind(.lastSeq, to)
        tally.bind(.dayStartAt, dayStart)
        while try tally.step() {
            let shop = tally.integer(0)
            changed.insert(shop)
            counts[shop, default: .init()].byEntity[tally.text(1), default: 0] += tally.integer(2)
            counts[shop]?.priceDrops += tally.integer(4)
            orderChangesToday[shop, default: 0] += tally.integer(3)
        }
    }

    /// By halving: the feed is in the order of its time, and has no index by it.
    private func firstEntry(since start: Int64, _ newest: Int64) throws(StoreError) -> Int64 {
        var low: Int64 = 1
        var high = newest + 1
        while low < high {
            let middle = low + (high - low) / 2
            probe.bind(.seq, middle)
            let isBefore = try probe.step() && probe.integer(0) < start
            probe.reset()
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func name(of goods: String, _ shop: Int64) throws(StoreError) -> String? {
        defer { goodsName.reset() }
        goodsName.bind(.shopID, shop)
        goodsName.bind(.goodsSign, goods)
        return try goodsName.step() ? goodsName.text(0) : nil
    }

    private func value(_ statement: Statement) throws(StoreError) -> Int64 {
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }
}
