import Foundation
import SyncCore
import Testing

@testable import OrderStore

@Suite struct BackupTests {
    private func filled() async throws -> TestDatabase {
        let database = try TestDatabase()
        _ = try await Haystack.fill(database, count: 40)
        return database
    }

    private func backup(
        _ database: TestDatabase, _ name: String = "copy.db", replaces: Bool = false
    ) throws(StoreError) -> Backup.Report {
        try Backup(
            source: database.path, target: "\(database.folder)/\(name)", replaces: replaces
        ).run()
    }

    private func names(_ database: TestDatabase) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: database.folder).sorted()
    }

    /// Another program in the middle of a transaction, and a daemon's open connection.
    @Test func aBackupIsOneMomentBesideAWriter() async throws {
        let database = try await filled()
        let content = try database.content()
        let store = try database.open()
        let other = try Connection(database.path)
        try other.execute("BEGIN IMMEDIATE; DELETE FROM orders")
        let report = try backup(database)
        try other.execute("ROLLBACK")
        #expect(report.orders == 40)
        let copy = try TestDatabase()
        try copy.write(
            Array(try Data(contentsOf: URL(filePath: database.folder + "/copy.db"))))
        #expect(Int64(try copy.bytes().count) == report.bytes)
        #expect(try copy.content() == content)
        #expect(try copy.value("PRAGMA user_version") == "\(Migrations.latest)")
        #expect(try DatabaseCheck.run(path: copy.path, now: UTCInstant(seconds: 9)).count > 5)
        // It can be synced into like the first.
        let restored = try copy.open()
        let shop = ShopID(1)
        #expect(try await restored.store([TestOrder("x", at: 1)], shop: shop).created == 1)
        #expect(try await store.store([TestOrder("x", at: 1)], shop: shop).created == 1)
        let mode = try FileManager.default.attributesOfItem(atPath: database.folder + "/copy.db")
        #expect(mode[.posixPermissions] as? Int == 0o600)
        #expect(try names(database).filter { $0.hasPrefix("copy") } == ["copy.db"])
    }

    @Test func aBackupReplacesOnlyOnRequest() async throws {
        let database = try await filled()
        let path = database.folder + "/copy.db"
        try Data("precious".utf8).write(to: URL(filePath: path))
        try Data("old log".utf8).write(to: URL(filePath: path + "-wal"))
        #expect(
            throws: StoreError.exists(path: path)
        ) { try backup(database) }
        #expect(try Data(contentsOf: URL(filePath: path)) == Data("precious".utf8))
        #expect(try backup(database, replaces: true).orders == 40)
        #expect(try Connection(path).rows("SELECT count(*) FROM orders") == ["40"])
        #expect(try !names(database).contains { $0.hasSuffix(".partial") } as Bool)
    }

    /// An old log beside a new file would be read into it.
    @Test func anOldLogIsInTheWay() async throws {
        let database = try await filled()
        let log = database.folder + "/copy.db-wal"
        try Data("old log".utf8).write(to: URL(filePath: log))
        #expect(throws: StoreError.exists(path: log)) { try backup(database) }
        _ = try backup(database, replaces: true)
        #expect(!FileManager.default.fileExists(atPath: log))
    }

    @Test(arguments: [
        ("orders.db", "it belongs to the database itself"),
        ("link.db", "it belongs to the database itself"),
        ("folder", "it is a folder"), ("pipe", "it is no file"),
        ("missing/copy.db", "No such file or directory"),
    ])
    func aBackupRefusesTargets(name: String, reason: String) async throws {
        let database = try await filled()
        let manager = FileManager.default
        try manager.createDirectory(
            atPath: database.folder + "/folder", withIntermediateDirectories: false)
        try manager.createSymbolicLink(
            atPath: database.folder + "/link.db", withDestinationPath: database.path)
        mkfifo(database.folder + "/pipe", 0o600)
        let before = try database.content()
        do throws(StoreError) {
            _ = try backup(database, name, replaces: true)
            Issue.record("written to \(name)")
        } catch {
            guard case .cannotWrite(_, reason) = error else {
                Issue.record("\(error)")
                return
            }
        }
        #expect(try database.content() == before)
    }

    /// What a killed backup left is no obstacle; one at work is.
    @Test func leftoversAreUsedAgain() async throws {
        let database = try await filled()
        let partial = database.folder + "/copy.db.partial"
        try Data(repeating: 0xA5, count: 100_000).write(to: URL(filePath: partial))
        let descriptor = open(partial, O_RDWR)
        flock(descriptor, LOCK_EX)
        #expect(throws: StoreError.busy(path: partial)) { try backup(database) }
        close(descriptor)
        #expect(try backup(database).orders == 40)
        #expect(!FileManager.default.fileExists(atPath: partial))
    }

    @Test func aFullDiskLeavesNothing() async throws {
        let database = try await filled()
        let device = "/dev/full"
        #expect(throws: StoreError.self) {
            try Backup(source: database.path, target: device, replaces: true).run()
        }
        #expect(!FileManager.default.fileExists(atPath: device + ".partial"))
    }

    /// Made before the migration, as the documentation advises.
    @Test func olderSchemasAreCopiedAsTheyAre() throws {
        let database = try TestDatabase.ofVersionOne()
        #expect(try backup(database).orders == 0)
        let copy = try Connection(database.folder + "/copy.db")
        #expect(try copy.rows("PRAGMA user_version") == ["1"])
    }
}
