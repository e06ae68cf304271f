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
