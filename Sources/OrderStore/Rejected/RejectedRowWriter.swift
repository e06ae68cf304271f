internal import SyncCore

/// Writes the rows of answers that could not be stored, inside a transaction that its caller holds.
/// A row that is shown again in the same words is the same entry. An entry goes when the database
/// holds a later version of what it would have been; one without an id when the platform shows its
/// time in full without it, or when it was not shown for longer than the platform keeps orders.
final class RejectedRowWriter {
    /// Entries of a shop; the ones that were seen last stay.
    static let entriesMax: Int64 = 1_000
    /// Longer JSON is not kept.
    static let rawBytesMax = 262_144
    /// A row that is shown again within this time is not written again.
    static let repeatSeconds: Int64 = 60
    /// Entries that were not shown for so long are dropped: the platform keeps orders for three
    /// months, so nothing can be read of them any more.
    static let ageSecondsMax: Int64 = 100 * 86_400
    /// Entries of stored rows to remember; then all are forgotten.
    private static let settledMax = 10_000

    private struct EntryKey: Hashable {
        var shop: ShopID
        var contentHash: UInt64
    }

    private let put: Statement
    private let trim: Statement
    private let take: Statement
    private let takeOfOrder: Statement
    private let unnamed: Statement
    private let takeOne: Statement
    private let takeOld: Statement
    private let hasAny: Statement
    private let settled: [RejectedRow.Entity: Statement]
    private let named: [RejectedRow.Entity: Statement]
    /// Rows that a list keeps showing although a later answer was stored: they are not reported.
    private var known: Set<EntryKey> = []

    init(_ database: Database) throws(StoreError) {
        put = try database.prepare(
            """
            INSERT INTO rejected_rows (shop_id, stream, entity, entity_id, order_id, reason,
                                       modified_at, raw_hash, first_seen_at, last_seen_at,
                                       asked_ms, raw)
            VALUES (:shop_id, :stream, :entity, :entity_id, :order_id, :reason, :modified_at,
                :raw_hash, :now, :now, :asked_ms, :raw)
            ON CONFLICT (shop_id, stream, raw_hash) DO UPDATE
            SET last_seen_at = excluded.last_seen_at, seen_count = seen_count + 1
            WHERE excluded.last_seen_at >= last_seen_at + \(Self.repeatSeconds)
            RETURNING seen_count
            """)
        trim = try database.prepare(
            """
            DELETE FROM rejected_rows WHERE rejected_id IN (
                SELECT rejected_id FROM rejected_rows WHERE shop_id = :shop_id
                ORDER BY last_seen_at DESC, rejected_id DESC LIMIT -1 OFFSET \(Self.entriesMax))
            """)
        take = try database.prepare(
            """
            DELETE FROM rejected_rows WHERE shop_id = :shop_id AND entity = :entity
            AND entity_id = :entity_id
            RETURNING raw_hash
            """)
        takeOfOrder = try database.prepare(
            """
            DELETE FROM rejected_rows
            WHERE shop_id = :shop_id AND entity = :entity AND order_id = :order_id
            """)
        unnamed = try database.prepare(
            """
            SELECT rejected_id, raw_hash FROM rejected_rows
            WHERE shop_id = :shop_id AND entity = :entity AND entity_id IS NULL
              AND modified_at >= :from_at AND modified_at < :until_at
              AND \(RowVersionSQL.isEarlier("asked_ms", than: ":asked_ms"))
            """)
        takeOne = try database.prepare("DELETE FROM rejected_rows WHERE rejected_id = :rejected_id")
        takeOld = try database.prepare(
            "DELETE FROM rejected_rows WHERE shop_id = :shop_id AND last_seen_at < :seen_before")
        hasAny = try database.prepare(
            "SELECT 1 FROM rejected_rows WHERE shop_id = :shop_id LIMIT 1")
        var settled: [RejectedRow.Entity: Statement] = [:]
        var named: [RejectedRow.Entity: Statement] = [:]
        let tables: [(RejectedRow.Entity, String, String)] = [
            (.order, "orders", "order_id"), (.refund, "refunds", "refund_id"),
            (.affiliateOrder, "affiliate_orders", "order_sn"),
        ]
        for (entity, table, key) in tables {
            settled[entity] = try database.prepare(Self.settled(entity, table, key))
            named[entity] = try database.prepare(Self.named(entity, table, key))
        }
        self.settled = settled
        self.named = named
    }

