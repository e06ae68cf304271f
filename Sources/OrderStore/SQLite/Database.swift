internal import CSQLite
internal import Glibc

/// One SQLite connection. Not thread-safe: whoever holds it uses it from one place at a time.
final class Database {
    let path: String
    private let handle: OpaquePointer
    /// The files as they were opened; nil for a connection that does not watch them.
    private(set) var files: DatabaseFileIdentity?

    /// How long a statement waits for another program's lock. The engine tries again after it, so
    /// it need only be shorter than the five seconds in which SIGTERM ends the program.
    private static let busyMilliseconds: Int32 = 4_000
    /// How long `truncateLog` waits for readers.
    private static let truncateMilliseconds: Int32 = 250

    /// Opens for writing, or for reading beside a writer.
    init(path: String, isReadOnly: Bool = false) throws(StoreError) {
        self.path = path
        _ = Self.libraryIsSetUp
        // SQLite names the log and the index after the name that it opens: under two names one
        // file would have two logs and two sets of locks.
        if let links = DatabaseFileIdentity.linkCount(path), links > 1 {
            throw .hardLinked(path: path, links: links)
        }
        var handle: OpaquePointer?
        let mode = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = sqlite3_open_v2(path, &handle, mode | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            let reason = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(handle)
            throw .cannotOpen(path: path, reason: reason)
        }
        self.handle = handle
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, Self.busyMilliseconds)
    }

    deinit {
        if files != nil, logIsCutShort { keepLogUntouched() }
        sqlite3_close_v2(handle)
    }

    /// Once per process, before SQLite is used: no statistics of memory, which would take a lock
    /// at every allocation.
    private static let libraryIsSetUp = csqlite_config_int(SQLITE_CONFIG_MEMSTATUS, 0)

    /// - Parameter ignored: parameters that may be bound although the statement does not have them.
    func prepare(
        _ sql: String, ignoring ignored: [String] = []
    ) throws(StoreError) -> Statement {
        var statement: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = sqlite3_prepare_v3(handle, sql, -1, flags, &statement, nil)
        guard code == SQLITE_OK, let statement else { throw error(code) }
        return Statement(statement, database: self, ignoring: ignored)
    }

    /// The text of every statement that is prepared on the connection now.
    var preparedSQL: [String] {
        var texts: [String] = []
        var statement = sqlite3_next_stmt(handle, nil)
        while let current = statement {
            if let text = sqlite3_sql(current) { texts.append(String(cString: text)) }
            statement = sqlite3_next_stmt(handle, current)
        }
        return texts
    }

    /// Runs statements that answer nothing.
    func execute(_ sql: String) throws(StoreError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// The first column of the first row.
    func integer(_ sql: String) throws(StoreError) -> Int64 {
        let statement = try prepare(sql)
        guard try statement.step() else { return 0 }
        return statement.integer(0)
    }

    /// Runs `body` in one transaction: all of it is stored, or nothing.
    func transaction<Result>(
        _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try checkFiles()
        try execute("BEGIN IMMEDIATE")
        do {
            let result = try body()
            // Again: a transaction can take long, and another program may lock a new index.
            try checkFiles()
            try execute("COMMIT")
            return result
        } catch {
            // SQLite may have rolled back automatically, on a full disk for one.
            if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    // MARK: Files

    /// From now on no transaction writes once a name leads to another file. To be called when the
    /// log and its index are there, after the first statement that reads.
    func watchFiles() {
        let real = sqlite3_db_filename(handle, "main").map { String(cString: $0) } ?? ""
        files = DatabaseFileIdentity(path: path, realPath: real.isEmpty ? path : real)
    }

    /// Refuses to write where another program may write under other locks.
    func checkFiles() throws(StoreError) {
        guard let files else { return }
        if let change = files.change {
            if !files.indexIsInPlace { keepLogUntouched() }
            throw Self.error(change, path)
        }
        if logIsCutShort {
            keepLogUntouched()
            throw .logCutShort(path: path)
        }
    }

    /// The log is shorter than its index says: something else has cut it. What SQLite appends then
    /// leaves a hole, which reads as zeros and would be written back into the database.
    private var logIsCutShort: Bool {
        guard let files, files.hasLog, files.change == nil, let before = logIndex else {
            return false
        }
        let bytes = files.logBytes
        // Unchanged meanwhile: no other program has appended, or emptied the log as SQLite does.
        guard let after = logIndex, after == before else { return false }
        if bytes < before.writtenBackBytes {
            // The rest would be read into a database that contains more, page by page. The
            // database alone is a whole state.
            files.emptyLog()
        }
        return bytes < before.bytes
    }

    /// How long the log is by its index.
    private struct LogIndex: Equatable {
        var bytes: Int64
        /// Of the part that the database contains already.
        var writtenBackBytes: Int64
        var salt: UInt32
    }

    /// Nil where there is none, and while another program changes it.
    private var logIndex: LogIndex? {
        var index = csqlite_log_index()
        guard csqlite_read_log_index(handle, &index) != 0 else { return nil }
        func bytes(_ frames: UInt32) -> Int64 {
            frames == 0 ? 0 : 32 + Int64(frames) * (24 + Int64(index.page_size))
        }
        return LogIndex(
            bytes: bytes(index.frame_count), writtenBackBytes: bytes(index.written_back_count),
            salt: index.salt)
    }

    private static func error(_ change: DatabaseFileIdentity.Change, _ path: String) -> StoreError {
        switch change {
        case .moved: .moved(path: path)
        case .indexLost: .indexLost(path: path)
        }
    }

    /// Closing the last connection writes the log back and empties it. By an index that other
    /// programs do not share this would destroy what they have written since.
    private func keepLogUntouched() {
        _ = csqlite_db_config_int(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    }

    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    var lastInsertRowID: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Rows that the latest statement wrote.
    var changedRowCount: Int { Int(sqlite3_changes(handle)) }

    /// Keeps the write-ahead log when the last connection closes, so that a reader without write
    /// access can still open the database.
    func keepWriteAheadLog() {
        var on: Int32 = 1
        sqlite3_file_control(handle, "main", SQLITE_FCNTL_PERSIST_WAL, &on)
    }

    /// Empties the write-ahead log, waiting a moment only: readers and writers wait meanwhile.
    /// - Returns: false if another program reads what only the log holds, or writes.
    func truncateLog() throws(StoreError) -> Bool {
        sqlite3_busy_timeout(handle, Self.truncateMilliseconds)
        defer { sqlite3_busy_timeout(handle, Self.busyMilliseconds) }
        return try integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0
    }

    func releaseMemory() {
        sqlite3_db_release_memory(handle)
    }

    /// The codes of SQLITE_IOERR that a failed write has: WRITE, FSYNC, DIR_FSYNC, TRUNCATE,
    /// SHMOPEN, SHMSIZE, SHMMAP.
    private static let writeFailures = Set<Int32>(
        [3, 4, 5, 6, 18, 19, 21].map { SQLITE_IOERR | $0 << 8 })
    /// EFBIG, ENOSPC, EDQUOT; SQLite does not report them for a commit.
    private static let noRoom: [Int32] = [27, 28, 122]

    func error(_ code: Int32) -> StoreError {
        let reason = String(cString: sqlite3_errmsg(handle))
        if [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 0xFF), let change = files?.change {
            // Read through files that do not belong together: the database may well be intact.
            return Self.error(change, path)
        }
        // Only a log that is shorter than its index ends within a page.
        if code == SQLITE_IOERR | 2 << 8 { return .logCutShort(path: path) }
        switch code & 0xFF {
        case SQLITE_FULL: return .diskFull(path: path)
        case SQLITE_READONLY, SQLITE_PERM: return .readOnly(path: path)
        case SQLITE_CORRUPT: return .corrupt(path: path, reason: reason)
        case SQLITE_NOTADB: return .notADatabase(path: path)
        case SQLITE_BUSY, SQLITE_LOCKED: return .busy(path: path)
        case SQLITE_CANTOPEN: return .cannotOpen(path: path, reason: reason)
        case SQLITE_IOERR where Self.noRoom.contains(sqlite3_system_errno(handle)):
            return .diskFull(path: path)
        case SQLITE_IOERR where Self.writeFailures.contains(code):
            let number = sqlite3_system_errno(handle)
            let cause = number == 0 ? "" : ": \(String(cString: strerror(number)))"
            return .cannotWrite(path: path, reason: reason + cause)
        default: return .failed(path: path, reason: reason)
        }
    }
}
