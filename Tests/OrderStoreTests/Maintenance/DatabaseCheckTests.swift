import SyncCore
import Testing

@testable import OrderStore

@Suite struct DatabaseCheckTests {
    private let now = UTCInstant(seconds: 10_000)

    private func bad(_ database: TestDatabase) throws -> [DatabaseFinding] {
        try DatabaseCheck.run(path: database.path, now: now).filter { !$0.isGood }
    }

    @Test func aUsedDatabaseIsValid() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await Haystack.fill(database, count: 40)
        var begun = LedgerChange(stream: StreamID(shop: shop, kind: .orders))
        begun.cursor = UTCInstant(seconds: 9_000)
        begun.written = [
            WindowRecord(
                window: TimeWindow(
                    start: UTCInstant(seconds: 8_000), end: UTCInstant(seconds: 9_000)),
                openEnd: UTCInstant(seconds: 8_500), state: .open, calls: 1, rows: 3)
        ]
        _ = try await store.apply([.page(PageCommit(page: nil, change: begun))], now: now)
        let before = try database.content()
        let findings = try DatabaseCheck.run(path: database.path, now: now)
        #expect(findings.filter { !$0.isGood } == [])
        #expect(findings.count == DatabaseInvariant.all.count + 2)
        #expect(Set(findings.map(\.subject)).count == findings.count)
        #expect(findings.allSatisfy { !$0.text.contains("\n") } as Bool)
        #expect(try database.content() == before)
    }

    /// One row out of its place, and the line that says so.
    @Test(arguments: [
        ("UPDATE orders SET shop_id = 9 WHERE rowid = 1", ["shops", "orders", "raw", "items"]),
        ("DELETE FROM order_raw WHERE raw_id = 2", ["orders"]),
        ("UPDATE orders SET raw_id = 1 WHERE raw_id = 2", ["orders", "raw"]),
        ("INSERT INTO order_raw VALUES (99, 1, 'x', 'list', '')", ["raw"]),
        ("DELETE FROM orders WHERE order_key = 1", ["raw", "items"]),
        (
            "INSERT INTO shipments (shop_id, order_id, tracking_no, status, first_seen_at, "
                + "updated_at) VALUES (1, 'x', 't', 'pending', 1, 1)", ["shipments"]
        ),
        ("INSERT INTO shipment_events VALUES (1, 'x', 't', 1, 1, '', '')", ["events"]),
        (
            "INSERT INTO checkpoints (shop_id, stream, cursor_at, began_at, updated_at) "
                + "VALUES (1, 'orders', 99999, 1, 1)", ["cursors"]
        ),
        (
            "INSERT INTO windows VALUES (1, 'orders', 5, 9, 9, 'open', 0, 0, 1, 1)", ["windows"]
        ),
        ("UPDATE goods_watch SET shop_id = 9", ["shops", "watches"]),
        ("UPDATE affiliate_orders SET shop_id = 9", ["shops"]),
        ("UPDATE affiliate_orders SET raw = '{}'", ["promoted"]),
        ("UPDATE affiliate_orders SET raw = ''", ["promoted"]),
        ("UPDATE goods_prices SET final_fen = 9", ["prices"]),
        ("UPDATE goods_prices SET coupon_state = 'future'", ["prices"]),
        ("UPDATE goods_prices SET group_fen = NULL, final_fen = NULL", ["prices"]),
        ("DELETE FROM goods_prices", ["watches"]),
        ("DELETE FROM sqlite_sequence", ["changes"]),
        (
            "INSERT INTO verify_findings VALUES (7, 'x', 'stale', NULL, NULL, 0, 0, '', 0)",
            ["findings"]
        ),
        ("DROP VIEW gaps", ["schema"]), ("DROP INDEX orders_by_created", ["schema"]),
        ("ALTER TABLE bans ADD COLUMN note TEXT", ["schema"]),
    ])
    func theCheckStatesWhatIsWrong(sql: String, subjects: [String]) async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        let orders = ["1", "2"].map { id in
            TestOrder(id, at: 10).with { $0.items = [TestItem("a")] }
        }
        try await store.store(orders, shop: shop)
        try database.execute(
            """
            INSERT INTO affiliate_orders (shop_id, order_sn, status, platform_status, modified_at,
                content_hash, asked_ms, first_seen_at, synced_at, raw)
            VALUES (1, 's', 'paid', '0', 10, 1, 1, 1, 1, '{"order_sn":"s"}');
            INSERT INTO goods_prices (shop_id, goods_sign, pid, observed_at, state, coupon_state,
                coupon_fen, group_fen, final_fen)
            VALUES (1, 'a', 'p', 10, 'listed', 'usable', 200, 720, 520);
            INSERT INTO goods_watch (shop_id, goods_sign, pid, batch, interval_s, due_at,
                next_poll_at, polled_at) VALUES (1, 'a', 'p', 0, 600, 9000, 9000, 10);
            INSERT INTO goods_watch (shop_id, goods_sign, pid, batch, interval_s, due_at,
                next_poll_at) VALUES (1, 'never read', 'p', 0, 600, 9000, 9000);
            """)
        #expect(try bad(database) == [])
        try database.execute(sql)
        let findings = try bad(database)
        #expect(findings.map(\.subject) == subjects, "\(findings)")
    }

    @Test func aDamagedFileIsReported() async throws {
        let database = try TestDatabase()
        _ = try await Haystack.fill(database, count: 40)
        try await database.open().checkpoint()
        var bytes = try database.bytes()
        let root = try database.value(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'orders_by_created'")
        let number = try #require(Int(root))
        for index in (number - 1) * 8_192 + 8..<(number - 1) * 8_192 + 64 { bytes[index] = 0xA5 }
        let copy = try TestDatabase()
        try copy.write(bytes)
        let findings = try bad(copy)
        #expect(findings.map(\.subject) == ["file"], "\(findings)")
        #expect(findings[0].text.contains("restore a backup"))
    }

    @Test func aFileThatCannotBeReadAtAllIsReported() async throws {
        let database = try TestDatabase()
        _ = try await Haystack.fill(database, count: 40)
        try await database.open().checkpoint()
        var bytes = try database.bytes()
        for index in 200..<bytes.count { bytes[index] = 0xA5 }
        let copy = try TestDatabase()
        try copy.write(bytes)
        let findings = try bad(copy)
        #expect(findings.map(\.subject) == ["file"], "\(findings)")
        #expect(findings[0].text.contains("restore a backup"))
    }

    @Test func theCheckWorksBesideAWriter() async throws {
        let database = try TestDatabase()
        _ = try await Haystack.fill(database, count: 40)
        let other = try Connection(database.path)
        try other.execute("BEGIN IMMEDIATE; DELETE FROM order_raw")
        #expect(try bad(database) == [])
        try other.execute("ROLLBACK")
    }

    @Test func olderSchemasAreMigratedFirst() async throws {
        let database = try TestDatabase.ofVersionOne()
        let error = StoreError.olderSchema(
            path: database.path, found: 1, known: Migrations.latest)
        #expect(throws: error) { try DatabaseCheck.run(path: database.path, now: now) }
        #expect(throws: error) { try StoreMaintenance(path: database.path) }
        let versions = try DatabaseMigration.versions(path: database.path)
        #expect(versions == (1, Migrations.latest))
        let done = try DatabaseMigration.run(path: database.path, keepsCopy: false)
        #expect(done == MigrationReport(found: 1, newest: Migrations.latest))
        #expect(try DatabaseMigration.versions(path: database.path).found == Migrations.latest)
        #expect(try bad(database) == [])
        let missing = try TestDatabase()
        #expect(throws: StoreError.self) {
            try DatabaseMigration.run(path: missing.path, keepsCopy: true)
        }
        #expect(missing.allBytes().isEmpty, "nothing is made")
    }
}

extension TestDatabase {
    /// As the first version made it.
    static func ofVersionOne() throws -> TestDatabase {
        let database = try TestDatabase()
        try database.execute("PRAGMA journal_mode = WAL")
        try database.execute(String(decoding: Migrations.steps[0], as: UTF8.self))
        try database.execute(
            "PRAGMA user_version = 1; PRAGMA application_id = \(Migrations.applicationID)")
        return database
    }
}
