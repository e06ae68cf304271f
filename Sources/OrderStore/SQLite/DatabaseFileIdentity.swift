internal import Glibc

/// The files that a database was opened as: the database, its log (`-wal`) and the index of the
/// log (`-shm`), which also holds the locks.
///
/// A name can lead to another file later. A program that opens the names then shares neither the
/// content nor the locks with this process, and if both write, the database is damaged.
struct DatabaseFileIdentity: Sendable {
    enum Change: Equatable, Sendable {
        /// The database or its log has lost its name.
        case moved
        /// Only the index has: other programs make a new one and lock that one.
        case indexLost
    }

    private struct Identity: Equatable, Sendable {
        var device: UInt
        var number: UInt

        /// Nil when there is no such file.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            self.init(status)
        }

        init(_ status: stat) {
            device = UInt(status.st_dev)
            number = UInt(status.st_ino)
        }
    }

    private let path: String
    /// Where SQLite puts the companions: beside the file that a symbolic link leads to.
    private let realPath: String
    private let main: Identity?
    private let log: Identity?
    private let index: Identity?

    /// Descriptors looked through: a daemon has some dozens open, other programs can have more.
    private static var descriptorsMax: Int32 {
        Int32(max(1_024, min(65_536, sysconf(Int32(_SC_OPEN_MAX)))))
    }

    /// - Parameter realPath: the path without symbolic links, as SQLite resolved it.
    init(path: String, realPath: String) {
        self.path = path
        self.realPath = realPath
        main = Identity(path)
        log = Identity("\(realPath)-wal")
        index = Identity("\(realPath)-shm")
    }

    /// What has changed since the files were opened; nil while every name leads to its file.
    var change: Change? {
        guard Identity(path) == main, log == nil || Identity("\(realPath)-wal") == log else {
            return .moved
        }
        return indexIsInPlace ? nil : .indexLost
    }

    var indexIsInPlace: Bool { index == nil || Identity("\(realPath)-shm") == index }

    /// Another program may have opened the names with its own locks: there is a new index.
    var hasForeignIndex: Bool {
        guard let index, let found = Identity("\(realPath)-shm") else { return false }
        return found != index
    }

    /// The database has no name left: its content goes with the last process that has it open.
    var isDeleted: Bool {
        (0..<Self.descriptorsMax).contains { descriptor in
            var status = stat()
            return fstat(descriptor, &status) == 0 && Identity(status) == main
                && status.st_nlink == 0
        }
    }

    /// The database's own name leads to the file that was opened.
    var mainIsInPlace: Bool { Identity(path) == main }

    /// The log's name leads to the file that was opened.
    var logIsInPlace: Bool { log == nil || Identity("\(realPath)-wal") == log }

    /// There was a log when the files were opened.
    var hasLog: Bool { log != nil && index != nil }

    /// Empties the log; its descriptor carries no locks.
    func emptyLog() {
        truncate("\(realPath)-wal", 0)
    }

    var logBytes: Int64 {
        var status = stat()
        return stat("\(realPath)-wal", &status) == 0 ? Int64(status.st_size) : 0
    }

    /// How many names a file has; nil when there is no such regular file.
    static func linkCount(_ path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_nlink)
    }
}
