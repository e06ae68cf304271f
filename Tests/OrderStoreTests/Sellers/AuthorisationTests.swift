import SyncCore
import Testing

@testable import OrderStore

@Suite struct AuthorisationTests {
    @Test func theStoreKeepsWhoseShopItIsAndUntilWhen() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop("a")
        _ = try await store.registerShop("b")
        let query =
            "SELECT name || '|' || nick || '|' || ifnull(authorized_until_at, '-') FROM shops"
        try await store.setAuthorisation(shop, nick: "商家", until: UTCInstant(seconds: 6_000))
        #expect(try database.rows(query).sorted() == ["a|商家|6000", "b||-"])
        let status = try OrderStore.readStatus(
            path: database.path, day: "2025-11-11", now: UTCInstant(seconds: 1))
        #expect(status.shops[0].nick == "商家")
        #expect(status.shops[0].authorizedUntilAt == 6_000)
        // An end that is unknown now goes; a nick that is not stated stays.
        try await store.setAuthorisation(shop, nick: "", until: nil)
        #expect(try database.rows(query).sorted() == ["a|商家|-", "b||-"])
    }
}
