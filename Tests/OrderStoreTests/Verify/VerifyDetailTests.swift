import SyncCore
import Testing

@testable import OrderStore

/// `verify --details`: what the lists do not state is compared by orders read in full.
@Suite struct VerifyDetailTests {
    private static let listed = TestOrder.whole("1")
    private static let whole = listed.with {
        $0.texts = [(\.sellerMemo, "memo"), (\.buyerMessage, "hello"), (\.title, "shop")]
    }

    /// An order read in full and one that never was, and a verification that has read the lists.
    private func begun(
        _ database: TestDatabase, repair: Bool, damage: String = ""
    ) async throws -> (TestShop, TestVerification) {
        let shop = try await TestShop(database)
        try await shop.list([Self.listed, .whole("2")], details: .never)
        try await shop.detail(Self.whole)
        if !damage.isEmpty { try database.execute(damage) }
        let verification = try await TestVerification(shop, repair: repair)
        try await verification.read([Self.listed, .whole("2")])
        return (shop, verification)
    }

    private func compare(
        _ order: TestOrder, _ shop: TestShop, _ verification: TestVerification
    ) async throws -> VerifyResult {
        var detail = page([order], .detail)
        detail.askedMilliseconds = 7_000_000
        let now = UTCInstant(seconds: 7_000)
        try await shop.store.compareDetail(
            detail, verification: verification.id, shop: shop.id, askedAt: now, answeredAt: now,
            now: now)
        return try await verification.result()
    }

    @Test func onlyWhatListsLackIsRead() async throws {
        let database = try TestDatabase()
        let (shop, verification) = try await begun(database, repair: false)
        #expect(
            try await shop.store.ordersStatedInPart(verification: verification.id) == ["1"])
        let result = try await compare(Self.whole, shop, verification)
        #expect(result.standing == [])
        #expect(result.unstatedOrders == 0)
        #expect(result.unstatedColumns == [])
        #expect(result.platformOrders == 2)
    }

    @Test(arguments: [
        ("seller_memo", "'other'"), ("seller_memo", "NULL"), ("buyer_message", "'q'"),
        ("title", "NULL"),
    ])
    func aDifferenceIsFoundAndRepaired(column: String, value: String) async throws {
        let database = try TestDatabase()
        let query = "SELECT seller_memo, buyer_message, title FROM orders ORDER BY order_id"
        let damage = "UPDATE orders SET \(column) = \(value) WHERE order_id = '1'"
        let (shop, found) = try await begun(database, repair: false, damage: damage)
        #expect(try await found.result().standing == [])
        let result = try await compare(Self.whole, shop, found)
        #expect(result.standing.map(\.columns) == [[column]])
        #expect(try database.rows(query)[0] != "memo|hello|shop", "it only compares")
        let repair = try await TestVerification(shop, repair: true)
        try await repair.read([Self.listed, .whole("2")])
        let repaired = try await compare(Self.whole, shop, repair)
        #expect(repaired.standing == [])
        #expect(repaired.repaired.map(\.columns) == [[column]])
        #expect(try database.rows(query)[0] == "memo|hello|shop")
    }
}
