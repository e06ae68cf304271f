internal import SyncCore

/// What promoters have: orders that they brought, and the history of prices.
extension StoreMaintenance {
    /// `changes` has an entry for each, as it has for a shop's orders.
    func purgeAffiliateOrders(
        _ scope: PurgeScope, _ now: UTCInstant
    ) throws(StoreError) -> PurgeCounts {
        let keys = try keys(
            """
            SELECT rowid, shop_id, order_sn, status FROM affiliate_orders
            WHERE rowid > :row_key AND \(PurgeSQL.affiliateOrder) ORDER BY rowid LIMIT :limit
            """, scope, after: purge.affiliateKey)
        guard let last = keys.last else {
            purge.phase = .prices
            return PurgeCounts()
        }
        var counts = PurgeCounts()
        counts.affiliateOrders = try database.transaction { () throws(StoreError) in
            // A daemon may have changed one meanwhile.
            let order = try database.prepare(
                "DELETE FROM affiliate_orders WHERE rowid = :row_key AND \(PurgeSQL.affiliateOrder)"
            )
            scope.bind(to: order)
            let note = try database.prepare(
                """
                INSERT INTO changes
                    (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
                VALUES (:now, :shop_id, 'affiliate_order', :entity_id, 'deleted', :old_status, NULL)
                """)
            note.bind(.now, now.seconds)
            var deleted = 0
            for key in keys {
                order.bind(.rowKey, key.row)
                try order.run()
                guard database.changedRowCount > 0 else { continue }
                deleted += 1
                note.bind(.shopID, key.shop)
                note.bind(.entityID, key.id)
                note.bind(.oldStatus, key.status)
                try note.run()
            }
            return Int64(deleted)
        }
        purge.affiliateKey = last.row
        return counts
    }

    /// In any order: all rows that go are older than the one that stays.
    func purgePrices(_ scope: PurgeScope) throws(StoreError) -> PurgeCounts {
        let keys = try keys(
            """
            SELECT price_id, shop_id, goods_sign, state FROM goods_prices
            WHERE price_id > :row_key AND \(PurgeSQL.price) ORDER BY price_id LIMIT :limit
            """, scope, after: purge.priceKey)
        guard let last = keys.last else {
            purge.phase = .changes
            return PurgeCounts()
        }
        var counts = PurgeCounts()
        counts.prices = try database.transaction { () throws(StoreError) in
            let price = try database.prepare(
                "DELETE FROM goods_prices WHERE price_id = :row_key AND \(PurgeSQL.price)")
            scope.bind(to: price)
            var deleted: Int64 = 0
            for key in keys {
                price.bind(.rowKey, key.row)
                try price.run()
                deleted += Int64(database.changedRowCount)
            }
            return deleted
        }
        purge.priceKey = last.row
        return counts
    }
}
