import SyncCore
import Testing

@testable import OrderStore

/// Times in the platform's future: such a row is stored, and blocks no later version.
@Suite struct FutureTimeTests {
    private func answered(
        _ order: TestOrder, _ source: RecordSource = .list, at now: Int64, in shop: TestShop,
        isComplete: Bool = false
    ) async throws {
        var page = page([order], source)
        page.askedMilliseconds = now * 1_000
        page.isComplete = isComplete
        if source == .detail {
            var change = WorkChange(
                stream: shop.stream(.details), subject: .order(order.id),
                outcome: .read(elseAgainAt: UTCInstant(seconds: now)),
                askedAt: UTCInstant(seconds: now))
            change.answeredAt = UTCInstant(seconds: now)
            _ = try await shop.store.apply(
                [.work(WorkCompletion(content: .orders(page), change: change))],
                now: UTCInstant(seconds: now))
            return
        }
        var change = LedgerChange(stream: shop.stream(.orders))
        change.askedAt = UTCInstant(seconds: now)
        change.answeredAt = UTCInstant(seconds: now)
        let commit = PageCommit(content: .orders(page), change: change, details: .changed)
        _ = try await shop.store.apply([.page(commit)], now: UTCInstant(seconds: now))
    }

    private let row = "SELECT modified_at, status, is_future FROM orders"

