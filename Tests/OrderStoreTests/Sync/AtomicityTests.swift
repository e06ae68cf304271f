import SyncCore
import Testing

@testable import OrderStore

/// A transaction is stored whole or not at all, wherever it breaks.
@Suite struct AtomicityTests {
    /// What a busy sync writes: orders, items, the ledger, quota and a ban; the queues' answers.
    private static func operations(_ shop: TestShop) -> [StoreOperation] {
        live(shop.id) + queues(shop) + verification(shop)
    }

    /// New and changed orders, items, the ledger, quota, a ban.
    private static func live(_ shop: ShopID) -> [StoreOperation] {
        var moved = LedgerChange(stream: StreamID(shop: shop, kind: .orders))
        moved.cursorBefore = UTCInstant(seconds: 100)
        moved.cursor = UTCInstant(seconds: 200)
        moved.removed = [UTCInstant(seconds: 100)]
        moved.written = [
            WindowRecord(
                window: TimeWindow(start: UTCInstant(seconds: 200), end: UTCInstant(seconds: 300)),
                openEnd: UTCInstant(seconds: 250), state: .open, calls: 1, rows: 3)
        ]
        let orders = [
            TestOrder("old", at: 150, .shipped).with { $0.items = [TestItem("a", quantity: 2)] },
            TestOrder("new", at: 160).with { $0.items = [TestItem("b"), TestItem("c")] },
        ]
        let noted = LedgerChange(stream: StreamID(shop: shop, kind: .orders))
        return [
            .page(PageCommit(page: page(orders), change: moved)),
            .page(
                PageCommit(
                    page: page([TestOrder("old", at: 150, .shipped)], .detail), change: noted)),
            .page(PageCommit(page: page([TestOrder("old", at: 150, .closed)]), change: noted)),
            .reserve(AppID(0), app: "main", QuotaTests.reservation(day: QuotaTests.day, 50)),
            .shopState(shop, .unauthorized, reason: "27"),
            .streamError(StreamID(shop: shop, kind: .orders), "27"),
            .ban(app: "main", method: "m", until: UTCInstant(seconds: 900), code: "7"),
        ]
    }

    /// Every table that the queues write to, by insert, update and delete.
    private static func queues(_ shop: TestShop) -> [StoreOperation] {
        func instant(_ seconds: Int64) -> UTCInstant { UTCInstant(seconds: seconds) }
        let key = ParcelKey(order: "sent", trackingNumber: "SF1")
        func trace(_ texts: [String]) -> AnswerContent {
            let events = texts.enumerated().map { index, text in
                ParcelEvent(at: instant(Int64(index)), text: text, action: "GOT")
            }
            return .trace(
                ParcelTrace(
                    trackingNumber: "SF1", company: "c", status: .collected,
                    platformStatus: "P", events: events))
        }
        let polled = WorkChange.Outcome.polled(nextAt: instant(9_000), error: "")
        let read = WorkChange.Outcome.read(elseAgainAt: instant(9_000))
        let detail = page(
            [TestOrder("new", at: 160, payment: 9).with { $0.items = [TestItem("b").sent("SF9")] }],
            .detail)
        let refunds = RefundPage(
            refunds: [RefundRow("1", at: 20), RefundRow("2", at: 20, fen: nil)], source: .list)
        let refund = RefundPage(refunds: [RefundRow("2", at: 20, fen: 5)], source: .detail)
        let parcels = ["SF1", "YT2"].map {
            ParcelRow(trackingNumber: $0, company: "c", items: ["a"])
        }
        let list = LedgerChange(stream: shop.stream(.refunds))
        return [
            .work(shop.finishing(.order("new"), read, .orders(detail))),
            .work(shop.finishing(.order("old"), .again(at: instant(9), error: "x"))),
            .work(shop.finishing(.order("old"), .notFound(error: "y"))),
            .page(PageCommit(content: .refunds(refunds), change: list)),
            .work(shop.finishing(.refund("2"), read, .refunds(refund))),
            .work(shop.finishing(.parcel(key), polled, trace(["a", "b"]))),
            .work(shop.finishing(.parcel(key), polled, trace(["a", "x", "b"]))),
            .work(
                shop.finishing(
                    .parcel(key), .parcelsListed(nextAt: instant(9)),
                    .parcels(ParcelListing(rows: parcels)))),
            .audited(
                shop.id,
                AuditRecord(
                    day: 20_403, state: .equal, platformCount: 1, storedCount: 1, repaired: 0,
                    calls: 1)),
            .lagMeasured(shop.id, IndexLag(now: instant(1)), overlap: 1, settle: 1),
        ]
    }

    private static func verification(_ shop: TestShop) -> [StoreOperation] {
        let orders = [TestOrder.whole("sent", at: 95), TestOrder.whole("lost")]
        return [.page(TestVerification.commit(shop, orders, asked: 1_900))]
    }

