import Glibc
import OrderStore
import ProgramSupport
import Synchronization

/// Held by the one process that syncs into a database; the kernel frees it however that ends.
///
/// There are two locks. `orders.db.lock` is there before the database is. The one on the database
/// itself holds under every name that leads to the file: hard links and bind mounts.
///
/// No descriptor of the database is ever closed: closing one would drop the locks that SQLite
/// holds for this process (sqlite.org/howtocorrupt.html, section 2.2).
final class DatabaseLock: Sendable {
    private let databasePath: String
    private let descriptor: Int32
    /// Of the database itself; nil while it does not exist.
    private let file = Mutex<Int32?>(nil)

    private static let attemptsMax = 4
    private static let pauseMicroseconds: UInt32 = 20_000

    init(databasePath: String) throws(CommandFailure) {
        self.databasePath = databasePath
        let path = "\(Self.realPath(databasePath)).lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw CommandFailure(
                .databaseUnusable,
                "\(path) cannot be made: \(String(cString: strerror(errno))); check that the "
                    + "folder exists and that this user may write to it")
        }
        Self.giveToOwner(descriptor, of: databasePath)
        guard Self.isTaken(descriptor) else {
            close(descriptor)
            throw Self.heldByAnother(databasePath)
        }
        do throws(CommandFailure) {
            try coverFile()
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Locks the database itself. To be called again once a new one has been made.
    func coverFile() throws(CommandFailure) {
        let isFree = file.withLock { held in
            guard held == nil, let opened = DatabaseDescriptors.open(databasePath) else {
                return true
            }
            // A file system without such locks leaves the other lock.
            guard Self.isTaken(opened) || errno != EWOULDBLOCK else {
                DatabaseDescriptors.giveBack(opened)
                return false
            }
            held = opened
            return true
        }
        guard isFree else { throw Self.heldByAnother(databasePath) }
    }

    /// Opens the database for a command that works beside a daemon. An older schema is migrated
    /// under the lock only: a daemon of the older version does not know the new tables.
    static func openStore(path: String) throws -> OrderStore {
        var lock: DatabaseLock?
        if let (found, newest) = try? DatabaseMigration.versions(path: path), found < newest {
            lock = try DatabaseLock(databasePath: path)
        }
        defer { withExtendedLifetime(lock) {} }
        return try OrderStore(path: path)
    }

    /// A process syncs into the database at present.
    static func isHeld(databasePath: String) -> Bool {
        if let file = DatabaseDescriptors.open(databasePath) {
            defer { DatabaseDescriptors.giveBack(file) }
            if isLocked(file) { return true }
        }
        let descriptor = open("\(realPath(databasePath)).lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return isLocked(descriptor)
    }

    private static func isLocked(_ descriptor: Int32) -> Bool {
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 {
            flock(descriptor, LOCK_UN)
            return false
        }
        return errno == EWOULDBLOCK
    }

    /// A command that looks whether a lock is held has it for that moment: asks more than once.
    private static func isTaken(_ descriptor: Int32) -> Bool {
        for attempt in 1...attemptsMax {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK, attempt < attemptsMax else { break }
            usleep(pauseMicroseconds)
        }
        return false
    }

    private static func heldByAnother(_ databasePath: String) -> CommandFailure {
        CommandFailure(
            .tryAgainLater,
            "another ordersync syncs into \(databasePath); stop it first "
                + "(systemctl stop ordersync)")
    }

    /// A command that root runs must not leave a lock that the daemon cannot open.
    private static func giveToOwner(_ descriptor: Int32, of path: String) {
        var database = stat()
        guard geteuid() == 0, stat(path, &database) == 0 else { return }
        _ = fchown(descriptor, database.st_uid, database.st_gid)
    }

    /// One file must not have two locks because a link leads to it.
    private static func realPath(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    deinit {
        file.withLock { held in
            guard let held else { return }
            flock(held, LOCK_UN)
            DatabaseDescriptors.giveBack(held)
        }
        close(descriptor)
    }
}
