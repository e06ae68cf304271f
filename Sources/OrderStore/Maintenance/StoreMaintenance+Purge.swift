public import SyncCore

extension StoreMaintenance {
    /// Orders of one transaction: some hundredths of a second, so that a daemon hardly waits.
    static let purgeOrdersMax: Int64 = 100
    static let purgeRowsMax: Int64 = 2_000

    /// Deletes the next orders of the scope with all that belongs to them, in one transaction.
    /// - Returns: nil when all is done; then the next purge begins anew.
    public func purgeStep(
        _ scope: PurgeScope, now: UTCInstant
    ) throws(StoreError) -> PurgeCounts? {
        switch purge.phase {
        case .orders: return try purgeOrders(scope, now)
        case .refunds: return try purgeRefunds(scope)
        case .affiliateOrders: return try purgeAffiliateOrders(scope, now)
        case .prices: return try purgePrices(scope)
        case .changes: return try purgeChanges(scope)
        case .verifications: return try purgeVerifications(scope)
        case .done:
            purge = PurgePosition()
            return nil
        }
    }

    /// What a purge would delete; writes nothing.
    public func purgePlan(_ scope: PurgeScope) throws(StoreError) -> PurgeCounts {
        var counts = PurgeCounts()
        let mine = { (table: String) in
            """
            SELECT count(*) FROM orders JOIN \(table) USING (shop_id, order_id)
            WHERE \(PurgeSQL.order)
            """
        }
        counts.orders = try count("SELECT count(*) FROM orders WHERE \(PurgeSQL.order)", scope)
        counts.items = try count(mine("order_items"), scope)
        counts.shipments = try count(mine("shipments"), scope)
        counts.refunds = try count(mine("refunds"), scope)
        counts.refunds += try count(
            "SELECT count(*) FROM refunds WHERE \(PurgeSQL.orphanRefund)", scope)
        counts.changes = try count("SELECT count(*) FROM changes WHERE \(PurgeSQL.change)", scope)
        counts.affiliateOrders = try count(
            "SELECT count(*) FROM affiliate_orders WHERE \(PurgeSQL.affiliateOrder)", scope)
        counts.prices = try count(
            "SELECT count(*) FROM goods_prices WHERE \(PurgeSQL.price)", scope)
        return counts
    }

    func count(_ sql: String, _ scope: PurgeScope) throws(StoreError) -> Int64 {
        let statement = try database.prepare(sql)
        scope.bind(to: statement)
        guard try statement.step() else { return 0 }
        return statement.integer(0)
    }

    // MARK: Phases

    struct Key {
        var row: Int64
        var shop: Int64
        var id: String
        var status: String
    }

    private func purgeOrders(
        _ scope: PurgeScope, _ now: UTCInstant
    ) throws(StoreError) -> PurgeCounts {
        if purge.orderKey == .min { try notePurge(scope, now) }
        // Searched outside of the transaction: the search may take long, and blocks no writer.
        let keys = try nextOrders(scope)
        guard let last = keys.last else {
            purge.phase = .refunds
            return PurgeCounts()
        }
        let counts = try database.transaction { () throws(StoreError) in
            var counts = PurgeCounts()
            let deletion = try OrderDeletion(database)
            // A daemon may have changed one meanwhile.
            let isStill = try database.prepare(
                "SELECT 1 FROM orders WHERE order_key = :row_key AND \(PurgeSQL.order)")
            scope.bind(to: isStill)
            for key in keys {
                isStill.bind(.rowKey, key.row)
                let isDue = try isStill.step()
                isStill.reset()
                guard isDue else { continue }
                counts += try deletion.delete(
                    shop: key.shop, id: key.id, status: key.status, now: now)
            }
            return counts
        }
        purge.orderKey = last.row
        return counts
    }

    /// Before anything goes: the audit must not take what was purged for lost.
    private func notePurge(_ scope: PurgeScope, _ now: UTCInstant) throws(StoreError) {
        let note = try database.prepare(
            """
            INSERT INTO purges (shop_id, before_at, purged_at, open_before_at)
            SELECT shop_id, :before, :now, iif(:includes_open, :before, NULL) FROM shops
                WHERE :shop_id IS NULL OR shop_id = :shop_id
            ON CONFLICT (shop_id) DO UPDATE SET
                before_at = max(before_at, excluded.before_at), purged_at = excluded.purged_at,
                open_before_at = coalesce(max(open_before_at, excluded.open_before_at),
                                          open_before_at, excluded.open_before_at)
            """)
        note.bind(.before, scope.before ?? now)
        note.bind(.shopID, scope.shop?.rawValue)
        note.bind(.includesOpen, scope.includesOpen ? 1 : 0)
        note.bind(.now, now.seconds)
        try note.run()
    }

