import Glibc

/// Held by the one process that syncs into a database; the kernel frees it however that ends.
final class DatabaseLock: Sendable {
    private let descriptor: Int32

    private static let attemptsMax = 4
    private static let pauseMicroseconds: UInt32 = 20_000

    init(databasePath: String) throws(CommandFailure) {
        let path = "\(Self.realPath(databasePath)).lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw CommandFailure(
                .databaseUnusable,
                "\(path) cannot be made: \(String(cString: strerror(errno))); check that the "
                    + "folder exists and that this user may write to it")
        }
        Self.giveToOwner(descriptor, of: databasePath)
        // A command that looks whether it is held has it for that moment.
        var isOurs = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        for _ in 1..<Self.attemptsMax where !isOurs {
            usleep(Self.pauseMicroseconds)
            isOurs = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        }
        guard isOurs else {
            close(descriptor)
            throw CommandFailure(
                .tryAgainLater,
                "another ordersync syncs into \(databasePath); stop it first "
                    + "(systemctl stop ordersync)")
        }
    }

    /// A process syncs into the database at present.
    static func isHeld(databasePath: String) -> Bool {
        let descriptor = open("\(realPath(databasePath)).lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
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
        close(descriptor)
    }
}
