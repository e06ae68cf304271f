import SyncCore
import Testing

@testable import OrderStore

/// Parcels that an answer names are compared with `shipments`, and columns that it does not state
/// are counted.
@Suite struct VerifyParcelTests {
    private static let order = TestOrder.whole("1").with {
        $0.parcels = ["X", "Y"]
        $0.edit = {
            $0.createdAt = UTCInstant(seconds: 50)
            $0.statesParcels = true
        }
    }

    @Test(
        arguments: [
            ("DELETE FROM shipments WHERE tracking_no = 'SF1'", "parcel SF1 missing"),
            ("DELETE FROM shipments WHERE tracking_no = 'X'", "parcel X missing"),
            (
                "UPDATE shipments SET status = 'replaced' WHERE tracking_no = 'SF1'",
                "parcel SF1 replaced"
            ),
            (
                "UPDATE shipments SET status = 'replaced', named_by = 0 WHERE tracking_no = 'X'",
                "parcel X replaced"
            ),
            (
                "UPDATE shipments SET item_ids = 'q' WHERE tracking_no = 'Y'",
                "parcel Y item_ids"
            ),
            (
                """
                INSERT INTO shipments (shop_id, order_id, tracking_no, status, first_seen_at,
                                       updated_at, named_by)
                VALUES (1, '1', 'Z', 'pending', 1, 1, 2)
                """, "parcel Z surplus"
            ),
        ] as [(String, String)])
    func everyDifferenceIsFoundAndRepaired(damage: String, expected: String) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([Self.order], details: .never, isComplete: true)
        let query = """
            SELECT tracking_no, status, item_ids FROM shipments WHERE status <> 'replaced'
            ORDER BY 1
            """
        let whole = try database.rows(query)
        #expect(whole == ["SF1|pending|", "X|pending|", "Y|pending|"])
        try database.execute(damage)
        func result(repair: Bool, asked: Int64) async throws -> VerifyResult {
            let verification = try await TestVerification(shop, repair: repair)
            try await verification.read([Self.order], asked: asked, isComplete: true)
            return try await verification.result()
        }
        let found = try await result(repair: false, asked: 7_000)
        #expect(found.standing.map(\.columns) == [[expected]])
        let repaired = try await result(repair: true, asked: 8_000)
        #expect(repaired.standing == [])
        #expect(repaired.repaired.map(\.columns) == [[expected]])
        #expect(try database.rows(query) == whole)
        #expect(try await result(repair: false, asked: 9_000).standing == [])
    }

    /// Lists of Taobao state neither memo nor message.
    @Test func whatListsDoNotStateIsCounted() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let order = TestOrder.whole("1")
        try await shop.list([order, .whole("2")], details: .never)
        try await shop.detail(
            order.with { $0.texts = [(\.sellerMemo, "memo"), (\.title, "shop")] })
        let verification = try await TestVerification(shop)
        try await verification.read([order, .whole("2")])
        let result = try await verification.result()
        #expect(result.standing == [])
        #expect(result.unstatedOrders == 1)
        #expect(result.unstatedColumns == ["buyer_message", "seller_memo", "title"])
        try await shop.store.endVerification(verification.id, result)
        #expect(try database.value("SELECT unstated_orders FROM verifications") == "1")
    }
}
