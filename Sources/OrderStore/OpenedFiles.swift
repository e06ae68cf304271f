internal import Glibc

/// Which files a database was opened as: a name can come to mean another one meanwhile, and what
/// is then written goes into a file that nobody will ever open again.
struct OpenedFiles: Sendable {
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
    private let main: Identity?
    private let log: Identity?

    /// Descriptors looked through: a daemon has some dozens open.
    private static let descriptorsMax: Int32 = 1_024

    init(path: String) {
        self.path = path
        main = Identity(path)
        log = Identity("\(path)-wal")
    }

    /// The names still lead to the files that were opened.
    var areInPlace: Bool {
        Identity(path) == main && (log == nil || Identity("\(path)-wal") == log)
    }

    /// The database has no name left: its content goes with the last process that has it open.
    var isDeleted: Bool {
        (0..<Self.descriptorsMax).contains { descriptor in
            var status = stat()
            return fstat(descriptor, &status) == 0 && Identity(status) == main
                && status.st_nlink == 0
        }
    }

    var logBytes: Int64 {
        var status = stat()
        return stat("\(path)-wal", &status) == 0 ? Int64(status.st_size) : 0
    }
}
