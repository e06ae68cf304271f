import CSQLite
import Foundation

/// Queries of a test over a daemon's database, on a connection of their own each.
enum Queries {
    private static let busyMilliseconds: Int32 = 5_000

    /// The rows as sqlite3 shows them: values joined by `|`, NULL as nothing.
    static func rows(_ sql: String, of path: String) throws -> [String] {
        try withConnection(path, SQLITE_OPEN_READONLY) { connection in
            var statement: OpaquePointer?
            guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK else {
                throw failure(connection, sql)
            }
            defer { sqlite3_finalize(statement) }
            var rows: [String] = []
            while true {
                switch sqlite3_step(statement) {
                case SQLITE_ROW:
                    let values = (0..<sqlite3_column_count(statement)).map { column in
                        sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
                    }
                    rows.append(values.joined(separator: "|"))
                case SQLITE_DONE: return rows
                default: throw failure(connection, sql)
                }
            }
        }
    }

    /// Runs statements as another program that may write.
    static func execute(_ sql: String, on path: String) throws {
        try withConnection(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) { connection in
            guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else {
                throw failure(connection, sql)
            }
        }
    }

    private static func withConnection<Value>(
        _ path: String, _ flags: Int32, _ work: (OpaquePointer?) throws -> Value
    ) throws -> Value {
        var connection: OpaquePointer?
        defer { sqlite3_close_v2(connection) }
        guard sqlite3_open_v2(path, &connection, flags, nil) == SQLITE_OK else {
            throw failure(connection, path)
        }
        sqlite3_busy_timeout(connection, busyMilliseconds)
        return try work(connection)
    }

    private static func failure(_ connection: OpaquePointer?, _ what: String) -> Child.Failure {
        let reason = String(cString: sqlite3_errmsg(connection))
        return Child.Failure(description: "\(reason): \(what.prefix(80))")
    }
}
