internal import SyncCore

/// What becomes of stored times when the platform's clock turns out to be earlier.
extension OrderStore {
    /// Marks versions whose time is in the platform's future, so that the next answer about them
    /// wins, and has those orders read again. Details that wait for a time by the earlier clock are
    /// due now; parcels and prices wait one interval at most.
    func setBack(
        _ shop: ShopID, to platformNow: UTCInstant, pollSeconds: Int64, now: UTCInstant,
        _ outcome: inout StoreOutcome
    ) throws(StoreError) {
        let isAhead = RowVersionSQL.isAhead(
            "modified_at", doubt: "is_future", ofClockSetBackTo: ":now")
        try run(
            """
            INSERT INTO detail_queue (shop_id, entity, entity_id, state, reason, priority, due_at,
                                      attempts, queued_at)
            SELECT shop_id, 'order', order_id, 'queued', 'contradicted',
                   \(DetailDemand.historyPriorityMin), :now, 0, :now
            FROM orders WHERE shop_id = :shop_id AND \(isAhead)
            ON CONFLICT DO NOTHING
            """, shop, platformNow)
        var isMarked = false
        for table in ["orders", "refunds", "affiliate_orders"] {
            // Their requests were dated by the clock that was ahead: the next answers, which are
            // dated right, would seem to have been overtaken for minutes.
            let mark = try database.prepare(
                """
                UPDATE \(table) SET is_future = 1, asked_ms = min(asked_ms, :asked_ms)
                WHERE shop_id = :shop_id AND \(isAhead)
                """)
            mark.bind(.shopID, shop.rawValue)
            mark.bind(.now, platformNow.seconds)
            mark.bind(.askedMs, max(now.seconds, platformNow.seconds) * 1_000)
            try mark.run()
            if database.changedRowCount > 0 { isMarked = true }
        }
        if isMarked {
            try run(
                "UPDATE shops SET clock_stepped_ms = :now * 1000 WHERE shop_id = :shop_id", shop,
                now)
        }
        try run(
            """
            UPDATE detail_queue SET due_at = :now WHERE shop_id = :shop_id AND due_at > :now
            """, shop, platformNow)
        try run(
            """
            UPDATE shipments SET next_poll_at = :now + next_poll_at % \(max(1, pollSeconds))
            WHERE shop_id = :shop_id AND next_poll_at > :now + \(pollSeconds)
            """, shop, platformNow)
        try run(
            """
            UPDATE goods_watch SET next_poll_at = :now, due_at = min(due_at, :now)
            WHERE shop_id = :shop_id AND next_poll_at > :now + interval_s
            """, shop, platformNow)
        for kind in [StreamKind.details, .refunds, .shipments, .prices] {
            outcome.events.append(.queued(StreamID(shop: shop, kind: kind)))
        }
    }

    private func run(
        _ sql: String, _ shop: ShopID, _ platformNow: UTCInstant
    ) throws(StoreError) {
        let statement = try database.prepare(sql)
        statement.bind(.shopID, shop.rawValue)
        statement.bind(.now, platformNow.seconds)
        try statement.run()
    }
}