    /// Stored at 1,000 with a time of then or later; the platform's true version follows.
    @Test(arguments: [1_120, 4_600, 87_400] as [Int64], [RecordSource.list, .detail])
    func aVersionFromTheFutureIsReplaced(at: Int64, source: RecordSource) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await answered(.whole("1", at: 900, .paid), at: 950, in: shop)
        try await answered(.whole("1", at: at, .shipped), source, at: 1_000, in: shop)
        #expect(try database.value(row) == "\(at)|shipped|1")
        // The next change has a right time, which is earlier.
        try await answered(.whole("1", at: 1_030, .completed), at: 1_060, in: shop)
        #expect(try database.value(row) == "1030|completed|0")
        // An answer that was requested before it is older, whatever its time.
        try await answered(.whole("1", at: at, .shipped), at: 1_050, in: shop)
        #expect(try database.value(row) == "1030|completed|0")
    }

    /// The mark holds when that time has passed.
    @Test func theMarkOutlivesTheTime() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await answered(.whole("1", at: 4_600, .shipped), at: 1_000, in: shop)
        try await answered(.whole("1", at: 1_500, .completed), at: 9_000, in: shop)
        #expect(try database.value(row) == "1500|completed|0")
    }

    /// A couple of seconds are the uncertainty of the clock, and a newer version stays newer.
    @Test func whatIsPresentIsNotMarked() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await answered(.whole("1", at: 1_003, .shipped), at: 1_000, in: shop)
        try await answered(.whole("1", at: 990, .paid), at: 1_010, in: shop)
        #expect(try database.value(row) == "1003|shipped|0")
    }

    /// The platform's clock was ahead when it was stored, and is right when the next answer comes.
    @Test func theClockIsSetBack() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await answered(.whole("1", at: 4_500, .shipped), at: 4_600, in: shop)
        try await answered(.whole("2", at: 800, .shipped), at: 4_600, in: shop)
        try await shop.refunds([RefundRow("7", at: 4_500)], asked: 4_600)
        #expect(try database.rows("SELECT is_future FROM orders ORDER BY order_id") == ["0", "0"])
        try database.execute(
            """
            UPDATE detail_queue SET due_at = 90000 WHERE entity_id = '1';
            UPDATE detail_queue SET due_at = 4500, attempts = 3 WHERE entity_id = '2';
            UPDATE shipments SET next_poll_at = 100000
            """)
        let outcome = try await shop.store.apply(
            [.clockSetBack(shop.id, to: UTCInstant(seconds: 1_000), pollSeconds: 2_700)],
            now: UTCInstant(seconds: 1_000))
        #expect(outcome.events.contains(.queued(shop.stream(.details))))
        #expect(try database.rows("SELECT is_future FROM orders ORDER BY order_id") == ["1", "0"])
        #expect(try database.value("SELECT is_future FROM refunds") == "1")
        #expect(try database.value("SELECT clock_stepped_ms FROM shops") == "1000000")
        #expect(
            try database.rows(
                "SELECT entity_id, due_at, attempts FROM detail_queue ORDER BY entity_id")
                == ["1|1000|0", "2|1000|3"])
        #expect(try database.value("SELECT max(next_poll_at) <= 3700 FROM shipments") == "1")
        try await answered(.whole("1", at: 1_100, .completed), at: 9_000, in: shop)
        #expect(try database.value(row + " WHERE order_id = '1'") == "1100|completed|0")
    }

    /// The platform's clock was 90 s ahead, and the machine's right. Once it is corrected, the next
    /// answer wins at once, from a list or about the order alone: it was not overtaken by one that
    /// was requested before it.
    @Test(arguments: [RecordSource.list, .detail])
    func theFirstAnswerAfterTheCorrectionWins(source: RecordSource) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        func answer(
            _ order: TestOrder, platform: Int64, machine: Int64, _ source: RecordSource
        ) async throws {
            var change = LedgerChange(stream: shop.stream(.orders))
            change.askedAt = UTCInstant(seconds: platform)
            change.answeredAt = UTCInstant(seconds: platform)
            var page = page([order], source)
            page.askedMilliseconds = machine * 1_000
            _ = try await shop.store.apply(
                [.page(PageCommit(content: .orders(page), change: change))],
                now: UTCInstant(seconds: machine))
        }
        try await answer(.whole("1", at: 5_089, .shipped), platform: 5_090, machine: 5_000, .list)
        try await answer(.whole("1", at: 5_089, .shipped), platform: 5_092, machine: 5_002, .detail)
        _ = try await shop.store.apply(
            [.clockSetBack(shop.id, to: UTCInstant(seconds: 5_010), pollSeconds: 2_700)],
            now: UTCInstant(seconds: 5_010))
        #expect(try database.value("SELECT asked_ms FROM orders") == "5010000")
        // Requested before the correction, answered after it.
        var late = LedgerChange(stream: shop.stream(.orders))
        (late.askedAt, late.answeredAt) = (UTCInstant(seconds: 5_099), UTCInstant(seconds: 5_010))
        var lagging = page([.whole("1", at: 5_089, .shipped)], .detail)
        lagging.askedMilliseconds = 5_009_000
        _ = try await shop.store.apply(
            [.page(PageCommit(content: .orders(lagging), change: late))],
            now: UTCInstant(seconds: 5_010))
        #expect(try database.value("SELECT asked_ms <= 5010000 FROM orders") == "1")
        try await answer(
            .whole("1", at: 5_011, .completed), platform: 5_012, machine: 5_012, source)
        #expect(try database.value(row) == "5011|completed|0")
    }

    /// No step was seen; but the machine's clock shows that the answer came before its time.
    @Test func theMachinesClockShowsIt() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        var change = LedgerChange(stream: shop.stream(.orders))
        (change.askedAt, change.answeredAt) = (
            UTCInstant(seconds: 4_600), UTCInstant(seconds: 4_600)
        )
        var page = page([.whole("1", at: 4_590, .shipped)])
        page.askedMilliseconds = 1_000_000
        _ = try await shop.store.apply(
            [.page(PageCommit(content: .orders(page), change: change))],
            now: UTCInstant(seconds: 1_000))
        #expect(try database.value(row) == "4590|shipped|2")
        try await answered(.whole("1", at: 1_100, .completed), at: 9_000, in: shop)
        #expect(try database.value(row) == "1100|completed|0")
    }

    @Test func refundsAndPromotedOrdersFollowTheSameRule() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        func refund(_ row: RefundRow, at now: Int64) async throws {
            var change = LedgerChange(stream: shop.stream(.refunds))
            (change.askedAt, change.answeredAt) = (
                UTCInstant(seconds: now), UTCInstant(seconds: now)
            )
            var page = RefundPage(refunds: [row], source: .list)
            page.askedMilliseconds = now * 1_000
            _ = try await shop.store.apply(
                [.page(PageCommit(content: .refunds(page), change: change))],
                now: UTCInstant(seconds: now))
        }
        func promoted(_ fen: Int64, modified: Int64, at now: Int64) async throws {
            var change = LedgerChange(stream: shop.stream(.affiliate))
            (change.askedAt, change.answeredAt) = (
                UTCInstant(seconds: now), UTCInstant(seconds: now)
            )
            var row = AffiliateRow(id: "9", modifiedAt: UTCInstant(seconds: modified))
            row.promotionAmountFen = fen
            row.contentHash = UInt64(fen)
            var page = AffiliatePage(orders: [row])
            page.askedMilliseconds = now * 1_000
            _ = try await shop.store.apply(
                [.page(PageCommit(content: .affiliate(page), change: change))],
                now: UTCInstant(seconds: now))
        }
        try await refund(RefundRow("1", at: 90_000, fen: 1), at: 1_000)
        try await promoted(1, modified: 90_000, at: 1_000)
        #expect(try database.value("SELECT refund_fen, is_future FROM refunds") == "1|1")
        try await refund(RefundRow("1", at: 1_100, fen: 2), at: 1_200)
        try await promoted(2, modified: 1_100, at: 1_200)
        #expect(try database.value("SELECT refund_fen, is_future FROM refunds") == "2|0")
        #expect(
            try database.value("SELECT promotion_amount_fen, is_future FROM affiliate_orders")
                == "2|0")
        try await refund(RefundRow("1", at: 1_000, fen: 3), at: 1_300)
        #expect(try database.value("SELECT refund_fen FROM refunds") == "2")
    }

    /// A row that is due in the future is read in full at once.
    @Test func theDetailIsNotWaitedFor() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await answered(.whole("1", at: 90_000, .paid), at: 1_000, in: shop)
        #expect(try database.value("SELECT due_at FROM detail_queue") == "1000")
    }

    /// The clock was wrong while the daemon was down: an order read in full long after decides.
    @Test func aMuchLaterDetailDecides() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await answered(.whole("1", at: 9_000, .paid), at: 9_010, in: shop)
        try await answered(.whole("1", at: 6_000, .shipped), .detail, at: 9_900, in: shop)
        #expect(try database.value(row) == "9000|paid|0")
        try await answered(.whole("1", at: 6_000, .shipped), .detail, at: 11_000, in: shop)
        #expect(try database.value(row) == "6000|shipped|0")
    }

    /// A sweep that shows it so late has the order read in full.
    @Test func aMuchLaterSweepAsks() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([.whole("1", at: 9_000)], details: .never, asked: 9_010)
        try await shop.list([.whole("1", at: 6_000)], .sweep, details: .never, asked: 9_900)
        #expect(try database.value("SELECT count(*) FROM detail_queue") == "0")
        try await shop.list([.whole("1", at: 6_000)], .sweep, details: .never, asked: 11_000)
        #expect(try database.value("SELECT entity_id, priority FROM detail_queue") == "1|9")
        #expect(try database.value("SELECT modified_at FROM orders") == "9000")
    }
}