    private static func prepare(_ database: TestDatabase) async throws -> ShopID {
        let site = try await TestShop(database)
        let (store, shop) = (site.store, site.id)
        try await site.list([
            TestOrder("sent", at: 90).with { $0.items = [TestItem("a").sent("SF1")] }
        ])
        for kind in [StreamKind.details, .refunds, .shipments] {
            var begun = LedgerChange(stream: site.stream(kind))
            begun.cursor = UTCInstant(seconds: 1)
            let commit = PageCommit(content: nil, change: begun)
            _ = try await store.apply([.page(commit)], now: UTCInstant(seconds: 1_000))
        }
        _ = try await TestVerification(site, repair: true)
        var begun = LedgerChange(stream: StreamID(shop: shop, kind: .orders))
        begun.cursor = UTCInstant(seconds: 100)
        begun.written = [
            WindowRecord(
                window: TimeWindow(start: UTCInstant(seconds: 100), end: UTCInstant(seconds: 200)),
                openEnd: UTCInstant(seconds: 200), state: .open, calls: 0, rows: 0)
        ]
        let commit = PageCommit(page: page([TestOrder("old", at: 90)]), change: begun)
        _ = try await store.apply([.page(commit)], now: UTCInstant(seconds: 1_000))
        return shop
    }

    private static let usage = [UsageKey(app: "main", day: "2025-11-11", method: "m"): 3]

    private static func write(_ store: OrderStore, _ shop: ShopID) async throws {
        _ = try await store.apply(
            operations(TestShop(store: store, id: shop)), usage: usage,
            now: UTCInstant(seconds: 2_000))
    }

    /// The content with the write made in one go, for comparison.
    private static func wholeContent() async throws -> [String] {
        let database = try TestDatabase()
        let shop = try await prepare(database)
        try await write(try database.open(), shop)
        return try database.content()
    }

    /// Lets the write number `left` of a transaction fail: a trigger on every table counts down,
    /// and the count comes back with the rollback.
    private func addFaults(_ database: TestDatabase) throws {
        let other = try Connection(database.path)
        let tables = try other.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        try other.execute("CREATE TABLE fault (left INTEGER); INSERT INTO fault VALUES (1000)")
        for table in tables {
            for operation in ["INSERT", "UPDATE", "DELETE"] {
                try other.execute(
                    """
                    CREATE TRIGGER fault_\(table)_\(operation) AFTER \(operation) ON \(table) BEGIN
                        UPDATE fault SET left = left - 1;
                        SELECT RAISE(ABORT, 'injected') FROM fault WHERE left = 0;
                    END
                    """)
            }
        }
    }

    @Test func eachStatementMayFail() async throws {
        let database = try TestDatabase()
        let shop = try await Self.prepare(database)
        try addFaults(database)
        let before = try database.content()
        let whole = try await Self.wholeContent()
        var failures = 0
        for number in 1...300 {
            try database.execute("UPDATE fault SET left = \(number)")
            do {
                let store = try database.open()
                try await Self.write(store, shop)
                break
            } catch let error as StoreError {
                failures += 1
                #expect(error == .failed(path: database.path, reason: "injected"))
                #expect(try database.content() == before, "statement \(number)")
            }
        }
        #expect(failures >= 60)
        #expect(try database.content() == whole)
    }

    /// The same store continues after a failure as if there had been none.
    @Test func aStoreContinuesAfterAFailure() async throws {
        let database = try TestDatabase()
        let shop = try await Self.prepare(database)
        try addFaults(database)
        let store = try database.open()
        for number in [1, 4, 9, 16, 25, 36, 49] {
            try database.execute("UPDATE fault SET left = \(number)")
            await #expect(throws: StoreError.self) { try await Self.write(store, shop) }
        }
        try database.execute("UPDATE fault SET left = 1000")
        try await Self.write(store, shop)
        #expect(try database.content() == (try await Self.wholeContent()))
    }

    @Test func aFullDiskStoresNothingAndRoomEverything() async throws {
        let database = try TestDatabase()
        let shop = try await Self.prepare(database)
        let before = try database.content()
        let store = try database.open()
        let pages = try await store.integer("PRAGMA page_count")
        try await store.execute("PRAGMA max_page_count = \(pages)")
        let many = (0..<400).map { number in
            TestOrder("\(number)", at: 500).with { $0.raw = Array(repeating: 0x78, count: 2_000) }
        }
        await #expect(throws: StoreError.diskFull(path: database.path)) {
            try await store.store(many, shop: shop)
        }
        #expect(try database.content() == before)
        #expect(StoreError.diskFull(path: "").isTransient)
        // Room for some of it is no room either.
        try await store.execute("PRAGMA max_page_count = \(pages + 40)")
        await #expect(throws: StoreError.diskFull(path: database.path)) {
            try await store.store(many, shop: shop)
        }
        #expect(try database.content() == before)
        try await store.execute("PRAGMA max_page_count = \(pages + 10_000)")
        #expect(try await store.store(many, shop: shop).created == 400)
        #expect(try database.value("PRAGMA integrity_check") == "ok")
    }

    /// A copy of the files at any moment between commits, as a power cut leaves them, opens.
    @Test func aTornLogIsCutOff() async throws {
        let database = try TestDatabase()
        let shop = try await Self.prepare(database)
        let store = try database.open()
        try await store.checkpoint()
        let before = try database.content()
        try await Self.write(store, shop)
        let whole = try database.content()
        let log = try database.bytes("-wal")
        for cut in stride(from: 0, through: log.count, by: max(1, log.count / 23)) {
            let copy = try TestDatabase()
            try copy.write(try database.bytes(""), "")
            try copy.write(Array(log.prefix(cut)), "-wal")
            _ = try copy.open()
            let content = try copy.content()
            #expect(content == before || content == whole, "cut at \(cut)")
        }
    }
}
