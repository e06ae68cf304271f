import Foundation
import Testing

@testable import OrderStore

@Suite struct SchemaTests {
    private static let schemaFile = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/OrderStore/Schema.sql")

    /// What a database is made of, white space and comments aside.
    private func parts(_ path: String) throws -> [String] {
        try Connection(path, isReadOnly: true).rows(
            "SELECT type, name, tbl_name, replace(coalesce(sql, '-'), char(10), char(30)) "
                + "FROM sqlite_schema ORDER BY type, name"
        ).map { row in
            row.split(separator: "\u{1E}").map { line in
                line.firstRange(of: "--").map { line[..<$0.lowerBound] } ?? line
            }.joined(separator: " ").split(separator: " ").joined(separator: " ")
                // Where ALTER TABLE adds a column it does not care for the white space.
                .replacing(" ,", with: ",").replacing(" )", with: ")")
        }
    }

    @Test func migrationsYieldTheSchema() async throws {
        let migrated = try TestDatabase()
        _ = try migrated.open()
        let made = try TestDatabase()
        let schema = try String(contentsOf: Self.schemaFile, encoding: .utf8)
        try made.execute(schema)
        let parts = try parts(migrated.path)
        #expect(try parts == self.parts(made.path))
        #expect(parts.count > 15)
    }

    @Test func everyTableIsStrictAndTheFileIsMarked() async throws {
        let database = try TestDatabase()
        _ = try database.open()
        let loose = try database.rows(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 "
                + "AND name NOT LIKE 'sqlite_%'")
        #expect(loose == [])
        #expect(try database.value("PRAGMA user_version") == "\(Migrations.latest)")
        #expect(try database.value("PRAGMA application_id") == "\(0x4F53_594E)")
        #expect(try database.value("PRAGMA journal_mode") == "wal")
        #expect(try database.value("PRAGMA integrity_check") == "ok")
    }

    @Test func openingAgainChangesNothing() async throws {
        let database = try TestDatabase()
        let shop = try await database.open().registerShop()
        try await database.open().store([TestOrder("1", at: 10)], shop: shop)
        let before = try database.content()
        let store = try database.open()
        #expect(try await store.integer("SELECT total_changes()") == 0)
        #expect(try database.content() == before)
    }

    /// The columns that the contract names; programs outside rely on them.
    @Test(arguments: [
        ("shops", "shop_id name platform app nick state state_reason authorized_until_at"),
        (
            "orders",
            "shop_id order_id status platform_status type buyer title item_count payment_fen "
                + "total_fen post_fen discount_fen received_fen created_at paid_at shipped_at "
                + "ended_at modified_at receiver_name receiver_phone receiver_state "
                + "receiver_city receiver_district receiver_address receiver_zip "
                + "buyer_message seller_memo seller_flag has_details content_hash first_seen_at "
                + "synced_at"
        ),
        ("order_raw", "shop_id order_id source raw"),
        (
            "order_items",
            "shop_id order_id item_id title sku_id sku_name outer_id outer_sku_id quantity "
                + "price_fen payment_fen status platform_status refund_status refund_id"
        ),
        ("checkpoints", "shop_id stream cursor_at rows_stored updated_at"),
        ("windows", "shop_id stream start_at end_at open_end_at state calls rows"),
        ("quota_usage", "app day method calls"),
        ("changes", "seq changed_at shop_id entity entity_id kind old_status new_status"),
        ("orders_with_raw", "shop_id order_id raw source"),
    ])
    func contractIsKept(table: String, columns: String) async throws {
        let database = try TestDatabase()
        _ = try database.open()
        let found = try database.rows("SELECT name FROM pragma_table_info('\(table)')")
        let missing = columns.split(separator: " ").filter { !found.contains(String($0)) }
        #expect(missing == [])
    }
}
