import SyncCore
import Testing

@testable import OrderStore

/// Warnings that only the database shows.
@Suite struct WarningTests {
    private static let now: Int64 = 1_762_862_400
    private static let day: Int64 = 86_400

    @Test func theWarningNamesRefusedSessions() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        for name in ["a", "b", "c"] { _ = try await store.registerShop(name) }
        #expect(try OrderStore.sessionRefusals(path: database.path).isEmpty)
        try database.execute(
            """
            UPDATE shops SET state = 'unauthorized', state_reason = '20032' WHERE name <> 'c';
            INSERT INTO checkpoints (shop_id, stream, cursor_at, began_at, updated_at,
                                     last_error, last_error_at)
            SELECT shop_id, 'orders', 1, 1, 1, '20032', 700 FROM shops WHERE name <> 'b'
            UNION ALL
            SELECT shop_id, 'refunds', 1, 1, 1, '20032', 900 FROM shops WHERE name <> 'b'
            """)
        let refusal = OrderStore.SessionRefusal(
            code: "20032", lastAt: UTCInstant(seconds: 900))
        #expect(try OrderStore.sessionRefusals(path: database.path) == ["a": refusal])
    }

    @Test func aMissingDatabaseIsAnError() throws {
        let database = try TestDatabase()
        #expect(throws: StoreError.self) {
            try OrderStore.sessionRefusals(path: database.path)
        }
        #expect(throws: StoreError.self) {
            try OrderStore.ordersWithoutRefunds(path: database.path, now: UTCInstant(seconds: 1))
        }
    }

    /// A shop with ten orders that changed yesterday, and what makes it no sign.
    private struct Shop: Sendable, CustomTestStringConvertible {
        var why: String
        var platform = "pinduoduo"
        var status = "3/4/1"
        /// Days ago.
        var changed: Int64 = 1
        var began: Int64 = 10
        /// How far back the history of refunds has been read; nil where none is.
        var history: Int64?
        var read: Int64 = 0
        var refunds = 0
        var isReported = false

        var testDescription: String { why }
    }

    private static let shops = [
        Shop(why: "a refund that was never listed", isReported: true),
        Shop(why: "in process", status: "2/2/-", isReported: true),
        Shop(why: "by history alone", began: 0, history: 20, read: -1, isReported: true),
        Shop(why: "none or closed", status: "2/1/1"),
        Shop(why: "nothing said of refunds", status: "4/-/2"),
        Shop(why: "another platform", platform: "taobao"),
        Shop(why: "one refund is stored", refunds: 1),
        Shop(why: "longer ago", changed: 31, began: 90),
        Shop(why: "not read up to there", read: 2),
        Shop(why: "changed before refunds were read", changed: 11),
        Shop(why: "not read for days", began: 2),
        Shop(why: "history has come two days far", began: 0, history: 2, read: -1),
    ]

    @Test(arguments: shops)
    private func theWarningFindsRefundsThatTheListMisses(shop: Shop) async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let id = try await store.registerShop(
            name: "s", platform: shop.platform, app: "main")
        let other = try await store.registerShop(
            name: "other", platform: "pinduoduo", app: "main")
        let changed = Self.now - shop.changed * Self.day
        let orders = (0..<10).map { TestOrder("\($0)", at: changed) }
        try await store.store(orders, shop: id)
        try await store.store([TestOrder("1", at: changed)], shop: other)
        func checkpoint(_ stream: String, cursor: Int64, began: Int64) -> String {
            """
            INSERT OR REPLACE INTO checkpoints (shop_id, stream, cursor_at, began_at, updated_at)
            VALUES (\(id.rawValue), '\(stream)', \(Self.now - cursor * Self.day),
                    \(Self.now - began * Self.day), 1);
            """
        }
        try database.execute(
            """
            UPDATE orders SET platform_status = '\(shop.status)';
            \(checkpoint("refunds", cursor: shop.read, began: shop.began))
            \(shop.history.map { checkpoint("refunds_backfill", cursor: $0, began: 0) } ?? "")
            """)
        for number in 0..<shop.refunds {
            try database.execute(
                """
                INSERT INTO refunds (shop_id, refund_id, status, platform_status, modified_at,
                                     content_hash, asked_ms, first_seen_at, synced_at, raw)
                VALUES (\(id.rawValue), '\(number)', 'completed', '10', 1, 1, 1, 1, 1, '{}')
                """)
        }
        let found = try OrderStore.ordersWithoutRefunds(
            path: database.path, now: UTCInstant(seconds: Self.now))
        #expect(found == (shop.isReported ? ["s": 10] : [:]))
    }
}
