import Foundation
import SyncCore
import Testing

@testable import OrderStore

/// Files that cannot be used are refused with the right error, and left as they are.
@Suite struct RefusalTests {
    private func refusal(_ path: String) -> StoreError? {
        do throws(StoreError) {
            _ = try OrderStore(path: path)
            return nil
        } catch {
            return error
        }
    }

    @Test func aForeignDatabaseIsRefused() throws {
        let database = try TestDatabase()
        try database.execute("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)")
        let before = try database.bytes()
        #expect(refusal(database.path) == .foreignDatabase(path: database.path))
        #expect(try database.bytes() == before)
        #expect(throws: StoreError.foreignDatabase(path: database.path)) {
            try OrderStore.probe(path: database.path)
        }
    }

    @Test func aForeignMarkIsRefused() throws {
        let database = try TestDatabase()
        try database.execute("PRAGMA user_version = 1")
        #expect(refusal(database.path) == .foreignDatabase(path: database.path))
    }

    @Test func aNewerSchemaIsRefused() throws {
        let database = try TestDatabase()
        _ = try database.open()
        let newer = Migrations.latest + 1
        try database.execute("PRAGMA user_version = \(newer)")
        let error = StoreError.newerSchema(
            path: database.path, found: newer, known: Migrations.latest)
        #expect(refusal(database.path) == error)
        #expect(throws: error) { try OrderStore.probe(path: database.path) }
        let now = UTCInstant(seconds: 1)
        #expect(throws: error) {
            try OrderStore.readStatus(path: database.path, day: "2025-11-11", now: now)
        }
    }

    @Test func aForeignFileIsRefused() throws {
        let database = try TestDatabase()
        let text = Array(String(repeating: "order,amount\n1,2\n", count: 500).utf8)
        try database.write(text)
        #expect(refusal(database.path) == .notADatabase(path: database.path))
        #expect(try database.bytes() == text)
    }

    @Test func aCorruptFileIsRefused() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        try await store.store((0..<500).map { TestOrder("\($0)", at: 10) }, shop: shop)
        try await store.checkpoint()
        var bytes = try database.bytes()
        for index in 200..<bytes.count { bytes[index] = 0xA5 }
        let copy = try TestDatabase()
        try copy.write(bytes)
        guard case .corrupt(copy.path, _) = refusal(copy.path) else {
            Issue.record("\(String(describing: refusal(copy.path)))")
            return
        }
    }

    /// Damage further inside is found at the write that meets it.
    @Test func aCorruptPageIsFoundByTheWrite() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        try await store.store((0..<500).map { TestOrder("\($0)", at: 10) }, shop: shop)
        try await store.checkpoint()
        let root = try database.value("SELECT rootpage FROM sqlite_schema WHERE name = 'orders'")
        let number = try #require(Int(root))
        var bytes = try database.bytes()
        for index in (number - 1) * 8_192..<number * 8_192 { bytes[index] = 0xA5 }
        let copy = try TestDatabase()
        try copy.write(bytes)
        let damaged = try copy.open()
        do {
            try await damaged.store([TestOrder("x", at: 11)], shop: shop)
            Issue.record("a damaged table was written")
        } catch let error as StoreError {
            guard case .corrupt = error else {
                Issue.record("\(error)")
                return
            }
            #expect(!error.isTransient)
        }
    }

    @Test(arguments: ["/missing/orders.db", "/file/orders.db", "/folder"])
    func aFolderThatCannotHoldTheFileIsRefused(place: String) throws {
        let database = try TestDatabase()
        try database.write([1], "")
        try FileManager.default.moveItem(atPath: database.path, toPath: database.folder + "/file")
        try FileManager.default.createDirectory(
            atPath: database.folder + "/folder", withIntermediateDirectories: false)
        let path = database.folder + place
        guard case .cannotOpen(path, _) = refusal(path) else {
            Issue.record("\(String(describing: refusal(path)))")
            return
        }
        guard place != "/folder" else { return }
        #expect(throws: StoreError.self) { try OrderStore.probe(path: path) }
    }

    /// Root may write anywhere, except into a file system that holds no files of ours.
    @Test func aFolderWithoutWriteAccessIsRefused() throws {
        let path = "/proc/ordersync-test.db"
        guard case .cannotOpen(path, _) = refusal(path) else {
            Issue.record("\(String(describing: refusal(path)))")
            return
        }
    }

    @Test(.enabled(if: getuid() != 0, "root may write to read-only files"))
    func aReadOnlyFileIsRefused() throws {
        let database = try TestDatabase()
        _ = try database.open()
        chmod(database.path, 0o400)
        #expect(refusal(database.path) == .readOnly(path: database.path))
    }

    @Test func aLockedDatabaseIsBusy() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        try await store.execute("PRAGMA busy_timeout = 20")
        let other = try Connection(database.path)
        try other.execute("BEGIN IMMEDIATE")
        await #expect(throws: StoreError.busy(path: database.path)) {
            try await store.store([TestOrder("1", at: 10)], shop: shop)
        }
        try other.execute("ROLLBACK")
        #expect(try await store.store([TestOrder("1", at: 10)], shop: shop).created == 1)
    }

    @Test func probeChangesNothing() throws {
        let database = try TestDatabase()
        #expect(try OrderStore.probe(path: database.path) == .new)
        #expect(!FileManager.default.fileExists(atPath: database.path))
        _ = try database.open()
        #expect(try OrderStore.probe(path: database.path) == .current)
    }

    @Test(arguments: [
        StoreError.cannotOpen(path: "/p", reason: "r"), .notADatabase(path: "/p"),
        .foreignDatabase(path: "/p"), .newerSchema(path: "/p", found: 9, known: 1),
        .readOnly(path: "/p"), .diskFull(path: "/p"), .corrupt(path: "/p", reason: "r"),
        .busy(path: "/p"), .failed(path: "/p", reason: "r"), .moved(path: "/p"),
        .indexLost(path: "/p"), .logCutShort(path: "/p"), .hardLinked(path: "/p", links: 2),
    ])
    func everyErrorIsOneLineWithThePlace(error: StoreError) {
        #expect(error.line.contains("/p"))
        #expect(!error.line.contains("\n"))
        // Only `db check` examines the file, and so only it may give it up.
        #expect(!error.line.contains("move it away"))
        #expect(!error.line.contains("move the file"))
    }
}
