import ArgumentParser
import Foundation
import Testing

@testable import OrderStore
@testable import OrderSync
@testable import ProgramSupport

/// One process syncs into a database, whatever name it is opened by.
@Suite struct DatabaseLockTests {
    private let folder = NSTemporaryDirectory() + "ordersync-lock-" + UUID().uuidString
    private var path: String { "\(folder)/orders.db" }

    private func inFolder(_ body: () throws -> Void) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body()
    }

    private func expectHeld(_ path: String) {
        #expect(DatabaseLock.isHeld(databasePath: path))
        let failure = #expect(throws: CommandFailure.self) {
            _ = try DatabaseLock(databasePath: path)
        }
        #expect(failure?.status == .tryAgainLater)
    }

    /// A hard link in another folder has another `.lock` file, as a bind mount has.
    @Test(arguments: [true, false])
    func everyNameIsLocked(isNew: Bool) throws {
        try inFolder {
            let other = "\(folder)/other"
            try FileManager.default.createDirectory(
                atPath: other, withIntermediateDirectories: true)
            if !isNew { try Data().write(to: URL(filePath: path)) }
            var lock: DatabaseLock? = try DatabaseLock(databasePath: path)
            if isNew {
                try Data().write(to: URL(filePath: path))
                try lock?.coverFile()
            }
            try FileManager.default.linkItem(atPath: path, toPath: "\(other)/link.db")
            try FileManager.default.createSymbolicLink(
                atPath: "\(other)/symbolic.db", withDestinationPath: path)
            for name in [path, "\(other)/link.db", "\(other)/symbolic.db"] { expectHeld(name) }
            lock = nil
            #expect(!DatabaseLock.isHeld(databasePath: path))
            _ = try DatabaseLock(databasePath: "\(other)/link.db")
        }
    }

    /// `verify` and `backfill` of a new version must not migrate under a daemon of the old one.
    @Test func anOldFileIsMigratedUnderTheLockOnly() async throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func version() throws -> Int64 { try DatabaseMigration.versions(path: path).found }
        do {
            let old = try Database(path: path)
            try old.execute(
                String(decoding: Migrations.steps[0], as: UTF8.self)
                    + "; PRAGMA application_id = \(Migrations.applicationID); "
                    + "PRAGMA user_version = 1")
        }
        var lock: DatabaseLock? = try DatabaseLock(databasePath: path)
        let config = "\(folder)/ordersync.toml"
        try Data(
            """
            [store]
            path = "orders.db"
            [[app]]
            name = "main"
            key = "1"
            secret = "s"
            gateway = "http://127.0.0.1:1/rest"
            [[shop]]
            name = "one"
            app = "main"
            session = "t"
            """.utf8
        ).write(to: URL(filePath: config))
        let range = ["one", "--from", "2025-11-11", "--to", "2025-11-11", "--config", config]
        for command in [["verify"] + range, ["backfill"] + range] {
            var parsed = try #require(
                try OrderSyncCommand.parseAsRoot(command) as? any AsyncParsableCommand)
            do {
                try await parsed.run()
                Issue.record("\(command[0]) ran")
            } catch {
                #expect(OrderSyncCommand.exitCode(for: error).rawValue == 75)
            }
            #expect(try version() == 1)
        }
        withExtendedLifetime(lock) {}
        lock = nil
        let store = try DatabaseLock.openStore(path: path)
        #expect(try version() == Migrations.latest)
        #expect(!DatabaseLock.isHeld(databasePath: path))
        // A current file needs no lock: the daemon has it.
        lock = try DatabaseLock(databasePath: path)
        _ = try DatabaseLock.openStore(path: path)
        withExtendedLifetime((lock, store)) {}
    }

    /// Closing a descriptor of the file would drop them.
    @Test func theLocksOfSQLiteStay() throws {
        try inFolder {
            let store = try OrderStore(path: path)
            defer { withExtendedLifetime(store) {} }
            for _ in 0..<3 {
                #expect(!DatabaseLock.isHeld(databasePath: path))
                let lock = try DatabaseLock(databasePath: path)
                withExtendedLifetime(lock) {}
            }
            // A lock of an open file description is in conflict with those of this process, too.
            // Closing the descriptor drops those, so this comes last.
            let descriptor = open(path, O_RDWR | O_CLOEXEC)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            var wanted = flock()
            wanted.l_type = Int16(F_WRLCK)
            let getLock: Int32 = 36  // F_OFD_GETLK of <fcntl.h>, for _GNU_SOURCE alone.
            #expect(fcntl(descriptor, getLock, &wanted) == 0)
            #expect(Int32(wanted.l_type) != F_UNLCK)
        }
    }
}
