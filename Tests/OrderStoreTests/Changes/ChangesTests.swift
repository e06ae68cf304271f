import SyncCore
import Testing

@testable import OrderStore

@Suite struct ChangesTests {
    @Test func feedStatesWhatHappenedInOrder() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        let first = [TestOrder("a", at: 10, .unpaid), TestOrder("b", at: 11, .paid)]
        try await store.store(first, shop: shop, now: 100)
        let second = [
            TestOrder("b", at: 12, .shipped), TestOrder("a", at: 5, .closed),
            TestOrder("c", at: 12, .partShipped),
        ]
        try await store.store(second, shop: shop, now: 200)
        try await store.store([TestOrder("c", at: 13, .completed)], shop: shop, now: 300)
        #expect(
            try database.rows(
                "SELECT seq, changed_at, shop_id, entity, entity_id, kind, old_status, new_status "
                    + "FROM changes ORDER BY seq") == [
                    "1|100|1|order|a|created|-|unpaid", "2|100|1|order|b|created|-|paid",
                    "3|200|1|order|b|updated|paid|shipped",
                    "4|200|1|order|c|created|-|part_shipped",
                    "5|300|1|order|c|updated|part_shipped|completed",
                ])
    }

    /// A follower never sees a number again, not even one of a row that was deleted.
    @Test func numbersAreNotUsedTwice() async throws {
        let database = try TestDatabase()
        let shop = try await database.open().registerShop()
        try await database.open().store([TestOrder("a", at: 10)], shop: shop)
        try database.execute("DELETE FROM changes")
        try await database.open().store([TestOrder("b", at: 10)], shop: shop)
        #expect(try database.rows("SELECT seq, entity_id FROM changes") == ["2|b"])
    }

    @Test func firstSeenStaysAndSyncedMoves() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        try await store.store([TestOrder("a", at: 10)], shop: shop, now: 100)
        try await store.store([TestOrder("a", at: 11)], shop: shop, now: 200)
        try await store.store([TestOrder("a", at: 9)], shop: shop, now: 300)
        #expect(try database.value("SELECT first_seen_at, synced_at FROM orders") == "100|200")
    }
}
