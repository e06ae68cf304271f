public import SyncCore
public import WireFormat

extension StoreMaintenance {
    /// The platforms of the shops in the database.
    public func platforms() throws(StoreError) -> [String] {
        let statement = try database.prepare("SELECT DISTINCT platform FROM shops ORDER BY 1")
        var platforms: [String] = []
        while try statement.step() { platforms.append(statement.text(0)) }
        return platforms
    }

    /// Orders and refunds that `hideStep` would examine; writes nothing.
    public func hidePlan(_ scope: PurgeScope) throws(StoreError) -> PurgeCounts {
        var counts = PurgeCounts()
        counts.orders = try count("SELECT count(*) FROM orders WHERE \(PurgeSQL.order)", scope)
        counts.refunds = try count("SELECT count(*) FROM refunds WHERE \(PurgeSQL.refund)", scope)
        return counts
    }

    /// Hides buyers and receivers in the next orders and refunds of the scope, in one
    /// transaction. Everything else of a row stays, its hashes too, so that the same answer does
    /// not bring the data back.
    /// - Parameter filters: by the name of the platform.
    /// - Returns: what was changed; nil when all is done.
    public func hideStep(
        _ scope: PurgeScope, filters: [String: PersonalFilter], now: UTCInstant
    ) throws(StoreError) -> PurgeCounts? {
        var counts = PurgeCounts()
        switch purge.phase {
        case .orders:
            let rows = HiddenRows.orders
            let keys = try rows.keys(database, scope, after: purge.orderKey, Self.purgeOrdersMax)
            counts.orders = try hide(rows, keys, scope, filters, now)
            if let last = keys.last { purge.orderKey = last } else { purge.phase = .refunds }
        case .refunds:
            let rows = HiddenRows.refunds
            let keys = try rows.keys(database, scope, after: purge.refundKey, Self.purgeOrdersMax)
            counts.refunds = try hide(rows, keys, scope, filters, now)
            if let last = keys.last {
                purge.refundKey = last
            } else {
                try hideRejectedRows(scope, filters)
                purge.phase = .done
            }
        case .affiliateOrders, .prices, .changes, .verifications, .done:
            purge = PurgePosition()
            return nil
        }
        return counts
    }

    /// Few. A row that is no object may name a buyer anywhere: of that nothing stays.
    private func hideRejectedRows(
        _ scope: PurgeScope, _ filters: [String: PersonalFilter]
    ) throws(StoreError) {
        try database.transaction { () throws(StoreError) in
            let select = try database.prepare(
                """
                SELECT rejected_id, platform, raw FROM rejected_rows JOIN shops USING (shop_id)
                WHERE raw <> '' AND \(PurgeSQL.rejectedRow)
                """)
            let update = try database.prepare(
                "UPDATE rejected_rows SET raw = :raw WHERE rejected_id = :rejected_id")
            scope.bind(to: select)
            var hidden: [(key: Int64, raw: [UInt8])] = []
            while try select.step() {
                guard let filter = filters[select.text(1)], filter.policy.raw != .store,
                    let raw = select.bytes(2)
                else { continue }
                let isObject = raw.first == UInt8(ascii: "{")
                let json = isObject ? raw.withUnsafeBytes { filter.json($0) } : []
                if let json { hidden.append((select.integer(0), json)) }
            }
            for (key, raw) in hidden {
                update.bind(.rejectedID, key)
                update.bind(.raw, raw)
                try update.run()
            }
        }
    }

    private func hide(
        _ rows: HiddenRows, _ keys: [Int64], _ scope: PurgeScope,
        _ filters: [String: PersonalFilter], _ now: UTCInstant
    ) throws(StoreError) -> Int64 {
        if keys.isEmpty { return 0 }
        return try database.transaction { () throws(StoreError) in
            try rows.hide(keys, database, scope, filters, now)
        }
    }
}
