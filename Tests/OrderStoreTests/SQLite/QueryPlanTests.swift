import SyncCore
import Testing

@testable import OrderStore

/// What the writer's statements cost in a large database. Each is prepared once, with the file:
/// SQLite plans it with the statistics that are there then.
@Suite struct QueryPlanTests {
    /// Tables that grow with the orders, and those that a shop or an app has few rows of.
    private static let small: Set<String> = [
        "shops", "checkpoints", "windows", "quota_usage", "bans", "carriers", "index_lag", "audits",
        "verifications", "purges", "calls_by_class", "stream_errors", "sellers",
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

    @Test(arguments: [false, true])
    func noStatementOfTheWriterScansWhatGrows(hasStatistics: Bool) async throws {
        let database = try TestDatabase()
        _ = try database.open()
        if hasStatistics {
            try database.execute("ANALYZE")
            for (table, index, counts) in Self.statistics {
                try database.execute(
                    "INSERT INTO sqlite_stat1 VALUES ('\(table)', '\(index)', '\(counts)')")
            }
        }
        let store = try database.open()
        let statements = await store.preparedSQL
        #expect(statements.count > 80)
        for sql in statements {
            let bare = sql.split(separator: " ").first.map(String.init) ?? ""
            guard ["SELECT", "UPDATE", "DELETE", "INSERT", "WITH"].contains(bare.uppercased())
            else {
                continue
            }
            let plan = try Connection(database.path, isReadOnly: true).plan(sql)
            for step in plan where Self.scansWhatGrows(step) {
                Issue.record("\(step)\n\(sql)")
            }
        }
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
