import SyncCore
import Testing

@testable import OrderStore

@Suite struct PurgeTests {
    private let scope = PurgeScope(before: Haystack.cutoff)

    @Test func aPurgeDeletesWhatIsOldAndEndedWithAllOfIt() async throws {
        let database = try TestDatabase()
        _ = try await Haystack.fill(database)
        let maintenance = try StoreMaintenance(path: database.path)
        let plan = try await maintenance.purgePlan(scope)
        let before = try database.content()
        #expect(plan.orders == 120)
        #expect(plan.items == 120)
        #expect(plan.shipments == 120)
        #expect(try database.content() == before, "a plan writes nothing")
        #expect(try await maintenance.purgeAll(scope) == plan)
        #expect(
            try database.rows("SELECT DISTINCT status FROM orders") == ["shipped"])
        for table in ["order_items", "order_raw", "shipments", "shipment_events"] {
            #expect(
                try database.value("SELECT count(*) FROM \(table)") == "120", "\(table)")
        }
        for query in [
            "SELECT count(*) FROM refunds WHERE order_id NOT IN (SELECT order_id FROM orders)",
            """
            SELECT count(*) FROM detail_queue WHERE
            substr(entity_id, CASE entity WHEN 'order' THEN 1 ELSE 2 END)
            NOT IN (SELECT order_id FROM orders)
            """,
            "SELECT count(*) FROM changes WHERE changed_at < 5000",
            "SELECT count(*) FROM verifications WHERE verify_id = 1",
            "SELECT count(*) FROM verify_findings WHERE verify_id = 1",
        ] {
            #expect(try database.value(query) == "0", "\(query)")
        }
        #expect(try database.value("SELECT count(*) FROM verify_findings") == "120")
        #expect(
            try database.rows(
                "SELECT kind, old_status, new_status, count(*) FROM changes "
                    + "WHERE changed_at = 10000 GROUP BY 1, 2, 3")
                == ["deleted|completed|-|120"])
        #expect(try await maintenance.purgeAll(scope) == PurgeCounts(), "once is enough")
        let findings = try DatabaseCheck.run(path: database.path, now: UTCInstant(seconds: 10_000))
        #expect(findings.filter { !$0.isGood } == [])
    }

    /// The sizes of an order's life against the cutoff 5000, and what keeps it.
    @Test(
        arguments: [
            ("old and completed", "completed", 4_999, 4_000, "", true, true),
            ("old and closed, its end unknown", "closed", 4_999, nil, "", true, true),
            ("at the cutoff", "completed", 5_000, nil, "", false, false),
            ("ended after its last change was stated", "completed", 4_000, 5_000, "", false, false),
            ("unpaid", "unpaid", 10, nil, "", false, true),
            ("shipped", "shipped", 10, nil, "", false, true),
            ("of no known status", "unknown", 10, nil, "", false, true),
            ("a refund is open", "completed", 10, nil, "'requested', 20", false, true),
            ("a refund was refused", "completed", 10, nil, "'refused', 20", false, true),
            ("a refund is over", "completed", 10, nil, "'closed', 20", true, true),
            ("a refund changed of late", "completed", 10, nil, "'completed', 5000", false, false),
        ] as [(String, String, Int64, Int64?, String, Bool, Bool)])
    func aPurgeKeepsWhatMayStillChange(
        why: String, status: String, modified: Int64, ended: Int64?, refund: String,
        isPurged: Bool, isPurgedWithOpen: Bool
    ) async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        let order = TestOrder("1", at: modified, OrderStatus(rawValue: status) ?? .unknown).with {
            $0.edit = { $0.endedAt = ended.map { UTCInstant(seconds: $0) } }
        }
        try await store.store([order], shop: shop)
        if !refund.isEmpty {
            try database.execute(
                """
                INSERT INTO refunds (shop_id, refund_id, order_id, platform_status, content_hash,
                    asked_ms, first_seen_at, synced_at, raw, status, modified_at)
                VALUES (1, 'r', '1', '', 1, 1, 1, 1, '{}', \(refund))
                """)
        }
        let maintenance = try StoreMaintenance(path: database.path)
        let plan = try await maintenance.purgePlan(scope)
        #expect((plan.orders == 1) == isPurged, "\(why)")
        let wide = PurgeScope(before: Haystack.cutoff, includesOpen: true)
        #expect(try await maintenance.purgeAll(scope).orders == (isPurged ? 1 : 0), "\(why)")
        if isPurged { return }
        #expect(try await maintenance.purgeAll(wide).orders == (isPurgedWithOpen ? 1 : 0), "\(why)")
    }

    @Test func aShopIsPurgedAlone() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let one = try await store.registerShop("one")
        let two = try await store.registerShop("two")
        for shop in [one, two] {
            try await store.store([TestOrder("1", at: 10, .completed)], shop: shop, now: 50)
        }
        try database.execute(
            """
            INSERT INTO refunds (shop_id, refund_id, platform_status, content_hash, asked_ms,
                first_seen_at, synced_at, raw, status, modified_at)
            SELECT shop_id, 'lone', '', 1, 1, 1, 1, '{}', 'closed', 10 FROM shops
            """)
        let maintenance = try StoreMaintenance(path: database.path)
        var scope = scope
        scope.shop = try await maintenance.shop(named: "two")
        #expect(scope.shop == two)
        let counts = try await maintenance.purgeAll(scope)
        #expect(counts.orders == 1)
        #expect(counts.refunds == 1)
        #expect(counts.changes == 1)
        #expect(try database.rows("SELECT shop_id FROM orders") == ["1"])
        #expect(try database.rows("SELECT shop_id FROM refunds") == ["1"])
        #expect(
            try database.rows("SELECT shop_id, kind FROM changes") == ["1|created", "2|deleted"])
        await #expect(throws: StoreError.self) { try await maintenance.shop(named: "three") }
    }

    /// The daemon continues where it was: history that was loaded is not loaded again, and an order
    /// that changes comes back as a new one.
    @Test func positionsStayAndAChangeBringsAnOrderBack() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        var begun = LedgerChange(stream: StreamID(shop: shop, kind: .backfill))
        begun.cursor = UTCInstant(seconds: 1)
        let page = page([TestOrder("1", at: 10, .completed)])
        _ = try await store.apply(
            [.page(PageCommit(page: page, change: begun))], now: UTCInstant(seconds: 50))
        let before = try await store.restore(shop).cursors
        let maintenance = try StoreMaintenance(path: database.path)
        #expect(try await maintenance.purgeAll(scope).orders == 1)
        #expect(try await maintenance.scrub())
        #expect(try await store.restore(shop).cursors == before)
        // The same connection as before: the daemon's.
        let counts = try await store.store([TestOrder("1", at: 20, .completed)], shop: shop)
        #expect(counts.created == 1)
        #expect(try database.rows("SELECT modified_at FROM orders") == ["20"])
    }

    /// Lets each statement of each step fail: nothing of that step is done, and a later purge
    /// does it all.
    @Test func eachStatementMayFail() async throws {
        let whole = try await purged(faultAt: nil)
        var failures = 0
        for number in 1...60 {
            let result = try await purged(faultAt: number)
            failures += result.failures
            #expect(result.content == whole.content, "statement \(number)")
            if result.failures == 0 { break }
        }
        #expect(failures >= 10)
    }

    private func purged(
        faultAt number: Int?
    ) async throws -> (content: [String], failures: Int) {
        let database = try TestDatabase()
        let shop = try await database.open().registerShop()
        try await database.open().store(
            [Haystack.order(1), Haystack.order(3)], shop: shop, now: 50)
        try database.execute(
            """
            INSERT INTO shipments (shop_id, order_id, tracking_no, status, first_seen_at,
                    updated_at) SELECT shop_id, order_id, 'T', 'delivered', 1, 1 FROM orders;
            INSERT INTO refunds (shop_id, refund_id, order_id, platform_status, content_hash,
                    asked_ms, first_seen_at, synced_at, raw, status, modified_at)
                SELECT shop_id, order_id, order_id, '', 1, 1, 1, 1, '{}', 'closed', 10 FROM orders;
            INSERT INTO affiliate_orders (shop_id, order_sn, status, platform_status, modified_at,
                    content_hash, asked_ms, first_seen_at, synced_at, raw)
                SELECT shop_id, order_id, 'settled', '', 10, 1, 1, 1, 1,
                    json_object('order_sn', order_id) FROM orders;
            INSERT INTO goods_prices (shop_id, goods_sign, pid, observed_at, state, coupon_state,
                    group_fen, final_fen)
                SELECT shop_id, 'a', '', order_key, 'listed', 'none', 1, 1 FROM orders;
            CREATE TABLE fault (left INTEGER); INSERT INTO fault VALUES (\(number ?? 1_000));
            """)
        for table in [
            "orders", "order_raw", "order_items", "shipments", "refunds", "changes",
            "affiliate_orders", "goods_prices",
        ] {
            try database.execute(
                """
                CREATE TRIGGER fault_\(table) AFTER DELETE ON \(table) BEGIN
                    UPDATE fault SET left = left - 1;
                    SELECT RAISE(ABORT, 'injected') FROM fault WHERE left = 0;
                END
                """)
        }
        let maintenance = try StoreMaintenance(path: database.path)
        var failures = 0
        do {
            _ = try await maintenance.purgeAll(scope)
        } catch {
            failures = 1
            #expect(error == .failed(path: database.path, reason: "injected"))
            let now = UTCInstant(seconds: 10_000)
            let findings = try DatabaseCheck.run(path: database.path, now: now)
            #expect(findings.filter { !$0.isGood } == [])
        }
        try database.execute("UPDATE fault SET left = 1000")
        _ = try await StoreMaintenance(path: database.path).purgeAll(scope)
        return (try database.content(), failures)
    }

    @Test func aPurgeRefusesWhatItCannotPurge() async throws {
        let missing = try TestDatabase()
        #expect(
            throws: StoreError.cannotOpen(
                path: missing.path, reason: "No such file or directory")
        ) { try StoreMaintenance(path: missing.path) }
        #expect(missing.allBytes().isEmpty)
        let foreign = try TestDatabase()
        try foreign.execute("CREATE TABLE theirs (a)")
        #expect(throws: StoreError.foreignDatabase(path: foreign.path)) {
            try StoreMaintenance(path: foreign.path)
        }
    }

    /// While another program writes, a step waits and then says so; nothing of it is done.
    @Test func aPurgeWaitsForAWriter() async throws {
        let database = try TestDatabase()
        _ = try await Haystack.fill(database, count: 40)
        let maintenance = try StoreMaintenance(path: database.path)
        try await maintenance.shortenWaits()
        let other = try Connection(database.path)
        try other.execute("BEGIN IMMEDIATE")
        await #expect(throws: StoreError.busy(path: database.path)) {
            try await maintenance.purgeAll(scope)
        }
        try other.execute("ROLLBACK")
        #expect(try await maintenance.purgeAll(scope).orders == 20)
    }
}

extension StoreMaintenance {
    func shortenWaits() throws { try database.execute("PRAGMA busy_timeout = 20") }
    func limitPages(_ count: Int64) throws {
        try database.execute("PRAGMA max_page_count = \(count)")
    }
}
