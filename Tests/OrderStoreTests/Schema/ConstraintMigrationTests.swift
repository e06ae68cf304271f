import Testing

@testable import OrderStore

/// Step 13 edits the text of constraints in place.
@Suite struct ConstraintMigrationTests {
    /// A file as version 12 left it, with an order, an item and a change.
    private func versionTwelve() throws -> TestDatabase {
        let database = try TestDatabase()
        let steps = Migrations.steps.prefix(12).map { String(decoding: $0, as: UTF8.self) }
        try database.execute(
            steps.joined(separator: ";") + """
                ;PRAGMA user_version = 12;
                PRAGMA application_id = \(Migrations.applicationID);
                INSERT INTO shops (name, platform, app) VALUES ('one', 'taobao', 'main');
                INSERT INTO orders (shop_id, order_id, status, platform_status, item_count,
                    modified_at, has_details, content_hash, list_hash, raw_id, first_seen_at,
                    synced_at, asked_ms) VALUES (1, 'A', 'paid', 'P', 1, 10, 0, 7, 7, 1, 10, 10, 9);
                INSERT INTO order_items (shop_id, order_id, item_id, status)
                VALUES (1, 'A', 'A1', 'paid');
                INSERT INTO changes (changed_at, shop_id, entity, entity_id, kind)
                VALUES (10, 1, 'order', 'A', 'created');
                """)
        return database
    }

    /// The words that each constraint on a column accepts, as `table.column: words`.
    private func accepted(_ database: TestDatabase) throws -> [String] {
        try database.rows(
            """
            SELECT name, replace(sql, char(10), ' ') FROM sqlite_schema
            WHERE type = 'table' ORDER BY name
            """
        ).flatMap { row in
            let table = row.prefix { $0 != "|" }
            return row.matches(of: /CHECK \((\w+) (?:IN|=) ([^)]*)\)/).map { check in
                let words = check.2.matches(of: /'(\w+)'|\b(\d+)\b/).map { $0.1 ?? $0.2 ?? "" }
                return "\(table).\(check.1): \(words.sorted())"
            }
        }
    }

    @Test func aMigratedFileHasTheSchemaOfANewOne() async throws {
        let objects = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
        let migrated = try versionTwelve()
        _ = try migrated.open()
        let new = try TestDatabase()
        _ = try new.open()
        #expect(try migrated.rows(objects) == new.rows(objects))
        #expect(try migrated.value("PRAGMA user_version") == "\(Migrations.latest)")
        #expect(try migrated.rows("PRAGMA integrity_check") == ["ok"])
    }

    @Test func constraintsAcceptWhatTheyDid() async throws {
        let database = try versionTwelve()
        let before = try accepted(database)
        _ = try database.open()
        #expect(before.contains { $0.hasPrefix("orders.status: [\"closed\", \"completed\"") })
        #expect(try accepted(database) == before)
    }

    @Test(arguments: ["orders", "order_items"])
    func anUnknownStatusIsRefusedStill(table: String) async throws {
        let database = try versionTwelve()
        _ = try database.open()
        #expect(throws: Connection.Failure.self) {
            try database.execute("UPDATE \(table) SET status = 'sent'")
        }
        try database.execute("UPDATE \(table) SET status = 'shipped'")
        #expect(try database.value("SELECT status FROM \(table)") == "shipped")
    }

    @Test(arguments: ["orders", "order_items", "changes", "shops"])
    func rowsStay(table: String) async throws {
        let database = try versionTwelve()
        let rows = try database.rows("SELECT * FROM \(table)")
        #expect(rows.count == 1)
        _ = try database.open()
        #expect(try database.rows("SELECT * FROM \(table)") == rows)
    }
}
