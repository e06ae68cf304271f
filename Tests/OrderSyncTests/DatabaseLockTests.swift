import Foundation
import Testing

@testable import OrderStore
@testable import OrderSync

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
            let inode = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber]
            let number = try #require(inode as? Int)
            // The kernel lists locks in pieces: while others come and go, one can be left out.
            let isLocked = try (0..<100).contains { _ in
                let locks = try String(contentsOfFile: "/proc/locks", encoding: .utf8)
                return locks.split(separator: "\n").contains {
                    $0.contains("POSIX") && $0.contains(":\(number) ")
                }
            }
            #expect(isLocked)
        }
    }
}
