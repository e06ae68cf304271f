internal import Glibc

/// Copies a database beside a running daemon, whole and verified, or not at all.
///
/// The copy is of one moment, is written under another name, examined, synced, and only then gets
/// its own: whoever finds the file finds a good one.
public struct Backup: Sendable {
    public let source: String
    public let target: String
    /// An older file of that name may go.
    public let replaces: Bool

    public init(source: String, target: String, replaces: Bool) {
        self.source = source
        // SQLite takes a name that begins with "file:" for an address.
        self.target = target.hasPrefix("/") ? target : "./\(target)"
        self.replaces = replaces
    }

    public struct Report: Equatable, Sendable {
        public var orders: Int64
        public var bytes: Int64
    }

    /// Files that SQLite keeps beside a database: they would be taken for the copy's.
    private static let companions = ["-wal", "-shm", "-journal"]
    private var partial: String { "\(target).partial" }

    public func run() throws(StoreError) -> Report {
        let database = try ExistingDatabase.open(path: source, isReadOnly: true)
        try checkTarget()
        let descriptor = try openPartial()
        defer { close(descriptor) }
        do throws(StoreError) {
            let orders = try copy(database)
            guard fsync(descriptor) == 0 else { throw failure(partial) }
            try putInPlace()
            var status = stat()
            fstat(descriptor, &status)
            return Report(orders: orders, bytes: Int64(status.st_size))
        } catch {
            unlink(partial)
            throw error
        }
    }

    // MARK: Before

    private func checkTarget() throws(StoreError) {
        for name in [target] + Self.companions.map({ target + $0 }) {
            var status = stat()
            guard lstat(name, &status) == 0 else { continue }
            guard status.st_mode & S_IFMT != S_IFDIR else {
                throw .cannotWrite(path: name, reason: "it is a folder")
            }
            try refuseOwnFiles(name)
            guard replaces else {
                throw .exists(path: name)
            }
            guard status.st_mode & S_IFMT == S_IFREG || status.st_mode & S_IFMT == S_IFLNK else {
                throw .cannotWrite(path: name, reason: "it is no file")
            }
        }
    }

    private func refuseOwnFiles(_ name: String) throws(StoreError) {
        var status = stat()
        guard stat(name, &status) == 0 else { return }
        for own in [source, "\(source).lock"] + Self.companions.map({ source + $0 }) {
            var mine = stat()
            guard stat(own, &mine) == 0, mine.st_ino == status.st_ino,
                mine.st_dev == status.st_dev
            else { continue }
            throw .cannotWrite(path: name, reason: "it belongs to the database itself")
        }
    }

    /// An empty file that only its owner may read, locked: what a killed backup left is used again.
    private func openPartial() throws(StoreError) -> Int32 {
        let descriptor = open(partial, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure(partial) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .busy(path: partial)
        }
        guard fchmod(descriptor, 0o600) == 0, ftruncate(descriptor, 0) == 0 else {
            let failure = failure(partial)
            close(descriptor)
            throw failure
        }
        for companion in Self.companions { unlink(partial + companion) }
        return descriptor
    }

    // MARK: The copy

    /// - Returns: the orders in it.
    private func copy(_ database: Database) throws(StoreError) -> Int64 {
        do throws(StoreError) {
            let statement = try database.prepare("VACUUM INTO ?1")
            statement.bind(1, partial)
            try statement.run()
        } catch {
            // The source is only read: what is full or cannot be written is the copy.
            switch error {
            case .diskFull: throw .diskFull(path: partial)
            case .readOnly: throw .cannotWrite(path: partial, reason: "no access")
            case .failed(_, let reason): throw .cannotWrite(path: partial, reason: reason)
            case .cannotOpen, .notADatabase, .foreignDatabase, .newerSchema, .olderSchema,
                .cannotWrite, .exists, .corrupt, .busy, .moved, .indexLost, .hardLinked,
                .cursorMoved:
                throw error
            }
        }
        let copy = try Database(path: partial, isReadOnly: true)
        let problems = try DatabaseCheck.integrityProblems(copy)
        guard problems.isEmpty, try Migrations.check(copy) > 0 else {
            throw .corrupt(path: partial, reason: problems.first ?? "no schema")
        }
        return try copy.integer("SELECT count(*) FROM orders")
    }

    // MARK: After

    private func putInPlace() throws(StoreError) {
        if replaces {
            // Before the new file: an old log beside it would be read into it.
            for companion in Self.companions { unlink(target + companion) }
            guard rename(partial, target) == 0 else { throw failure(target) }
        } else if link(partial, target) == 0 {
            unlink(partial)
        } else if errno == EEXIST {
            throw .exists(path: target)
        } else {
            // A file system without links.
            guard access(target, F_OK) != 0, rename(partial, target) == 0 else {
                throw failure(target)
            }
        }
        try syncFolder()
    }

    /// The new name is as durable as the content.
    private func syncFolder() throws(StoreError) {
        let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder) }
        defer { close(descriptor) }
        // Some file systems know no such sync.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(folder) }
    }

    private func failure(_ path: String) -> StoreError {
        .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}
