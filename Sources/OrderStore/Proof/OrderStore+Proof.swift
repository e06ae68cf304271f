internal import SyncCore
internal import WireFormat

/// What is known of a shop's completeness: the lag of its lists, and audits of its days.
extension OrderStore {
    /// Stored orders created in the interval.
    func count(_ shop: ShopID, _ window: TimeWindow) throws(StoreError) -> Int {
        let statement = try database.prepare(
            """
            SELECT count(*) FROM orders
            WHERE shop_id = :shop_id AND created_at >= :from_at AND created_at < :until_at
            """)
        statement.bind(.shopID, shop.rawValue)
        statement.bind(.fromAt, window.start.seconds)
        statement.bind(.untilAt, window.end.seconds)
        defer { statement.reset() }
        return try statement.step() ? Int(statement.integer(0)) : 0
    }

    // MARK: Audits

    func setAudit(
        _ shop: ShopID, _ record: AuditRecord, now: UTCInstant
    ) throws(StoreError) {
        let statement = try database.prepare(
            """
            INSERT INTO audits (shop_id, day, state, platform_count, stored_count, repaired,
                                calls, checked_at)
            VALUES (:shop_id, :day, :state, :platform_count, :stored_count, :repaired, :calls, :now)
            ON CONFLICT (shop_id, day) DO UPDATE SET state = excluded.state,
                platform_count = excluded.platform_count, stored_count = excluded.stored_count,
                repaired = repaired + excluded.repaired, calls = calls + excluded.calls,
                checked_at = excluded.checked_at
            """)
        statement.bind(.shopID, shop.rawValue)
        let start = UTCInstant(seconds: record.day * 86_400 - BeijingTime.offsetSeconds)
        statement.bind(.day, BeijingTime.dayText(start))
        statement.bind(.state, record.state.rawValue)
        statement.bind(.platformCount, Int64(record.platformCount))
        statement.bind(.storedCount, Int64(record.storedCount))
        statement.bind(.repaired, Int64(record.repaired))
        statement.bind(.calls, Int64(record.calls))
        statement.bind(.now, now.seconds)
        try statement.run()
    }

    /// When each day was last audited, by its number since 1970.
    func readAudits(_ shop: ShopID) throws(StoreError) -> [Int64: UTCInstant] {
        let statement = try database.prepare(
            """
            SELECT CAST(strftime('%s', day) AS INTEGER) / 86400, checked_at FROM audits
            WHERE shop_id = :shop_id
            """)
        statement.bind(.shopID, shop.rawValue)
        var audits: [Int64: UTCInstant] = [:]
        while try statement.step() {
            audits[statement.integer(0)] = UTCInstant(seconds: statement.integer(1))
        }
        return audits
    }

    /// What was deleted on purpose; nil when nothing was.
    func readPurge(_ shop: ShopID) throws(StoreError) -> PurgeLimit? {
        try PurgeLimit(try database.prepare(PurgeLimit.sql), shop)
    }

    // MARK: Lag

    func setLag(
        _ shop: ShopID, _ lag: IndexLag, overlap: Int64, settle: Int64, now: UTCInstant
    ) throws(StoreError) {
        let statement = try database.prepare(
            """
            INSERT INTO index_lag (shop_id, lag_s, overlap_s, settle_s, rows, late, missed,
                                   histogram, updated_at)
            VALUES (:shop_id, :lag_s, :overlap_s, :settle_s, :rows, :late, :missed, :histogram,
                :updated_at)
            ON CONFLICT (shop_id) DO UPDATE SET lag_s = excluded.lag_s,
                overlap_s = excluded.overlap_s, settle_s = excluded.settle_s,
                rows = excluded.rows, late = excluded.late, missed = excluded.missed,
                histogram = excluded.histogram, updated_at = excluded.updated_at
            """)
        statement.bind(.shopID, shop.rawValue)
        statement.bind(.lagS, lag.lagSeconds)
        statement.bind(.overlapS, overlap)
        statement.bind(.settleS, settle)
        statement.bind(.rows, lag.rows)
        statement.bind(.late, lag.late)
        statement.bind(.missed, lag.missed)
        let weights = lag.weights.map { "\(($0 * 1_000).rounded() / 1_000)" }
        statement.bind(.histogram, weights.joined(separator: " "))
        statement.bind(.updatedAt, lag.updated.seconds)
        try statement.run()
    }

    func readLag(_ shop: ShopID) throws(StoreError) -> IndexLag? {
        let statement = try database.prepare(
            """
            SELECT histogram, rows, late, missed, updated_at FROM index_lag
            WHERE shop_id = :shop_id
            """
        )
        statement.bind(.shopID, shop.rawValue)
        guard try statement.step() else { return nil }
        return IndexLag(
            weights: statement.text(0).split(separator: " ").map { Double($0) ?? 0 },
            rows: statement.integer(1), late: statement.integer(2), missed: statement.integer(3),
            updated: UTCInstant(seconds: statement.integer(4)))
    }
}
