/// Brings a database to the schema this program knows: numbered steps, forward only, all in one
/// transaction. So an interrupted migration leaves the version that it found.
enum Migrations {
    /// Marks a file as ours: "OSYN".
    static let applicationID: Int64 = 0x4F53_594E

    /// Step n brings version n − 1 to n.
    static let steps: [[UInt8]] = [
        PackageResources._001_initial_sql, PackageResources._002_everything_about_an_order_sql,
        PackageResources._003_carriers_sql,
        PackageResources._004_promoters_sql, PackageResources._005_prices_in_full_sql,
        PackageResources._006_verify_sql,
        PackageResources._007_parcels_and_money_sql,
        PackageResources._008_rejected_rows_sql,
        PackageResources._009_sellers_sql,
        PackageResources._010_verify_rejected_sql,
        PackageResources._011_repaired_json_sql,
        PackageResources._012_verify_scope_sql,
        PackageResources._013_checks_without_lists_sql,
    ]

    /// Files older than this may have JSON that SQLite cannot read.
    private static let repairedVersion = 8
    /// The first step that reads stored JSON, and needs it repaired.
    private static let readingStep = 7

    static var latest: Int64 { Int64(steps.count) }

    /// - Parameter keepsCopy: an older file is copied first: there is no way back without.
    /// - Returns: what was done; nil for a file that was new or up to date.
    @discardableResult
    static func migrate(
        _ database: Database, keepsCopy: Bool = false
    ) throws(StoreError) -> MigrationReport? {
        let found = try check(database)
        if found == latest { return nil }
        var report = MigrationReport(found: found, newest: latest)
        if found > 0, keepsCopy {
            let copy = "\(database.path).v\(found)"
            _ = try Backup(source: database.path, target: copy, replaces: true).run()
            report.copy = copy
        }
        // RENAME must not rewrite the references of users' tables to a table that is rebuilt.
        try database.execute("PRAGMA legacy_alter_table = ON")
        defer { try? database.execute("PRAGMA legacy_alter_table = OFF") }
        try database.transaction { () throws(StoreError) in
            // Another process may have opened the file at the same time and migrated it.
            let found = Int(try database.integer("PRAGMA user_version"))
            guard found < steps.count else { return }
            let objects =
                found > 0 ? try SchemaObjects(takenOutOf: database, version: found) : nil
            for (index, step) in steps.enumerated().dropFirst(found) {
                if found < repairedVersion, index + 1 == max(found + 1, readingStep) {
                    try RawRepair.run(database)
                }
                try database.execute(String(decoding: step, as: UTF8.self))
            }
            try objects?.putBack(into: database)
            try database.execute("PRAGMA user_version = \(latest)")
            try database.execute("PRAGMA application_id = \(applicationID)")
        }
        return found > 0 ? report : nil
    }

    /// The file's version. Refuses files of other programs and of newer versions.
    static func check(_ database: Database) throws(StoreError) -> Int64 {
        // In this order: another process may be making the tables, and marks them in the same
        // transaction.
        let tables = try database.integer("SELECT count(*) FROM sqlite_schema")
        let found = try database.integer("PRAGMA user_version")
        let owner = try database.integer("PRAGMA application_id")
        if owner != applicationID, tables > 0 || found != 0 {
            throw .foreignDatabase(path: database.path)
        }
        if found > latest {
            throw .newerSchema(path: database.path, found: found, known: latest)
        }
        return found
    }
}
