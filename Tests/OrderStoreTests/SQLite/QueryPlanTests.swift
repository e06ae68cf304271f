import SyncCore
import Testing

@testable import OrderStore

/// What the statements of the writer and of the status page cost in a large database. Each is
/// prepared once, with the file: SQLite plans it with the statistics that are there then.
@Suite struct QueryPlanTests {
    /// Tables that grow with the orders, and those that a shop or an app has few rows of.
    private static let small: Set<String> = [
        "shops", "checkpoints", "windows", "quota_usage", "bans", "carriers", "index_lag", "audits",
        "verifications", "purges", "call_classes", "stream_errors", "sellers",
        // What `[[price_watch]]` names.
        "goods_watch", "watched",
        // `RejectedRowWriter.entriesMax` for each shop.
        "rejected_rows",
        // A parameter that contains a list.
        "json_each",
    ]

    /// Rows of a database with two million orders in ten shops, and how many of them share each
    /// leading part of an index, as ANALYZE would count them.
    private static let statistics = [
        ("orders", "orders_by_modified", "2000000 200000 2"),
        ("orders", "orders_by_created", "2000000 200000 2"),
        ("orders", "sqlite_autoindex_orders_1", "2000000 200000 1"),
        ("shipments", "shipments_by_poll", "60000 6000 20"),
        ("shipments", "shipments", "2200000 220000 2 1"),
        ("refunds", "refunds_by_order", "100000 10000 1"),
        ("refunds", "refunds_by_modified", "100000 10000 2"),
        ("detail_queue", "detail_queue_by_priority", "100000 10000 5000 20 1"),
    ]

    /// What the status page may read much of.
    private static let counts = [
        // `WatchCounter` limits these to a fiftieth of the time.
        "SELECT count(*)", "SELECT coalesce(sum(state", "SELECT created_at / 3600, count(*)",
        // The newest thirty, in the order of the key.
        "SELECT seq, changed_at, shop_id",
    ]

    /// An empty file, with the statistics of a large one if it is to have them.
    private func database(hasStatistics: Bool) throws -> TestDatabase {
        let database = try TestDatabase()
        _ = try database.open()
        guard hasStatistics else { return database }
        try database.execute("ANALYZE")
        for (table, index, counts) in Self.statistics {
            try database.execute(
                "INSERT INTO sqlite_stat1 VALUES ('\(table)', '\(index)', '\(counts)')")
        }
        return database
    }

    /// The steps of the statements that read what grows, each with its statement.
    private func scans(_ statements: [String], _ database: TestDatabase) throws -> [String] {
        let connection = try Connection(database.path, isReadOnly: true)
        return try statements.flatMap { sql in
            let verb = sql.prefix { !$0.isWhitespace }.uppercased()
            guard ["SELECT", "UPDATE", "DELETE", "INSERT", "WITH"].contains(verb) else {
                return [String]()
            }
            return try connection.plan(sql).filter(Self.scansWhatGrows).map { "\($0)\n\(sql)" }
        }
    }

    @Test(arguments: [false, true])
    func noStatementOfTheWriterScansWhatGrows(hasStatistics: Bool) async throws {
        let database = try database(hasStatistics: hasStatistics)
        let store = try database.open()
        let statements = await store.preparedSQL
        #expect(statements.count > 80)
        #expect(try scans(statements, database) == [])
    }

    @Test(arguments: [false, true])
    func noStatementOfTheStatusPageScansWhatGrowsUncounted(hasStatistics: Bool) throws {
        let database = try database(hasStatistics: hasStatistics)
        let statements = try WatchReader(path: database.path).preparedSQL
        #expect(statements.count > 20)
        let uncounted = statements.filter { sql in
            !Self.counts.contains { sql.hasPrefix($0) }
        }
        #expect(try scans(uncounted, database) == [])
    }

    /// SQLite's own choice where the plus of `lastPolls` does not forbid it.
    @Test func aScanOfPolledParcelsIsFound() throws {
        let database = try database(hasStatistics: false)
        let slow = ShipmentSQL.lastPolls.replacing("+next_poll_at", with: "next_poll_at")
        #expect(slow != ShipmentSQL.lastPolls)
        #expect(try scans([slow], database).count == 1)
    }

    /// A step that reads a whole table or index, or all rows of a shop in it, or an open range of
    /// them.
    private static func scansWhatGrows(_ step: String) -> Bool {
        let words = step.split(separator: " ").map(String.init)
        guard words.count > 1, words[0] == "SCAN" || words[0] == "SEARCH" else { return false }
        if small.contains(words[1]) { return false }
        return words[0] == "SCAN" || step.contains(/\(shop_id=\?( AND \w+[<>]\?)?\)$/)
    }

    /// `x IN (…)` with more than two constants costs a b-tree for each row.
    @Test func noConstraintBuildsATable() throws {
        let database = try TestDatabase()
        _ = try database.open()
        let reader = try Connection(database.path)
        let tables = try reader.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        #expect(tables.count > 20)
        for table in tables {
            let columns = try reader.rows("SELECT name FROM pragma_table_info('\(table)')")
            let values = columns.map { _ in "?" }.joined(separator: ", ")
            let opcodes = try reader.opcodes("INSERT INTO \(table) VALUES (\(values))")
            #expect(opcodes.contains("MakeRecord"), "\(table)")
            #expect(!opcodes.contains("OpenEphemeral"), "\(table)")
        }
    }
}