    private func nextOrders(_ scope: PurgeScope) throws(StoreError) -> [Key] {
        try keys(
            """
            SELECT order_key, shop_id, order_id, status FROM orders
            WHERE order_key > :row_key AND \(PurgeSQL.order) ORDER BY order_key LIMIT :limit
            """, scope, after: purge.orderKey)
    }

    func keys(
        _ sql: String, _ scope: PurgeScope, after key: Int64
    ) throws(StoreError) -> [Key] {
        let statement = try database.prepare(sql)
        scope.bind(to: statement)
        statement.bind(.rowKey, key)
        statement.bind(.limit, Self.purgeOrdersMax)
        var keys: [Key] = []
        while try statement.step() {
            keys.append(
                Key(
                    row: statement.integer(0), shop: statement.integer(1), id: statement.text(2),
                    status: statement.text(3)))
        }
        return keys
    }

    private func purgeRefunds(_ scope: PurgeScope) throws(StoreError) -> PurgeCounts {
        let keys = try keys(
            """
            SELECT rowid, shop_id, refund_id, status FROM refunds
            WHERE rowid > :row_key AND \(PurgeSQL.orphanRefund) ORDER BY rowid LIMIT :limit
            """, scope, after: purge.refundKey)
        guard let last = keys.last else {
            purge.phase = .affiliateOrders
            return PurgeCounts()
        }
        var counts = PurgeCounts()
        counts.refunds = try database.transaction { () throws(StoreError) in
            let queue = try database.prepare(
                "DELETE FROM detail_queue WHERE shop_id = :shop_id AND entity = 'refund' "
                    + "AND entity_id = :entity_id")
            let refund = try database.prepare(
                "DELETE FROM refunds WHERE rowid = :row_key AND \(PurgeSQL.orphanRefund)")
            scope.bind(to: refund)
            var deleted = 0
            for key in keys {
                refund.bind(.rowKey, key.row)
                try refund.run()
                guard database.changedRowCount > 0 else { continue }
                deleted += 1
                queue.bind(.shopID, key.shop)
                queue.bind(.entityID, key.id)
                try queue.run()
            }
            return Int64(deleted)
        }
        purge.refundKey = last.row
        return counts
    }

    private func purgeChanges(_ scope: PurgeScope) throws(StoreError) -> PurgeCounts {
        let look = try database.prepare(
            """
            SELECT max(seq) FROM (SELECT seq FROM changes WHERE seq > :seq AND \(PurgeSQL.change)
                                  ORDER BY seq LIMIT :limit)
            """)
        scope.bind(to: look)
        look.bind(.seq, purge.sequence)
        look.bind(.limit, Self.purgeRowsMax)
        guard try look.step(), let last = look.optionalInteger(0) else {
            purge.phase = .verifications
            return PurgeCounts()
        }
        look.reset()
        var counts = PurgeCounts()
        counts.changes = try database.transaction { () throws(StoreError) in
            let delete = try database.prepare(
                "DELETE FROM changes WHERE seq > :seq AND seq <= :last_seq AND \(PurgeSQL.change)")
            scope.bind(to: delete)
            delete.bind(.seq, purge.sequence)
            delete.bind(.lastSeq, last)
            try delete.run()
            return Int64(database.changedRowCount)
        }
        purge.sequence = last
        return counts
    }

    /// Few, and small.
    private func purgeVerifications(_ scope: PurgeScope) throws(StoreError) -> PurgeCounts {
        try database.transaction { () throws(StoreError) in
            for sql in [
                "DELETE FROM verify_findings WHERE verify_id IN (SELECT verify_id FROM "
                    + "verifications WHERE \(PurgeSQL.verification))",
                "DELETE FROM verifications WHERE \(PurgeSQL.verification)",
                "DELETE FROM rejected_rows WHERE \(PurgeSQL.rejectedRow)",
            ] {
                let statement = try database.prepare(sql)
                scope.bind(to: statement)
                try statement.run()
            }
        }
        purge.phase = .done
        return PurgeCounts()
    }
}
