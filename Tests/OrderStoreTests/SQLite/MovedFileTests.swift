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
    func aDeletedDatabaseIsFound(names: [String]) async throws {
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
    @Test func aReplacedDatabaseIsFound() async throws {
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

    // MARK: The index

    private func remove(_ database: TestDatabase, _ suffixes: String...) throws {
        for suffix in suffixes {
            try FileManager.default.removeItem(atPath: database.path + suffix)
        }
    }

    private func expectSound(_ database: TestDatabase, orders: String) throws {
        #expect(try database.value("PRAGMA integrity_check") == "ok")
        #expect(try database.value("SELECT count(*) FROM orders") == orders)
    }

    @Test func theIndexIsDeleted() async throws {
        let (database, store, shop) = try await filled()
        try remove(database, "-shm")
        await #expect(throws: StoreError.indexLost(path: database.path)) {
            try await store.store([TestOrder("new", at: 20)], shop: shop)
        }
        await #expect(throws: StoreError.indexLost(path: database.path)) {
            try await store.checkFiles()
        }
        #expect(try await store.rescue(now: now) == nil, "the log contains every commit")
        try expectSound(database, orders: "50")
    }

    /// Another program has made a new index and may write by its locks: this one neither writes
    /// nor writes its log back, not even when it closes.
    @Test func anotherProgramHasANewIndex() async throws {
        let database = try TestDatabase()
        var store: OrderStore? = try database.open()
        let shop = try #require(try await store?.registerShop())
        try await store?.store((0..<50).map { TestOrder("\($0)", at: 10) }, shop: shop)
        let (file, log) = (try database.bytes(), try database.bytes("-wal"))
        #expect(!log.isEmpty)
        try remove(database, "-shm")
        try database.write([], "-shm")
        await #expect(throws: StoreError.indexLost(path: database.path)) {
            try await store?.store([TestOrder("new", at: 20)], shop: shop)
        }
        #expect(try await store?.rescue(now: now) == nil)
        store = nil
        #expect(try database.bytes() == file)
        #expect(try database.bytes("-wal") == log)
        try expectSound(database, orders: "50")
    }

    /// The commits are in a log that no name leads to any more.
    @Test func logAndIndexAreReplaced() async throws {
        let (database, store, shop) = try await filled()
        let file = try database.bytes()
        try remove(database, "-wal", "-shm")
        for suffix in ["-wal", "-shm"] { try database.write([], suffix) }
        await expectRefusal(database, store, shop)
        let rescued = try await store.rescue(now: now)
        let copy = try Connection(try #require(rescued), isReadOnly: true)
        #expect(try copy.rows("SELECT count(*) FROM orders") == ["50"])
        #expect(try database.bytes() == file, "another program's file is left as it is")
    }

    /// Upkeep and the commands' books have connections of their own.
    @Test func everyWriterStops() async throws {
        let (database, store, _) = try await filled()
        let book = try #require(try CallLedger(path: database.path))
        let upkeep = try StoreMaintenance(path: database.path)
        try remove(database, "-shm")
        let lost = StoreError.indexLost(path: database.path)
        await #expect(throws: CallLedger.Refusal.unwritable(lost)) {
            try await book.book(
                app: "main", method: "m", day: "2025-11-11", callsPerDay: 9, now: now)
        }
        await #expect(throws: lost) { try await store.registerShop("two") }
        await #expect(throws: lost) {
            try await upkeep.purgeStep(PurgeScope(before: now), now: now)
        }
    }

    // MARK: Other names

    @Test func aSecondNameIsRefused() async throws {
        let (database, store, _) = try await filled()
        try await store.checkpoint()
        let link = "\(database.folder)/link.db"
        try FileManager.default.linkItem(atPath: database.path, toPath: link)
        for path in [link, database.path] {
            let refused = StoreError.hardLinked(path: path, links: 2)
            #expect(throws: refused) { try OrderStore(path: path) }
            #expect(throws: refused) { try OrderStore.probe(path: path) }
            #expect(throws: refused) { try StoreMaintenance(path: path) }
            #expect(throws: refused) {
                try OrderStore.readStatus(path: path, day: "2025-11-11", now: now)
            }
        }
        try FileManager.default.removeItem(atPath: link)
        #expect(try OrderStore.probe(path: database.path) == .current)
    }

    /// SQLite puts the log beside the file that a symbolic link leads to.
    @Test(arguments: [("-wal", StoreError.moved), ("-shm", StoreError.indexLost)])
    func aSymbolicLinkIsFollowed(
        suffix: String, error: @Sendable (String) -> StoreError
    ) async throws {
        let database = try TestDatabase()
        let link = "\(database.folder)/link.db"
        _ = try database.open()
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: database.path)
        let store = try OrderStore(path: link)
        let shop = try await store.registerShop()
        try await store.store([TestOrder("1", at: 10)], shop: shop)
        try remove(database, suffix)
        await #expect(throws: error(link)) {
            try await store.store([TestOrder("2", at: 10)], shop: shop)
        }
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
