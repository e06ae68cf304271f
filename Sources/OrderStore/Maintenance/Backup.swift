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
        let file = try openPartial()
        let orders = try copy(database)
        guard fsync(file.descriptor) == 0 else { throw failure(partial) }
        try putInPlace(file)
        var status = stat()
        fstat(file.descriptor, &status)
        return Report(orders: orders, bytes: Int64(status.st_size))
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

    /// An empty file that only its owner may read.
    private func openPartial() throws(StoreError) -> PartialFile {
        do throws(PartialFile.Failure) {
            return try PartialFile(
                path: partial, isPrivate: true, companions: Self.companions.map { partial + $0 })
        } catch {
            throw failure(error, partial)
        }
    }

    // MARK: The copy

    /// - Returns: the orders in it.
    private func copy(_ database: Database) throws(StoreError) -> Int64 {
        do throws(StoreError) {
            let statement = try database.prepare("VACUUM INTO :path")
            statement.bind(.path, partial)
            try statement.run()
        } catch {
            // The source is only read: what is full or cannot be written is the copy.
            switch error {
            case .diskFull: throw .diskFull(path: partial)
            case .readOnly: throw .cannotWrite(path: partial, reason: "no access")
            case .failed(_, let reason): throw .cannotWrite(path: partial, reason: reason)
            case .cannotOpen, .notADatabase, .foreignDatabase, .newerSchema, .olderSchema,
                .cannotWrite, .exists, .corrupt, .busy, .moved, .indexLost, .logCutShort,
                .hardLinked, .cursorMoved:
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

    private func putInPlace(_ file: PartialFile) throws(StoreError) {
        // Before the new file: an old log beside it would be read into it.
        if replaces { for companion in Self.companions { unlink(target + companion) } }
        do throws(PartialFile.Failure) {
            try file.put(at: target, replaces: replaces)
        } catch {
            if case .system(EEXIST) = error { throw .exists(path: target) }
            throw failure(error, target)
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

    private func failure(_ error: PartialFile.Failure, _ path: String) -> StoreError {
        switch error {
        case .busy: .busy(path: path)
        case .system(let code):
            .cannotWrite(path: path, reason: String(cString: strerror(code)))
        }
    }

    private func failure(_ path: String) -> StoreError {
        .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}
