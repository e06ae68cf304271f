public import SyncCore

/// `ordersync verify`: the platform read again and compared, order by order.
extension OrderStore {
    /// Begins a verification; one that was under way for the shop is given up.
    public func beginVerification(
        _ shop: ShopID, _ range: TimeWindow, isRepair: Bool, now: UTCInstant
    ) throws(StoreError) -> Int64 {
        let id = try database.transaction { () throws(StoreError) -> Int64 in
            for sql in [
                "DELETE FROM windows WHERE shop_id = :shop_id AND stream = 'verify'",
                """
                DELETE FROM verify_seen WHERE verify_id IN
                    (SELECT verify_id FROM verifications WHERE shop_id = :shop_id)
                """,
                """
                UPDATE verifications SET state = 'abandoned'
                WHERE shop_id = :shop_id AND state IN ('requested', 'running')
                """,
            ] {
                let statement = try database.prepare(sql)
                statement.bind(.shopID, shop.rawValue)
                try statement.run()
            }
            let insert = try database.prepare(
                """
                INSERT INTO verifications
                    (shop_id, from_at, to_at, is_repair, state, requested_at)
                VALUES (:shop_id, :from_at, :to_at, :is_repair, 'requested', :now)
                """)
            insert.bind(.shopID, shop.rawValue)
            insert.bind(.fromAt, range.start.seconds)
            insert.bind(.toAt, range.end.seconds)
            insert.bind(.isRepair, isRepair ? 1 : 0)
            insert.bind(.now, now.seconds)
            try insert.run()
            let id = database.lastInsertRowID
            // The number of a verification that was deleted is given out again.
            for table in ["verify_findings", "verify_seen"] {
                try database.execute("DELETE FROM \(table) WHERE verify_id = \(id)")
            }
            return id
        }
        try request(StreamID(shop: shop, kind: .verify), range, now: now)
        return id
    }

    /// Whether everything of the verification was read.
    public func isRead(verification id: Int64) throws(StoreError) -> Bool {
        let statement = try database.prepare(
            "SELECT state FROM verifications WHERE verify_id = :verify_id")
        statement.bind(.verifyID, id)
        return try statement.step() && statement.text(0) == "read"
    }

    /// Orders of which the platform's lists did not state all that is stored.
    public func ordersStatedInPart(verification id: Int64) throws(StoreError) -> [String] {
        let statement = try database.prepare(
            """
            SELECT order_id FROM verify_seen
            WHERE verify_id = :verify_id AND unstated_columns <> '' AND is_purged = 0
            ORDER BY order_id
            """)
        statement.bind(.verifyID, id)
        var orders: [String] = []
        while try statement.step() { orders.append(statement.text(0)) }
        return orders
    }

    /// Compares an order that was read in full; repairs it where the verification does.
    public func compareDetail(
        _ page: OrderPage, verification id: Int64, shop: ShopID, askedAt: UTCInstant,
        answeredAt: UTCInstant, now: UTCInstant
    ) throws(StoreError) {
        var page = page
        var clocks = MergeClocks(
            answeredAt: answeredAt, askedAt: askedAt, askedMilliseconds: page.askedMilliseconds)
        clocks.isDirect = true
        if let asked = clocks.askedMilliseconds { page.askedMilliseconds = asked }
        let context = OrderWriter.Context(
            shop: shop, now: now, askedAt: askedAt, plan: ParcelPlan(intervalSeconds: 3_600),
            clocks: clocks)
        try database.transaction { () throws(StoreError) in
            let open = try database.prepare(
                """
                SELECT is_repair FROM verifications
                WHERE verify_id = :verify_id AND state <> 'abandoned'
                """)
            open.bind(.verifyID, id)
            guard try open.step() else { return }
            let isRepair = open.integer(0) == 1
            open.reset()
            _ = try verify.compare(page, context, verification: id, isRepair: isRepair)
        }
    }

