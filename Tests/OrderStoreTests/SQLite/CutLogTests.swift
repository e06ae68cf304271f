import Foundation
import SyncCore
import Testing

@testable import OrderStore

/// A log (`-wal`) that another program cuts short is noticed before anything is written after it.
@Suite struct CutLogTests {
    /// A database whose log was begun anew.
    private func filled(
        thenLogged orders: [TestOrder]
    ) async throws -> (TestDatabase, OrderStore, ShopID) {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        try await store.store((0..<50).map { TestOrder("\($0)", at: 10) }, shop: shop)
        try await store.checkpoint()
        try await store.store(orders, shop: shop)
        return (database, store, shop)
    }

    private func cut(_ database: TestDatabase, to bytes: Int) throws {
        try #require(truncate("\(database.path)-wal", bytes) == 0)
    }

    private func logBytes(_ database: TestDatabase) throws -> Int {
        try database.bytes("-wal").count
    }

    private func expectRefusal(
        _ database: TestDatabase, _ store: OrderStore, _ shop: ShopID
    ) async {
        let error = StoreError.logCutShort(path: database.path)
        await #expect(throws: error) { try await store.checkFiles() }
        await #expect(throws: error) {
            try await store.store([TestOrder("new", at: 20)], shop: shop)
        }
        #expect(!error.isTransient)
    }

    /// The database is what it was at its last checkpoint, and takes new rows.
    private func expectRepair(_ database: TestDatabase, orders: String) async throws {
        let store = try database.open()
        #expect(try database.value("PRAGMA integrity_check") == "ok")
        #expect(try database.value("SELECT count(*) FROM orders") == orders)
        let shop = try await store.registerShop()
        #expect(try await store.store([TestOrder("new", at: 20)], shop: shop).created == 1)
    }

    /// The log's header has 32 bytes, a frame 24 and a page.
    @Test(arguments: [0, 1, 31, 32, 4_151]) func aLogCutToNothingIsFound(size: Int) async throws {
        let path: TestDatabase
        do {
            let (database, store, shop) = try await filled(
                thenLogged: (50..<60).map { TestOrder("\($0)", at: 10) })
            try cut(database, to: size)
            await expectRefusal(database, store, shop)
            path = database
        }
        try await expectRepair(path, orders: "50")
    }

    @Test func aLogCutByItsLastByteIsFound() async throws {
        let path: TestDatabase
        do {
            let (database, store, shop) = try await filled(
                thenLogged: [TestOrder("one", at: 10)])
            try cut(database, to: try logBytes(database) - 1)
            await expectRefusal(database, store, shop)
            path = database
        }
        try await expectRepair(path, orders: "50")
    }

    /// The database contains the whole log already: half of it, read again, would mix two states.
    @Test func aCutLogThatIsWrittenBackIsFound() async throws {
        let path: TestDatabase
        do {
            let (database, store, shop) = try await filled(thenLogged: [])
            for index in 0..<20 {
                try await store.store([TestOrder("\(index)", at: 20 + Int64(index))], shop: shop)
            }
            try database.execute("PRAGMA wal_checkpoint(PASSIVE)")
            try cut(database, to: try logBytes(database) / 2)
            await expectRefusal(database, store, shop)
            #expect(try logBytes(database) == 0)
            path = database
        }
        #expect(try path.value("SELECT max(modified_at) FROM orders") == "39")
        try await expectRepair(path, orders: "50")
    }

    /// What SQLite does itself is no damage: another program's checkpoint, a log begun anew.
    @Test(arguments: ["TRUNCATE", "RESTART", "FULL", "PASSIVE"])
    func checkpointsAreNone(mode: String) async throws {
        let (database, store, shop) = try await filled(thenLogged: [TestOrder("one", at: 10)])
        for round in 0..<3 {
            try database.execute("PRAGMA wal_checkpoint(\(mode))")
            try await store.checkFiles()
            #expect(
                try await store.store([TestOrder("new \(round)", at: 20)], shop: shop).created == 1)
            try database.execute("CREATE TABLE theirs\(round) (a)")
            try await store.checkFiles()
        }
        #expect(try database.value("SELECT count(*) FROM orders") == "54")
        #expect(try database.value("PRAGMA integrity_check") == "ok")
    }

    /// A connection that only reads finds it when a page is missing.
    @Test func readersReportIt() async throws {
        let (database, store, _) = try await filled(thenLogged: [TestOrder("one", at: 10)])
        try cut(database, to: 0)
        #expect(throws: StoreError.logCutShort(path: database.path)) {
            try OrderStore.readStatus(
                path: database.path, day: "2025-11-11", now: UTCInstant(seconds: 5_000))
        }
        withExtendedLifetime(store) {}
    }
}
