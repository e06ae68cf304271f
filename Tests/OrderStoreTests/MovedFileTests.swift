import Foundation
import SyncCore
import Testing

@testable import OrderStore

/// A database whose file is deleted, moved or replaced under the store is never written on.
@Suite struct MovedFileTests {
    private let now = UTCInstant(seconds: 5_000)

    private func filled() async throws -> (TestDatabase, OrderStore, ShopID) {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        try await store.store((0..<50).map { TestOrder("\($0)", at: 10) }, shop: shop)
        return (database, store, shop)
    }

    private func expectRefusal(
        _ database: TestDatabase, _ store: OrderStore, _ shop: ShopID
    ) async {
        await #expect(throws: StoreError.moved(path: database.path)) {
            try await store.store([TestOrder("new", at: 20)], shop: shop)
        }
    }

    @Test(arguments: [["orders.db"], ["orders.db", "orders.db-wal", "orders.db-shm"]])
    func deleted(names: [String]) async throws {
        let (database, store, shop) = try await filled()
        for name in names {
            try FileManager.default.removeItem(atPath: "\(database.folder)/\(name)")
        }
        await expectRefusal(database, store, shop)
        // The content is saved while it can be, and the name is left alone.
        let rescued = try await store.rescue(now: now)
        let copy = try #require(rescued)
        #expect(copy == "\(database.path).rescued-5000")
        let saved = try Connection(copy, isReadOnly: true)
        #expect(try saved.rows("SELECT count(*) FROM orders") == ["50"])
        #expect(try saved.rows("PRAGMA integrity_check") == ["ok"])
        #expect(!FileManager.default.fileExists(atPath: database.path))
    }

    /// The log that the old file leaves behind would be read into the new one.
    @Test func replacedByAnother() async throws {
        let (database, store, shop) = try await filled()
        let other = try TestDatabase()
        let theirs = try other.open()
        let theirShop = try await theirs.registerShop("theirs")
        try await theirs.store([TestOrder("1", at: 10)], shop: theirShop)
        try await theirs.checkpoint()
        let old = "\(database.folder)/old.db"
        try FileManager.default.moveItem(atPath: database.path, toPath: old)
        try FileManager.default.copyItem(atPath: other.path, toPath: database.path)
        await expectRefusal(database, store, shop)
        #expect(try await store.rescue(now: now) == nil, "the old file still has a name")
        #expect(try database.bytes("-wal").isEmpty)
        #expect(try database.value("SELECT name FROM shops") == "theirs")
        #expect(try database.value("PRAGMA integrity_check") == "ok")
        #expect(
            try Connection(old, isReadOnly: true).rows("SELECT count(*) FROM orders") == ["50"])
    }

    @Test func onlyTheLogIsDeleted() async throws {
        let (database, store, shop) = try await filled()
        try FileManager.default.removeItem(atPath: "\(database.path)-wal")
        await expectRefusal(database, store, shop)
        #expect(try await store.rescue(now: now) == nil)
        // What only the log held is in the file now.
        try? FileManager.default.removeItem(atPath: "\(database.path)-shm")
        #expect(try database.value("SELECT count(*) FROM orders") == "50")
    }

    @Test func aFileInItsPlaceIsWritten() async throws {
        let (database, store, shop) = try await filled()
        // A link to it, or a new name beside it, changes nothing.
        try FileManager.default.linkItem(
            atPath: database.path, toPath: "\(database.folder)/link.db")
        #expect(try await store.store([TestOrder("new", at: 20)], shop: shop).created == 1)
        try await store.checkpoint()
        #expect(try await store.store([TestOrder("newer", at: 20)], shop: shop).created == 1)
    }
}