    /// Deletes the entries that a stored version settles.
    private static func settled(
        _ entity: RejectedRow.Entity, _ table: String, _ key: String
    ) -> String {
        let isSettled = RowVersionSQL.settles(
            ("stored.modified_at", "stored.asked_ms"), ("entry.modified_at", "entry.asked_ms"),
            present: ":asked_ms")
        return """
            DELETE FROM rejected_rows AS entry
            WHERE shop_id = :shop_id AND entity = '\(entity.rawValue)' AND EXISTS (
                SELECT 1 FROM \(table) AS stored
                WHERE stored.shop_id = entry.shop_id AND stored.\(key) = entry.entity_id
                  AND \(isSettled))
            RETURNING raw_hash
            """
    }

    /// The entries of one row, with the stored version.
    private static func named(
        _ entity: RejectedRow.Entity, _ table: String, _ key: String
    ) -> String {
        """
        SELECT rejected_id, raw_hash, entry.modified_at, entry.asked_ms, stored.modified_at
        FROM rejected_rows AS entry
        LEFT JOIN \(table) AS stored
            ON stored.shop_id = entry.shop_id AND stored.\(key) = entry.entity_id
        WHERE entry.shop_id = :shop_id AND entity = '\(entity.rawValue)' AND entity_id = :entity_id
        """
    }

    /// - Returns: the rows that were not known.
    func keep(
        _ rows: [RejectedRow], stream: StreamID, askedMilliseconds: Int64, now: UTCInstant
    ) throws(StoreError) -> [RejectedRow] {
        var new: [RejectedRow] = []
        for row in rows {
            let key = EntryKey(shop: stream.shop, contentHash: row.contentHash)
            if known.contains(key) { continue }
            put.bind(.shopID, stream.shop.rawValue)
            put.bind(.stream, stream.kind.rawValue)
            put.bind(.entity, row.entity.rawValue)
            put.bind(.entityID, text: row.id)
            put.bind(.orderID, text: row.entity == .order ? row.order ?? row.id : row.order)
            put.bind(.reason, row.reason.rawValue)
            put.bind(.modifiedAt, row.at)
            put.bind(.rawHash, Int64(bitPattern: row.contentHash))
            put.bind(.now, now.seconds)
            put.bind(.askedMs, askedMilliseconds)
            put.bind(.raw, row.raw.count > Self.rawBytesMax ? [] : row.raw)
            let isNew = try put.step() && put.integer(0) == 1
            put.clear()
            if isNew { new.append(row) }
        }
        if !new.isEmpty {
            trim.bind(.shopID, stream.shop.rawValue)
            try trim.run()
        }
        return new
    }

    /// Takes out the entries of which a version is stored that is no older.
    func settle(
        _ entity: RejectedRow.Entity, shop: ShopID, askedMilliseconds: Int64
    ) throws(StoreError) {
        guard try hasEntries(shop), let statement = settled[entity] else { return }
        statement.bind(.shopID, shop.rawValue)
        statement.bind(.askedMs, askedMilliseconds)
        try remember(statement, shop)
    }

    /// An entry that an answer in full did not settle.
    enum Remainder {
        /// The answer is older than the entry.
        case newer
        /// The time of the entry cannot be read, and the answer may come from a copy that lags.
        case untimed
    }

