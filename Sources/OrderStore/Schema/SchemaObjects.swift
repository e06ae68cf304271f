/// What a file's schema has in addition to the tables, views and indexes of its version: views,
/// triggers and indexes of its user. A migration rebuilds tables, which would delete or rewrite
/// them, and a view of a table that is missing for a moment would make a step fail. So a migration
/// runs without them, and creates them again as they were.
struct SchemaObjects {
    private struct Object {
        var type: String
        var name: String
        var sql: String
    }

    private let users: [Object]

    /// Drops the users' views and triggers, and creates what the user dropped of our views and
    /// indexes. Inside the migration's transaction.
    init(takenOutOf database: Database, version: Int) throws(StoreError) {
        let reference = try Database(path: ":memory:")
        for step in Migrations.steps.prefix(version) {
            try reference.execute(String(decoding: step, as: UTF8.self))
        }
        let ours = try Self.objects(of: reference)
        let found = try Self.objects(of: database)
        users = found.filter { object in !ours.contains { Self.isSame($0, object) } }
        // A view takes its triggers with it.
        for type in ["trigger", "view"] {
            for object in users where object.type == type {
                try database.execute("DROP \(type) \(Self.quoted(object.name))")
            }
        }
        for object in ours where !found.contains(where: { Self.isSame($0, object) }) {
            try database.execute(object.sql)
        }
    }

    /// Creates again what was dropped, with the indexes of tables that were rebuilt. Triggers last,
    /// because they may belong to views.
    func putBack(into database: Database) throws(StoreError) {
        let indexes = try Self.objects(of: database).filter { $0.type == "index" }
        for type in ["view", "index", "trigger"] {
            for object in users
            where object.type == type && !indexes.contains(where: { Self.isSame($0, object) }) {
                do throws(StoreError) {
                    try database.execute(object.sql)
                } catch {
                    guard case .failed(let path, let reason) = error else { throw error }
                    throw .failed(
                        path: path,
                        reason: "the \(type) \(object.name) is not ordersync's and does not fit "
                            + "schema version \(Migrations.latest) (\(reason)). The database is "
                            + "unchanged. Drop or rename the \(type), then start again")
                }
            }
        }
    }

    /// Indexes of UNIQUE and PRIMARY KEY have no SQL: they belong to their tables.
    private static func objects(of database: Database) throws(StoreError) -> [Object] {
        let statement = try database.prepare(
            """
            SELECT type, name, sql FROM sqlite_schema
            WHERE type <> 'table' AND sql IS NOT NULL ORDER BY rowid
            """)
        var objects: [Object] = []
        while try statement.step() {
            objects.append(
                Object(type: statement.text(0), name: statement.text(1), sql: statement.text(2)))
        }
        return objects
    }

    /// SQLite compares names without regard to case.
    private static func isSame(_ one: Object, _ other: Object) -> Bool {
        one.type == other.type && one.name.lowercased() == other.name.lowercased()
    }

    private static func quoted(_ name: String) -> String {
        var quoted = "\""
        for character in name.unicodeScalars {
            quoted.unicodeScalars.append(character)
            if character == "\"" { quoted.unicodeScalars.append(character) }
        }
        return quoted + "\""
    }
}
