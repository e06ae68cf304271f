import SyncCore
import Testing

@testable import OrderStore

/// Views, triggers, indexes and tables that the user added to a file of an older version.
@Suite struct MigrationObjectTests {
    private static let ownTables =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    private static let objects = """
        SELECT type, name, sql FROM sqlite_schema
        WHERE name LIKE 'user %' ORDER BY type, name
        """

    private func file(_ version: Int) throws -> TestDatabase {
        let database = try TestDatabase()
        let steps = Migrations.steps.prefix(version).map { String(decoding: $0, as: UTF8.self) }
        try database.execute(
            steps.joined(separator: ";") + """
                ;PRAGMA user_version = \(version);
                PRAGMA application_id = \(Migrations.applicationID);
                INSERT INTO shops (name, platform, app) VALUES ('one', 'taobao', 'main');
                """)
        return database
    }

    /// Whatever tables a step rebuilds, what reads them is there afterwards, unchanged.
    @Test(arguments: 1..<Int(Migrations.latest))
    func usersObjectsStay(version: Int) async throws {
        let database = try file(version)
        let tables = try database.rows(Self.ownTables)
        let views = try database.rows("SELECT name FROM sqlite_schema WHERE type = 'view'")
        try database.execute("CREATE TABLE \"user log\" (shop_id INTEGER, what TEXT)")
        for name in tables + views {
            try database.execute(
                """
                CREATE VIEW "user ""view"" \(name)" AS SELECT count(*) AS n FROM \(name);
                CREATE TRIGGER "user deletes \(name)" INSTEAD OF DELETE ON "user ""view"" \(name)"
                BEGIN INSERT INTO "user log" SELECT 0, '\(name) ' || count(*) FROM \(name); END;
                """)
        }
        for name in tables {
            let column = try database.value("SELECT name FROM pragma_table_info('\(name)')")
            try database.execute(
                """
                CREATE INDEX "user index \(name)" ON \(name) (\(column));
                CREATE TABLE "user notes \(name)" (note TEXT, own REFERENCES \(name) (\(column)));
                CREATE TRIGGER "user inserts \(name)" AFTER INSERT ON \(name)
                BEGIN INSERT INTO "user log" SELECT 1, '\(name) ' || count(*) FROM \(name); END;
                """)
        }
        for name in views {
            try database.execute(
                """
                CREATE TRIGGER "user writes \(name)" INSTEAD OF INSERT ON \(name)
                BEGIN INSERT INTO "user log" VALUES (2, '\(name)'); END;
                """)
        }
        let before = try database.rows(Self.objects)
        #expect(before.count == 1 + 5 * tables.count + 3 * views.count)
        let store = try database.open()
        #expect(try database.rows(Self.objects) == before)
        // The migration itself fires none of them.
        #expect(try database.value("SELECT count(*) FROM \"user log\"") == "0")
        for name in tables + views {
            #expect(
                try database.value("SELECT n FROM \"user \"\"view\"\" \(name)\"")
                    == database.value("SELECT count(*) FROM \(name)"))
        }
        try database.execute(
            """
            INSERT INTO changes (changed_at, shop_id, entity, entity_id, kind)
            VALUES (1, 1, 'order', '1', 'created');
            INSERT INTO orders_readable (shop) VALUES ('x');
            """)
        #expect(
            try database.rows("SELECT * FROM \"user log\"") == ["1|changes 1", "2|orders_readable"])
        #expect(try database.value("PRAGMA integrity_check") == "ok")
        let checked = try DatabaseCheck.run(
            path: database.path, now: UTCInstant(seconds: 1_000))
        #expect(checked.filter { !$0.isGood } == [])
        withExtendedLifetime(store) {}
    }

    /// Views and indexes of ours that the user dropped do not stop a migration.
    @Test(arguments: 1..<Int(Migrations.latest))
    func whatTheUserDroppedIsThereAgain(version: Int) async throws {
        let database = try file(version)
        let ours = try database.rows(
            "SELECT type || ' ' || name FROM sqlite_schema "
                + "WHERE sql IS NOT NULL AND type <> 'table'")
        for object in ours { try database.execute("DROP \(object)") }
        let store = try database.open()
        let checked = try DatabaseCheck.run(
            path: database.path, now: UTCInstant(seconds: 1_000))
        #expect(checked.filter { !$0.isGood } == [])
        withExtendedLifetime(store) {}
    }

    /// A name that a new version needs is refused, with the name, and nothing is changed.
    @Test func aTakenNameIsNamed() throws {
        let database = try file(5)
        try database.execute("CREATE VIEW Shipment_Items AS SELECT 1 AS own")
        let before = try database.rows("SELECT * FROM sqlite_schema")
        do throws(StoreError) {
            _ = try OrderStore(path: database.path)
            Issue.record("migrated")
        } catch {
            #expect(error.line.contains("the view Shipment_Items is not ordersync's"))
            #expect(error.line.contains("Drop or rename the view"))
        }
        #expect(try database.rows("SELECT * FROM sqlite_schema") == before)
        #expect(try database.value("PRAGMA user_version") == "5")
    }
}
