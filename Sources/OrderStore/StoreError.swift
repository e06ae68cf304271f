/// The database cannot do what was asked. Each says in one line what to do next.
public enum StoreError: Error, Equatable, Sendable {
    case cannotOpen(path: String, reason: String)
    case notADatabase(path: String)
    case foreignDatabase(path: String)
    case newerSchema(path: String, found: Int64, known: Int64)
    case olderSchema(path: String, found: Int64, known: Int64)
    case readOnly(path: String)
    /// A write failed, of the database or of a backup.
    case cannotWrite(path: String, reason: String)
    /// A file of that name is there and may not be replaced.
    case exists(path: String)
    case diskFull(path: String)
    case corrupt(path: String, reason: String)
    case busy(path: String)
    /// The file that was opened no longer has its name, or its log has lost its own.
    case moved(path: String)
    /// The index of the log (`-shm`), which holds the locks, was deleted or replaced.
    case indexLost(path: String)
    /// The log (`-wal`) is shorter than what was written into it.
    case logCutShort(path: String)
    /// The file has more than one name.
    case hardLinked(path: String, links: Int)
    /// Another writer moved the stream's cursor since it was read.
    case cursorMoved(stream: String, expected: Int64)
    case failed(path: String, reason: String)

    /// One line for the operator.
    public var line: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "database \(path) cannot be opened: \(reason); check that the folder exists and that "
                + "this user may write to it"
        case .notADatabase(let path):
            "\(path) is not a SQLite database; check [store] path. If the database was there, "
                + "something overwrote the file: restore a backup"
        case .foreignDatabase(let path):
            "\(path) is a database of another program; set [store] path to a new file"
        case .newerSchema(let path, let found, let known):
            "database \(path) has schema version \(found), this ordersync knows \(known); "
                + "install the newer ordersync"
        case .olderSchema(let path, let found, let known):
            "database \(path) has schema version \(found), this needs \(known); run "
                + "`ordersync db migrate`"
        case .cannotWrite(let path, let reason):
            "\(path) cannot be written: \(reason); check the disk, and that its file system is "
                + "mounted for writing"
        case .exists(let path):
            "\(path) exists already; choose another name, or replace it with --force"
        case .readOnly(let path):
            "database \(path) cannot be written; check the owner and mode of the file and its "
                + "folder"
        case .diskFull(let path):
            "no space left for database \(path) (disk, quota or size limit); free some, nothing "
                + "is lost"
        case .corrupt(let path, let reason):
            "SQLite reports damage in database \(path) (\(reason)). Stop the service, run: "
                + "ordersync db check"
        case .moved(let path):
            "database \(path) was moved, deleted or replaced while ordersync had it open; stop "
                + "the service before you touch its files"
        case .indexLost(let path):
            "\(path)-shm was deleted or replaced while ordersync had the database open; ordersync "
                + "stopped writing, and every stored order is still in the database and its -wal. "
                + "Start it again; do not touch -wal and -shm while the service runs"
        case .logCutShort(let path):
            "\(path)-wal was cut short while ordersync had the database open; ordersync stopped "
                + "writing. Start it again: the database goes back to the state of its last "
                + "checkpoint, and the platform is read again from there. Do not touch -wal and "
                + "-shm while the service runs"
        case .hardLinked(let path, let links):
            "database \(path) has \(links) hard links; two programs that open different names "
                + "would damage it. Find the other names with `find DIRECTORY -xdev -samefile "
                + "\(path)` and remove them; only then can `ordersync db backup` copy it"
        case .busy(let path):
            "database \(path) is locked by another program for too long; close it"
        case .cursorMoved(let stream, let expected):
            "stream \(stream) was moved from \(expected) by another ordersync; run only one"
        case .failed(let path, let reason):
            "database \(path): \(reason)"
        }
    }

    /// Waiting may help: the same write can be tried again.
    public var isTransient: Bool {
        switch self {
        case .diskFull, .busy, .failed, .readOnly, .cannotWrite: true
        case .cannotOpen, .notADatabase, .foreignDatabase, .newerSchema, .olderSchema, .corrupt,
            .exists, .moved, .indexLost, .logCutShort, .hardLinked, .cursorMoved:
            false
        }
    }
}
