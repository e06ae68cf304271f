import SyncCore
import Testing

@testable import OrderStore

@Suite struct StatusTests {
    private let now = UTCInstant(seconds: 5_000)

    @Test func theStatusStatesHowFarEachStreamIs() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop("b")
        _ = try await store.registerShop("a")
        let window = TimeWindow(start: UTCInstant(seconds: 0), end: UTCInstant(seconds: 100))
        var change = LedgerChange(stream: StreamID(shop: shop, kind: .orders))
        change.cursor = UTCInstant(seconds: 4_000)
        change.written = [
            WindowRecord(
                window: window, openEnd: UTCInstant(seconds: 60), state: .open, calls: 1, rows: 1)
        ]
        let more = LedgerChange(stream: change.stream)
        let day = "2025-11-11"
        _ = try await store.apply(
            [
                .page(PageCommit(page: nil, change: change)),
                .page(PageCommit(page: page([TestOrder("1", at: 10)]), change: more)),
                .streamError(change.stream, "boom"),
                .shopState(shop, .unauthorized, reason: "27"),
                .ban(app: "main", method: "", until: UTCInstant(seconds: 6_000), code: "7"),
                .ban(app: "main", method: "m", until: UTCInstant(seconds: 4_999), code: "7"),
            ], usage: [UsageKey(app: "main", day: day, method: "m"): 3],
            now: UTCInstant(seconds: 4_500))
        let status = try OrderStore.readStatus(path: database.path, day: day, now: now)
        #expect(status.shops.map(\.name) == ["a", "b"])
        #expect(status.shops[1].state == "unauthorized")
        #expect(status.shops[1].stateReason == "27")
        #expect(status.shops[1].orderCount == 1)
        #expect(
            status.shops[1].streams == [
                StoreStatus.Stream(
                    stream: "orders", cursorAt: 4_000, rows: 1, lastSuccessAt: 4_500,
                    lastError: "boom", windows: 1, openSeconds: 60)
            ])
        #expect(
            status.apps == [
                StoreStatus.App(
                    name: "main", callsToday: 3, bannedUntilAt: 6_000,
                    callsByClass: [("live", 3)])
            ])
    }

    private func cursorsAndAudits(of shop: TestShop) -> [StoreOperation] {
        var operations: [StoreOperation] = []
        for kind in [StreamKind.orders, .details, .refunds, .shipments] {
            var change = LedgerChange(stream: shop.stream(kind))
            change.cursor = UTCInstant(seconds: 100)
            operations.append(.page(PageCommit(content: nil, change: change)))
        }
        for (day, state) in [(1, AuditRecord.State.equal), (2, .equal), (3, .short)] {
            let record = AuditRecord(
                day: Int64(day), state: state, platformCount: 2, storedCount: 1, repaired: 0,
                calls: 1)
            operations.append(.audited(shop.id, record))
        }
        return operations
    }

    @Test func theStatusStatesQueuesGapsAndProofs() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        var operations = cursorsAndAudits(of: shop)
        var lag = IndexLag(now: now)
        lag.observe(onTime: 8, lags: [4, 4], bySweep: true, now: now)
        operations.append(.lagMeasured(shop.id, lag, overlap: 9, settle: 3))
        _ = try await shop.store.apply(operations, now: UTCInstant(seconds: 200))
        // Due, not due yet, of history, given up; parcels that are due and that are not.
        try await shop.list(
            [
                TestOrder("1", at: 4_000), TestOrder("2", at: 6_000), TestOrder("3", at: 4_500),
                TestOrder("4", at: 10), TestOrder("5", at: 10),
            ], asked: 3_000)
        try await shop.list([TestOrder("6", at: 9, payment: 1)], .backfill)
        try await shop.giveUp(.order("4"), .refused(error: "x"))
        try await shop.giveUp(.order("5"), .notFound(error: "x"))
        try await shop.refunds([RefundRow("7", at: 10, fen: nil)])
        try await shop.giveUp(.refund("7"), .notFound(error: "x"))
        let sent = [TestItem("a").sent("A"), TestItem("b").sent("B")]
        try await shop.list(
            [TestOrder("8", at: 20, payment: 1).with { $0.items = sent }],
            details: .never)
        try database.execute(
            "UPDATE shipments SET next_poll_at = iif(tracking_no = 'A', 4321, 9999)")
        try database.execute(
            """
            INSERT INTO windows VALUES (1, 'orders', 10, 90, 50, 'suspect', 3, 0, 4000, 1),
                (1, 'orders', 90, 100, 100, 'done', 1, 0, 4000, 1),
                (1, 'backfill', 1, 9, 9, 'planned', 0, 0, 3000, 1)
            """)
        let status = try OrderStore.readStatus(path: database.path, day: "1970-01-01", now: now)
        let found = try #require(status.shops.first)
        let queues = found.streams.map {
            "\($0.stream) \($0.queued ?? -1) \($0.oldestDueAt ?? -1) "
                + "\($0.windows) \($0.openSeconds)"
        }
        #expect(
            queues == [
                "shipments 2 4321 0 0", "refunds -1 -1 0 0", "orders -1 -1 2 40",
                "details 4 3000 0 0",
            ])
        #expect(
            found.gaps == [
                StoreStatus.Gap(
                    stream: "backfill", state: "planned", startAt: 1, openEndAt: 9,
                    openedAt: 3_000, calls: 0),
                StoreStatus.Gap(
                    stream: "orders", state: "suspect", startAt: 10, openEndAt: 50,
                    openedAt: 4_000, calls: 3),
            ])
        #expect(
            found.lag
                == StoreStatus.Lag(
                    lagSeconds: lag.lagSeconds, overlapSeconds: 9, settleSeconds: 3, rows: 10,
                    late: 2, missed: 2))
        #expect(found.detailsRefused == 1)
        #expect(found.detailsNotFound == 2)
        #expect(found.audits == ["equal": 2, "short": 1])
    }

    /// Where carriers have codes, a parcel whose carrier has none is never asked about: the stream
    /// is not late for it.
    @Test func whatCannotBeAskedAboutIsNotWaitedFor() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let id = try await store.registerShop(name: "p", platform: "pinduoduo", app: "main")
        let shop = TestShop(store: store, id: id)
        var change = LedgerChange(stream: shop.stream(.shipments))
        change.cursor = UTCInstant(seconds: 100)
        _ = try await store.apply(
            [.page(PageCommit(content: nil, change: change))], now: UTCInstant(seconds: 200))
        let sent = [("SF1", "44"), ("X2", "86"), ("X3", nil), ("X4", "99")]
        let items = sent.map { TestItem($0.0, quantity: 1).sent($0.0, $0.1) }
        try await shop.list([TestOrder.whole("1").with { $0.items = items }], isComplete: true)
        func waiting() async throws -> [Int64?] {
            let status = try OrderStore.readStatus(path: database.path, day: "-", now: now)
            let stream = status.shops[0].streams.first { $0.stream == "shipments" }
            let watched = try await StatusWatch(path: database.path)
                .look(now: now, day: "-", maxAge: .zero).figures["p"]?.parcelQueue
            return [stream?.queued, watched?.entries, watched?.due]
        }
        #expect(try await waiting() == [4, 4, 4])
        let carriers = [
            CarrierRow(id: "44", code: "SF", name: "顺丰快递"),
            CarrierRow(id: "86", code: "", name: "内部员工自提"),
        ]
        _ = try await store.apply(
            [.carriers(carriers, platform: "pinduoduo")], now: UTCInstant(seconds: 300))
        #expect(try await waiting() == [1, 1, 1])
    }

    /// Changes of the day and of the app's orders only, wherever the day begins in the feed.
    @Test func theStatusCountsTheChangesOfTheDay() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let other = ShopID(2)
        _ = try await shop.store.registerShop(name: "b", platform: "taobao", app: "other")
        let midnight: Int64 = 1_762_790_400  // 2025-11-11 00:00:00 in Beijing.
        for (number, at) in [-7_200, -1, 0, 0, 5, 86_399].enumerated() {
            try await shop.list(
                [TestOrder("\(number)", at: 10, payment: 1)], asked: midnight + Int64(at))
        }
        let (theirs, at) = ([TestOrder("x", at: 1, payment: 1)], midnight + 9)
        try await shop.store.store(theirs, shop: other, now: at)
        try await shop.refunds([RefundRow("1", at: 10)], asked: at)
        func changes(_ day: String) throws -> [Int64] {
            try OrderStore.readStatus(path: database.path, day: day, now: now).apps
                .map(\.orderChangesToday)
        }
        #expect(try changes("2025-11-11") == [4, 1])
        #expect(try changes("2025-11-10") == [6, 1])
        #expect(try changes("2025-11-12") == [0, 0])
        // The oldest entries may be gone, or all of them.
        try database.execute("DELETE FROM changes WHERE seq < 4")
        #expect(try changes("2025-11-11") == [3, 1])
        try database.execute("DELETE FROM changes")
        #expect(try changes("2025-11-11") == [0, 0])
    }

    @Test func callsOfTheDayAreCountedByClass() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        func key(_ day: String, _ callClass: CallClass) -> UsageKey {
            UsageKey(app: "main", day: day, method: "m", callClass: callClass)
        }
        _ = try await shop.store.apply(
            [],
            usage: [
                key("2025-11-11", .sweep): 2, key("2025-11-11", .live): 3,
                key("2025-11-10", .live): 9,
            ], now: now)
        let status = try OrderStore.readStatus(path: database.path, day: "2025-11-11", now: now)
        #expect(status.apps.first?.callsToday == 5)
        #expect(
            status.apps.first?.callsByClass.map { "\($0.callClass) \($0.calls)" }
                == ["live 3", "sweep 2"])
    }

    @Test func totalsAddUp() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        let orders = [
            TestOrder("1", at: 10, .paid, payment: 5).with { $0.items = [TestItem("a")] },
            TestOrder("2", at: 10, .paid, payment: 7), TestOrder("3", at: 10, .closed),
        ]
        try await store.store(orders, shop: shop)
        let totals = try OrderStore.readTotals(path: database.path)
        #expect(
            totals.byStatus == [
                OrderTotals.ByStatus(status: "paid", orders: 2, paymentFen: 12),
                OrderTotals.ByStatus(status: "closed", orders: 1, paymentFen: 0),
            ])
        #expect(totals.items == 1)
        #expect(totals.changes == 3)
    }

    @Test func aMissingOrEmptyDatabaseIsReported() throws {
        let database = try TestDatabase()
        for content in [nil, []] as [[UInt8]?] {
            if let content { try database.write(content) }
            do throws(StoreError) {
                _ = try OrderStore.readStatus(path: database.path, day: "2025-11-11", now: now)
                Issue.record("read from nothing")
            } catch {
                guard case .cannotOpen = error else {
                    Issue.record("\(error)")
                    return
                }
            }
        }
    }
}
