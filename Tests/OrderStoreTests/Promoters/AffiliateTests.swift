import SyncCore
import Testing

@testable import OrderStore

@Suite struct AffiliateTests {
    private let row =
        "SELECT status, platform_status, promotion_amount_fen, modified_at, raw "
        + "FROM affiliate_orders"

    private func order(
        _ id: String, at modified: Int64, _ status: AffiliateStatus = .paid, fen: Int64 = 100
    ) -> AffiliateRow {
        var row = AffiliateRow(id: id, modifiedAt: UTCInstant(seconds: modified))
        row.pid = "1_2"
        row.customParameters = #"{"uid":"u-1"}"#
        row.goodsID = "77"
        row.goodsSign = "sign"
        row.goodsName = "纸"
        row.mallID = "88"
        row.mallName = "店"
        row.quantity = 2
        row.goodsPriceFen = 720
        row.orderAmountFen = 1_040
        row.promotionRatePermille = 110
        row.promotionAmountFen = fen
        row.status = status
        row.platformStatus = "P_\(status.rawValue)"
        row.createdAt = UTCInstant(seconds: 1)
        row.paidAt = UTCInstant(seconds: 2)
        row.raw = "{\(id) \(modified) \(status) \(fen)}"
        row.contentHash = UInt64(modified * 1_000 + fen)
        return row
    }

    @discardableResult
    private func store(
        _ rows: [AffiliateRow], asked: Int64 = 1_000, in shop: TestShop
    ) async throws -> StoreOutcome {
        var page = AffiliatePage(orders: rows)
        page.askedMilliseconds = asked * 1_000
        let commit = PageCommit(
            content: .affiliate(page), change: LedgerChange(stream: shop.stream(.affiliate)))
        return try await shop.store.apply([.page(commit)], now: UTCInstant(seconds: asked))
    }

    @Test func everyColumnIsStored() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        var whole = order("1", at: 60, .settled)
        whole.failReason = "why"
        whole.groupedAt = UTCInstant(seconds: 3)
        whole.receivedAt = UTCInstant(seconds: 4)
        whole.verifiedAt = UTCInstant(seconds: 5)
        whole.settledAt = UTCInstant(seconds: 6)
        let outcome = try await store([whole], in: shop)
        #expect(outcome.affiliate.created == 1)
        #expect(outcome.counts.created == 0)
        #expect(
            try database.rows("SELECT * FROM affiliate_orders") == [
                "\(shop.id.rawValue)|1|1_2|{\"uid\":\"u-1\"}|77|sign|纸|88|店|2|720|1040|110|100|"
                    + "settled|P_settled|why|1|2|3|4|5|6|60|60100|1000000|1000|1000|"
                    + "{1 60 settled 100}|0"
            ])
        #expect(
            try database.rows(
                "SELECT entity, entity_id, kind, old_status, new_status FROM changes")
                == ["affiliate_order|1|created|-|settled"])
    }

    @Test(
        arguments: [
            ("newest wins", [(10, 1, 100), (20, 2, 100)], 2, 2),
            ("older is ignored", [(20, 1, 100), (10, 2, 200)], 1, 1),
            ("a tie: asked for later", [(10, 1, 100), (10, 2, 200)], 2, 2),
            ("a tie: asked for earlier", [(10, 1, 200), (10, 2, 100)], 1, 1),
            ("asked for earlier, but newer", [(10, 1, 200), (20, 2, 100)], 2, 2),
        ] as [(String, [(Int64, Int64, Int64)], Int64, Int)])
    func theNewerVersionWins(
        why: String, versions: [(Int64, Int64, Int64)], fen: Int64, writes: Int
    ) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        for (modified, fen, asked) in versions {
            try await store([order("1", at: modified, fen: fen)], asked: asked, in: shop)
        }
        #expect(
            try database.value("SELECT promotion_amount_fen FROM affiliate_orders") == "\(fen)",
            "\(why)")
        #expect(try database.value("SELECT count(*) FROM changes") == "\(writes)", "\(why)")
    }

    @Test func whatIsLeftOutStays() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await store([order("1", at: 10, .verified)], in: shop)
        var sparse = AffiliateRow(id: "1", modifiedAt: UTCInstant(seconds: 20))
        sparse.raw = "{sparse}"
        sparse.contentHash = 9
        try await store([sparse], in: shop)
        #expect(try database.value(row) == "verified|P_verified|100|20|{sparse}")
    }

    @Test func identicalReadsWriteNothing() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let rows = (0..<50).map { order("\($0)", at: 10 + Int64($0)) }
        try await store(rows, in: shop)
        let before = try database.content()
        let changes = try await shop.store.integer("SELECT total_changes()")
        let outcome = try await store(rows, asked: 9_000, in: shop)
        #expect(outcome.affiliate.unchanged == 50)
        #expect(outcome.events.isEmpty)
        #expect(try database.content() == before)
        #expect(try await shop.store.integer("SELECT total_changes()") == changes)
    }

    @Test func feedStatesTheStatus() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await store([order("1", at: 10, .paid)], in: shop)
        try await store([order("1", at: 11, .failed)], asked: 2_000, in: shop)
        #expect(
            try database.rows("SELECT changed_at, kind, old_status, new_status FROM changes")
                == ["1000|created|-|paid", "2000|updated|paid|failed"])
        #expect(
            try database.rows(
                "SELECT order_sn, status, order_yuan, commission_percent, commission_yuan "
                    + "FROM affiliate_orders_readable") == ["1|审核失败|10.4|11.0|1.0"])
    }
}
