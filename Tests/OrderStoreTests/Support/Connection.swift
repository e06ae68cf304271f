import CSQLite

/// Another program's connection to a database: nothing of the store's own code.
final class Connection {
    struct Failure: Error {
        var code: Int32
        var reason: String
    }

    private let handle: OpaquePointer?

    init(_ path: String, isReadOnly: Bool = false) throws {
        var handle: OpaquePointer?
        let mode = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = sqlite3_open_v2(path, &handle, mode, nil)
        self.handle = handle
        sqlite3_busy_timeout(handle, 2_000)
        if code != SQLITE_OK { throw failure(code) }
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    func execute(_ sql: String) throws {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        if code != SQLITE_OK { throw failure(code) }
    }

    /// The rows of a query, each as its values joined by `|`; NULL is `-`.
    func rows(_ sql: String) throws -> [String] {
        var statement: OpaquePointer?
        var code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        if code != SQLITE_OK { throw failure(code) }
        defer { sqlite3_finalize(statement) }
        var rows: [String] = []
        while true {
            code = sqlite3_step(statement)
            guard code == SQLITE_ROW else { break }
            let values = (0..<sqlite3_column_count(statement)).map { column in
                sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "-"
            }
            rows.append(values.joined(separator: "|"))
        }
        if code != SQLITE_DONE { throw failure(code) }
        return rows
    }

    private func failure(_ code: Int32) -> Failure {
        Failure(code: code, reason: String(cString: sqlite3_errmsg(handle)))
    }

    /// The steps of a statement's plan; parameters stay unbound.
    func plan(_ sql: String) throws -> [String] {
        try rows("EXPLAIN QUERY PLAN \(sql)").compactMap {
            $0.split(separator: "|", maxSplits: 3).last.map(String.init)
        }
    }

    /// The instructions of a statement's program.
    func opcodes(_ sql: String) throws -> [String] {
        try rows("EXPLAIN \(sql)").compactMap {
            $0.split(separator: "|", omittingEmptySubsequences: false).dropFirst().first
                .map(String.init)
        }
    }
}