    /// What differs, by what the database holds now.
    /// - Parameter settledUntil: when the verification began; what the platform shows from then on
    ///   no sync had the time to read, so it was not missed.
    /// - Parameter now: by the machine's clock; nil where that was never wrong.
    public func result(
        ofVerification id: Int64, shop: ShopID, range: TimeWindow, settledUntil: UTCInstant? = nil,
        now: UTCInstant? = nil
    ) throws(StoreError) -> VerifyResult {
        var result = VerifyResult()
        result.platformOrders = try number(
            "SELECT count(*) FROM verify_seen WHERE verify_id = :verify_id", id)
        result.purgedOrders = try number(
            "SELECT count(*) FROM verify_seen WHERE verify_id = :verify_id AND is_purged = 1", id)
        result.hiddenOrders = try number(
            "SELECT count(*) FROM verify_seen WHERE verify_id = :verify_id AND hidden_columns > 0",
            id)
        let unstated = try database.prepare(
            """
            SELECT unstated_columns, count(*) FROM verify_seen
            WHERE verify_id = :verify_id AND unstated_columns <> '' GROUP BY 1
            """)
        unstated.bind(.verifyID, id)
        var columns: Set<String> = []
        while try unstated.step() {
            columns.formUnion(unstated.text(0).split(separator: ", ").map(String.init))
            result.unstatedOrders += unstated.integer(1)
        }
        result.unstatedColumns = columns.sorted()
        result.storedOrders = Int64(try count(shop, range))
        let findings = try database.prepare(
            """
            SELECT finding.order_id, kind, platform_modified_at, stored_modified_at, is_repaired,
                   coalesce(CASE kind
                       WHEN 'extra' THEN 0
                       WHEN 'rejected' THEN \(Self.isStoredLater)
                       WHEN 'differs' THEN \(Self.isStoredLater)
                           OR (is_repaired AND orders.asked_ms = finding.asked_ms)
                       ELSE NOT \(Self.isStale) END, 0), columns
            FROM verify_findings AS finding
            LEFT JOIN orders ON orders.shop_id = :shop_id AND orders.order_id = finding.order_id
            WHERE verify_id = :verify_id ORDER BY finding.order_id
            """)
        findings.bind(.verifyID, id)
        findings.bind(.shopID, shop.rawValue)
        findings.bind(.now, now?.seconds)
        while try findings.step() {
            let finding = VerifyResult.Finding(
                order: findings.text(0), kind: findings.text(1),
                platformModifiedAt: findings.optionalInteger(2),
                storedModifiedAt: findings.optionalInteger(3),
                isRepaired: findings.integer(4) == 1,
                columns: findings.text(6).split(separator: ", ").map(String.init))
            let modified = finding.platformModifiedAt ?? .min
            let isFresh = settledUntil.map { modified >= $0.seconds } ?? false
            if findings.integer(5) == 0 {
                result.standing.append(finding)
            } else if finding.isRepaired, !isFresh {
                result.repaired.append(finding)
            } else {
                result.caughtUp += 1
            }
        }
        result.standing += try extraOrders(id, shop, range)
        return result
    }

    /// A later answer than that of the finding was stored. One of later than now was stored while
    /// the machine's clock was ahead. Parameter 3 is the present.
    private static let isStoredLater = RowVersionSQL.overtakes(
        "orders.asked_ms", "finding.asked_ms",
        within: """
            (\(RowVersionSQL.answerMax) + 1000 * (:now - (
                SELECT requested_at FROM verifications WHERE verify_id = :verify_id)))
            """)

    private static let isStale = RowVersionSQL.isLater(
        "platform_modified_at", than: "orders.modified_at")

    /// The finding may come from a copy of the platform's data that lags behind what is stored.
    private static let mayLag = RowVersionSQL.mayLag(
        ("platform_modified_at", "finding.asked_ms"),
        behind: ("stored_modified_at", "orders.asked_ms"))

    /// Has those orders read again that are newer here than the platform shows, if a copy that lags
    /// behind may be the reason; and those that a later answer has overtaken, because what is
    /// stored now was not compared.
    /// - Returns: their number.
    public func requestRereads(
        ofVerification id: Int64, shop: ShopID, now: UTCInstant
    ) throws(StoreError) -> Int {
        let statement = try database.prepare(
            """
            SELECT DISTINCT orders.created_at
            FROM verify_findings AS finding
            JOIN orders ON orders.shop_id = :shop_id AND orders.order_id = finding.order_id
            WHERE verify_id = :verify_id AND kind = 'differs' AND is_repaired = 0
              AND orders.created_at IS NOT NULL
              AND (\(Self.isStoredLater) OR \(Self.mayLag))
            """)
        statement.bind(.verifyID, id)
        statement.bind(.shopID, shop.rawValue)
        statement.bind(.now, now.seconds)
        var seconds: [UTCInstant] = []
        while try statement.step() { seconds.append(UTCInstant(seconds: statement.integer(0))) }
        guard !seconds.isEmpty else { return 0 }
        let reopen = try database.prepare(
            """
            UPDATE verifications SET state = 'running'
            WHERE verify_id = :verify_id AND state = 'read'
            """)
        reopen.bind(.verifyID, id)
        try reopen.run()
        for second in seconds {
            let window = TimeWindow(start: second, end: second.advanced(bySeconds: 1))
            try request(StreamID(shop: shop, kind: .verify), window, now: now)
        }
        return seconds.count
    }

