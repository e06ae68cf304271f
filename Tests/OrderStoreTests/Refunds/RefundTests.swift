import SyncCore
import Testing

@testable import OrderStore

@Suite struct RefundTests {
    private let row =
        "SELECT status, platform_status, refund_fen, modified_at, raw FROM refunds"
    private let feed = "SELECT entity_id, kind, old_status, new_status FROM changes ORDER BY seq"

    @Test(
        arguments: [
            ("newest wins", [(10, 1, 100), (20, 2, 100)], 2, 2),
            ("older is ignored", [(20, 1, 100), (10, 2, 200)], 1, 1),
            ("a tie: asked for later", [(10, 1, 100), (10, 2, 200)], 2, 2),
            ("a tie: asked for at once", [(10, 1, 100), (10, 2, 100)], 2, 2),
            ("a tie: asked for earlier", [(10, 1, 200), (10, 2, 100)], 1, 1),
            ("asked for earlier, but newer", [(10, 1, 200), (20, 2, 100)], 2, 2),
            ("there and back", [(10, 1, 100), (10, 2, 200), (10, 1, 300)], 1, 3),
        ] as [(String, [(Int64, Int64, Int64)], Int64, Int)])
    func theNewerVersionWins(
        why: String, versions: [(Int64, Int64, Int64)], fen: Int64, writes: Int
    ) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        for (modified, fen, asked) in versions {
            try await shop.refunds([RefundRow("1", at: modified, fen: fen)], asked: asked)
        }
        #expect(try database.value("SELECT refund_fen FROM refunds") == "\(fen)", "\(why)")
        let raw = try database.value("SELECT raw FROM refunds")
        #expect(raw.hasSuffix(":\(fen)}"), "\(why)")
        #expect(try database.value("SELECT count(*) FROM changes") == "\(writes)", "\(why)")
    }

    @Test func everyColumnIsStored() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let refund = RefundRow("1", at: 30, .completed, fen: 7).with {
            ($0.order, $0.item, $0.paymentFen) = ("o", "i", 8)
            ($0.reason, $0.text, $0.goodStatus) = ("不喜欢", "hello", "BUYER_RECEIVED")
            ($0.phase, $0.kind, $0.buyer, $0.title) = ("onsale", "REFUND", "b", "麦包包")
            ($0.returnCompany, $0.returnTrackingNumber) = ("顺丰", "SF1")
            $0.createdAt = UTCInstant(seconds: 10)
            $0.endedAt = UTCInstant(seconds: 20)
        }
        let outcome = try await shop.refunds([refund], asked: 1_234)
        #expect(outcome.refunds.created == 1)
        #expect(outcome.counts == StoredCounts())
        #expect(
            try database.value(
                "SELECT refund_id, order_id, item_id, status, platform_status, refund_fen, "
                    + "payment_fen, reason, description, good_status, phase, kind, buyer, title, "
                    + "return_company, return_tracking_no, created_at, modified_at, ended_at, "
                    + "asked_ms, first_seen_at, synced_at FROM refunds")
                == "1|o|i|completed|P_completed|7|8|不喜欢|hello|BUYER_RECEIVED|onsale|REFUND|b|麦包包"
                + "|顺丰|SF1|10|30|20|1234000|1234|1234")
        #expect(
            try database.rows(
                "SELECT shop, order_id, item_id, status, refund_yuan, created, modified "
                    + "FROM refunds_readable") == [
                    "one|o|i|退款成功|0.07|1970-01-01 08:00:10|1970-01-01 08:00:30"
                ])
    }

    /// What an answer leaves out stays as it is, also when it is newer.
    @Test func sparseRowsBlankNothing() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let whole = RefundRow("1", at: 10, .returning, fen: 7).with { $0.reason = "r" }
        try await shop.refunds([whole])
        let sparse = RefundRow("1", at: 20, fen: nil, raw: "{sparse}").with {
            ($0.order, $0.item, $0.platformStatus, $0.status) = (nil, nil, nil, .unknown)
        }
        let outcome = try await shop.refunds([sparse], asked: 2_000)
        #expect(outcome.refunds.updated == 1)
        #expect(outcome.events == [.queued(shop.stream(.refunds))])
        #expect(
            try database.value("SELECT order_id, item_id, reason FROM refunds") == "o1|i1|r")
        #expect(try database.value(row) == "returning|P_returning|7|20|{sparse}")
        #expect(
            try database.rows(feed) == [
                "1|created|-|returning", "1|updated|returning|returning",
            ])
        // Of a version that is stored it states nothing new, however late it was requested.
        let other = sparse.with {
            $0.raw = "{other}"
            $0.contentHash += 1
        }
        #expect(try await shop.refunds([other], asked: 3_000).refunds.unchanged == 1)
        #expect(try database.value(row) == "returning|P_returning|7|20|{sparse}")
        // A new one without a status is of an unknown one.
        let new = RefundRow("2", at: 20, fen: nil).with {
            ($0.platformStatus, $0.status) = (nil, .unknown)
        }
        try await shop.refunds([new])
        #expect(
            try database.value(
                "SELECT status, platform_status FROM refunds WHERE refund_id = '2'") == "unknown|")
    }

    /// A row with a member that could not be read is stored, and read in full once.
    @Test func aPartialRowIsReadInFull() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let partial = RefundRow("1", at: 10).with {
            $0.item = nil
            $0.isPartial = true
        }
        let outcome = try await shop.refunds([partial])
        #expect(outcome.events == [.queued(shop.stream(.refunds))])
        #expect(try database.value("SELECT entity_id, state FROM detail_queue") == "1|queued")
        // Read again it is no news, and a detail with the same fault ends the work.
        #expect(try await shop.refunds([partial], asked: 2_000).events.isEmpty)
        try await shop.finish(
            .refund("1"), .read(elseAgainAt: UTCInstant(seconds: 1)),
            .refunds(RefundPage(refunds: [partial], source: .detail)))
        #expect(try database.value("SELECT count(*) FROM detail_queue") == "0")
        #expect(try database.value("SELECT refund_fen FROM refunds") == "100")
    }

    /// The detail of a hollow row, and the hollow row once more.
    @Test func aDetailStandsAgainstItsHollowRow() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let hollow = RefundRow("1", at: 10, .requested, fen: nil)
        try await shop.refunds([hollow])
        let page = RefundPage(refunds: [RefundRow("1", at: 10, fen: 9)], source: .detail)
        try await shop.finish(
            .refund("1"), .read(elseAgainAt: UTCInstant(seconds: 1)), .refunds(page))
        let outcome = try await shop.refunds([hollow], asked: 5_000)
        #expect(outcome.refunds.unchanged == 1)
        #expect(outcome.events.isEmpty)
        #expect(try database.value("SELECT refund_fen FROM refunds") == "9")
        #expect(try database.value("SELECT count(*) FROM detail_queue") == "0")
    }

    @Test func identicalReadsWriteNothing() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let rows = (0..<50).map { RefundRow("\($0)", at: 10 + Int64($0)) }
        try await shop.refunds(rows)
        let before = try database.content()
        let changes = try await shop.store.integer("SELECT total_changes()")
        let outcome = try await shop.refunds(rows, asked: 9_000)
        #expect(outcome.refunds.unchanged == 50)
        #expect(outcome.events.isEmpty)
        #expect(try database.content() == before)
        #expect(try await shop.store.integer("SELECT total_changes()") == changes)
    }

    @Test func refundsFindTheirOrdersAndItems() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let order = TestOrder("o1", at: 10, payment: 5).with {
            $0.items = [TestItem("i1", quantity: 2)]
        }
        // Whichever comes first.
        try await shop.refunds([RefundRow("1", at: 10), RefundRow("2", at: 10)])
        try await shop.list([order])
        #expect(
            try database.rows(
                """
                SELECT refunds.refund_id, orders.payment_fen, quantity FROM refunds
                JOIN orders USING (shop_id, order_id)
                JOIN order_items USING (shop_id, order_id, item_id)
                """) == ["1|5|2"])
    }

    @Test func shopsDoNotMix() async throws {
        let database = try TestDatabase()
        let (one, two) = (
            try await TestShop(database), try await TestShop(database, "two")
        )
        try await one.refunds([RefundRow("1", at: 10, fen: 1)])
        try await two.refunds([RefundRow("1", at: 9, fen: 2)])
        #expect(try database.rows("SELECT refund_fen FROM refunds ORDER BY shop_id") == ["1", "2"])
    }

    @Test func feedStatesTheStatus() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.refunds([RefundRow("1", at: 10, .requested)])
        try await shop.refunds([RefundRow("1", at: 11, .completed)], asked: 2_000)
        #expect(
            try database.rows(
                "SELECT changed_at, entity, entity_id, kind, old_status, new_status FROM changes")
                == [
                    "1000|refund|1|created|-|requested",
                    "2000|refund|1|updated|requested|completed",
                ])
    }
}
