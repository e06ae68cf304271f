import SyncCore
import Testing
import WireFormat

@testable import OrderStore

/// Rows stored with hashes of the earlier scheme, and answers of one second that it confused.
@Suite struct HashSchemeTests {
    /// As decoders state it.
    private static func hashed(_ order: TestOrder) -> TestOrder {
        order.with {
            let raw = $0.rawBytes
            let edit = $0.edit
            $0.edit = { row in
                edit(&row)
                row.contentHash = raw.withUnsafeBytes { ContentHash.hash($0) }
                row.earlierHash = raw.withUnsafeBytes { ContentHash.earlier($0) }
            }
        }
    }

    /// As version 0.1.0 stored it.
    private static func old(_ order: TestOrder) -> TestOrder {
        order.with {
            let raw = $0.rawBytes
            let edit = $0.edit
            $0.edit = { row in
                edit(&row)
                row.contentHash = raw.withUnsafeBytes { ContentHash.earlier($0) }
            }
        }
    }

    /// Two rows of one second with one hash of the earlier scheme.
    private static func confused() throws -> (TestOrder, TestOrder) {
        func order(_ raw: String, _ fen: Int64) -> TestOrder {
            TestOrder.whole("1", payment: fen).with { $0.raw = Array(raw.utf8) }
        }
        let one = "{\"a\":\"7\",\"price\":\"1400.84\",\"num\":377460000000000}"
        let two = "{\"a\":\"7\",\"price\":\"1400.04\",\"num\":378460000000000}"
        try #require(ContentHash.earlier(one) == ContentHash.earlier(two))
        return (order(one, 140_084), order(two, 140_004))
    }

    @Test(arguments: [false, true])
    func aSecondChangeOfTheSecondIsStored(isOldRow: Bool) async throws {
        let (one, two) = try Self.confused()
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([isOldRow ? Self.old(one) : Self.hashed(one)], details: .never)
        let outcome = try await shop.list([Self.hashed(two)], details: .never, asked: 2_000)
        #expect(outcome.counts.updated == 1)
        #expect(try database.value("SELECT payment_fen FROM orders") == "140004")
        #expect(try database.value("SELECT count(*) FROM changes WHERE entity = 'order'") == "2")
    }

    /// After an upgrade the platform shows what it showed before: nothing is written.
    @Test(arguments: [false, true], [false, true])
    func theSameAnswerAgainWritesNothing(isComplete: Bool, hasDetails: Bool) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let order = TestOrder.whole("1")
        let detail = order.with { $0.raw = Array("{\"detail\":1}".utf8) }
        try await shop.list([Self.old(order)], isComplete: isComplete)
        if hasDetails {
            try await shop.detail(Self.old(detail))
            try await shop.list([Self.old(order)], asked: 1_100, isComplete: isComplete)
        }
        let before = try database.content()
        for kind in [StreamKind.orders, .sweep, .backfill] {
            let again = try await shop.list(
                [Self.hashed(order)], kind, asked: 1_500, isComplete: isComplete)
            #expect(again.counts.unchanged == 1)
        }
        #expect(try database.content() == before)
        guard hasDetails else { return }
        try await shop.detail(Self.hashed(detail), asked: 1_020)
        #expect(try database.content() == before)
    }

    /// Hidden columns stay hidden: the answer is the one that was stored before they were.
    @Test func whatWasHiddenStaysHidden() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let order = TestOrder.whole("1").with { $0.texts = [(\.receiverName, "张三丰")] }
        try await shop.list([Self.old(order)], details: .never)
        try database.execute("UPDATE orders SET receiver_name = NULL")
        try database.execute("UPDATE order_raw SET raw = ''")
        let before = try database.content()
        try await shop.list([Self.hashed(order)], details: .never, asked: 2_000)
        #expect(try database.content() == before)
    }

    @Test func refundsAndPromotedOrdersAreRecognised() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let base = RefundRow("1", at: 30, fen: 7)
        let affiliate = AffiliateRow(id: "9", modifiedAt: UTCInstant(seconds: 40))
        func refund(_ content: UInt64, _ earlier: UInt64, fen: Int64 = 7) -> RefundRow {
            base.with { ($0.contentHash, $0.earlierHash, $0.refundFen) = (content, earlier, fen) }
        }
        func store(_ content: UInt64, _ earlier: UInt64, fen: Int64) async throws {
            var row = affiliate
            (row.contentHash, row.earlierHash) = (content, earlier)
            row.promotionAmountFen = fen
            var page = AffiliatePage(orders: [row])
            page.askedMilliseconds = 1_000_000
            let commit = PageCommit(
                content: .affiliate(page), change: LedgerChange(stream: shop.stream(.affiliate)))
            _ = try await shop.store.apply([.page(commit)], now: UTCInstant(seconds: 1_000))
        }
        try await shop.refunds([refund(5, 0)])
        try await store(5, 0, fen: 7)
        let before = try database.content()
        try await shop.refunds([refund(77, 5)], asked: 2_000)
        try await store(77, 5, fen: 7)
        #expect(try database.content() == before)
        // The same hash of the earlier scheme, other content.
        try await shop.refunds([refund(78, 5, fen: 8)], asked: 3_000)
        try await store(78, 5, fen: 8)
        #expect(try database.value("SELECT refund_fen FROM refunds") == "8")
        #expect(try database.value("SELECT promotion_amount_fen FROM affiliate_orders") == "8")
    }
}