    /// Orders that were stored before the verification began and that the platform did not show.
    private func extraOrders(
        _ id: Int64, _ shop: ShopID, _ range: TimeWindow
    ) throws(StoreError) -> [VerifyResult.Finding] {
        let statement = try database.prepare(
            """
            SELECT order_id, modified_at FROM orders
            WHERE shop_id = :shop_id AND created_at >= :from_at AND created_at < :until_at
              AND first_seen_at < (SELECT requested_at FROM verifications
                  WHERE verify_id = :verify_id)
              AND NOT EXISTS (SELECT 1 FROM verify_seen
                              WHERE verify_id = :verify_id
                                  AND verify_seen.order_id = orders.order_id)
              AND NOT EXISTS (SELECT 1 FROM verify_findings
                              WHERE verify_id = :verify_id AND kind = 'rejected'
                                AND verify_findings.order_id = orders.order_id)
            ORDER BY order_id
            """)
        statement.bind(.verifyID, id)
        statement.bind(.shopID, shop.rawValue)
        statement.bind(.fromAt, range.start.seconds)
        statement.bind(.untilAt, range.end.seconds)
        var findings: [VerifyResult.Finding] = []
        while try statement.step() {
            findings.append(
                VerifyResult.Finding(
                    order: statement.text(0), kind: "extra", platformModifiedAt: nil,
                    storedModifiedAt: statement.integer(1), isRepaired: false))
        }
        return findings
    }

    /// Until when every change has been read, and read again where sweeps are on: what differs
    /// from before was missed; what differs from later may still be on its way.
    public func settledUntil(_ shop: ShopID) throws(StoreError) -> UTCInstant? {
        let statement = try database.prepare(
            """
            SELECT min(cursor_at - CASE stream WHEN 'orders' THEN
                       coalesce((SELECT overlap_s FROM index_lag
                                 WHERE index_lag.shop_id = :shop_id), 60) ELSE 0 END)
            FROM checkpoints WHERE shop_id = :shop_id AND stream IN ('orders', 'sweep')
            """)
        statement.bind(.shopID, shop.rawValue)
        guard try statement.step() else { return nil }
        return statement.optionalInteger(0).map { UTCInstant(seconds: $0) }
    }

    /// Keeps what differs and what was repaired, and deletes the working rows.
    public func endVerification(
        _ id: Int64, _ result: VerifyResult
    ) throws(StoreError) {
        try database.transaction { () throws(StoreError) in
            let update = try database.prepare(
                """
                UPDATE verifications SET orders = :orders, purged_orders = :purged_orders,
                    hidden_orders = :hidden_orders,
                    unstated_orders = :unstated_orders
                WHERE verify_id = :verify_id
                """)
            update.bind(.verifyID, id)
            update.bind(.orders, result.platformOrders)
            update.bind(.purgedOrders, result.purgedOrders)
            update.bind(.hiddenOrders, result.hiddenOrders)
            update.bind(.unstatedOrders, result.unstatedOrders)
            try update.run()
            for table in ["verify_seen", "verify_findings"] {
                let clear = try database.prepare(
                    "DELETE FROM \(table) WHERE verify_id = :verify_id")
                clear.bind(.verifyID, id)
                try clear.run()
            }
            let insert = try database.prepare(
                """
                INSERT INTO verify_findings (verify_id, order_id, kind, platform_modified_at,
                                             stored_modified_at, asked_at, is_repaired, columns)
                SELECT :verify_id, :order_id, :kind, :platform_modified_at, :stored_modified_at,
                    coalesce(ended_at, requested_at), :is_repaired, :columns
                FROM verifications WHERE verify_id = :verify_id
                """)
            insert.bind(.verifyID, id)
            let kept = result.standing.map { ($0, 0) } + result.repaired.map { ($0, 1) }
            for (finding, isRepaired) in kept {
                insert.bind(.orderID, finding.order)
                insert.bind(.kind, finding.kind)
                insert.bind(.platformModifiedAt, finding.platformModifiedAt)
                insert.bind(.storedModifiedAt, finding.storedModifiedAt)
                insert.bind(.isRepaired, Int64(isRepaired))
                insert.bind(.columns, finding.columns.joined(separator: ", "))
                try insert.run()
            }
        }
    }

    private func number(_ sql: String, _ id: Int64) throws(StoreError) -> Int64 {
        let statement = try database.prepare(sql)
        statement.bind(.verifyID, id)
        return try statement.step() ? statement.integer(0) : 0
    }
}