    /// Takes out the entries of one row that was read in full.
    /// - Returns: what is left of them.
    func settle(
        _ entity: RejectedRow.Entity, id: String, shop: ShopID, askedMilliseconds: Int64
    ) throws(StoreError) -> Remainder? {
        guard try hasEntries(shop), let named = named[entity] else { return nil }
        named.bind(.shopID, shop.rawValue)
        named.bind(.entityID, id)
        var gone: [(key: Int64, contentHash: UInt64)] = []
        var remainder: Remainder?
        while try named.step() {
            let entry = RowVersion.Unreadable(
                modifiedAt: named.optionalInteger(2).map { UTCInstant(seconds: $0) },
                askedMilliseconds: named.integer(3))
            let stored = named.optionalInteger(4).map {
                RowVersion(
                    modifiedAt: UTCInstant(seconds: $0), askedMilliseconds: askedMilliseconds)
            }
            if let stored, stored.settles(entry, present: askedMilliseconds) {
                gone.append((named.integer(0), UInt64(bitPattern: named.integer(1))))
            } else if remainder != .newer {
                remainder = entry.modifiedAt == nil ? .untimed : .newer
            }
        }
        named.reset()
        for entry in gone {
            takeOne.bind(.rejectedID, entry.key)
            try takeOne.run()
            remember(entry.contentHash, shop)
        }
        return remainder
    }

    /// Takes out the entries of a product, which an answer states.
    func settle(product id: String, shop: ShopID) throws(StoreError) {
        guard try hasEntries(shop) else { return }
        take.bind(.shopID, shop.rawValue)
        take.bind(.entity, RejectedRow.Entity.product.rawValue)
        take.bind(.entityID, id)
        try remember(take, shop)
    }

    private func remember(_ taken: Statement, _ shop: ShopID) throws(StoreError) {
        while try taken.step() { remember(UInt64(bitPattern: taken.integer(0)), shop) }
        taken.reset()
    }

    private func remember(_ contentHash: UInt64, _ shop: ShopID) {
        if known.count >= Self.settledMax { known = [] }
        known.insert(EntryKey(shop: shop, contentHash: contentHash))
    }

    /// Takes out an order's parcels or scans: the answer that shows them was read without a fault.
    func settle(_ entity: RejectedRow.Entity, ofOrder order: String, shop: ShopID)
        throws(StoreError)
    {
        guard try hasEntries(shop) else { return }
        takeOfOrder.bind(.shopID, shop.rawValue)
        takeOfOrder.bind(.entity, entity.rawValue)
        takeOfOrder.bind(.orderID, order)
        try takeOfOrder.run()
    }

    /// Takes out the entries without an id of a time that an answer shows in full without them: the
    /// platform shows those rows otherwise now, and the answer contains what they are.
    /// - Parameter rows: those that the answer shows again.
    func settle(
        unnamed entity: RejectedRow.Entity, in span: TimeWindow, but rows: [RejectedRow],
        askedMilliseconds: Int64, shop: ShopID
    ) throws(StoreError) {
        guard try hasEntries(shop) else { return }
        unnamed.bind(.shopID, shop.rawValue)
        unnamed.bind(.entity, entity.rawValue)
        unnamed.bind(.fromAt, span.start.seconds)
        unnamed.bind(.untilAt, span.end.seconds)
        unnamed.bind(.askedMs, askedMilliseconds)
        let shown = Set(rows.map { Int64(bitPattern: $0.contentHash) })
        var gone: [Int64] = []
        while try unnamed.step() {
            if !shown.contains(unnamed.integer(1)) { gone.append(unnamed.integer(0)) }
        }
        unnamed.reset()
        for key in gone {
            takeOne.bind(.rejectedID, key)
            try takeOne.run()
        }
    }

    /// Drops the entries that were not shown for longer than the platform keeps orders.
    func dropOld(shop: ShopID, now: UTCInstant) throws(StoreError) {
        guard try hasEntries(shop) else { return }
        takeOld.bind(.shopID, shop.rawValue)
        takeOld.bind(.seenBefore, now.seconds - Self.ageSecondsMax)
        try takeOld.run()
    }

    private func hasEntries(_ shop: ShopID) throws(StoreError) -> Bool {
        hasAny.bind(.shopID, shop.rawValue)
        defer { hasAny.reset() }
        return try hasAny.step()
    }
}
