/// Brings an existing database to the newest schema.
public enum DatabaseMigration {
    /// - Returns: the versions before and after.
    public static func versions(path: String) throws(StoreError) -> (found: Int64, newest: Int64) {
        let database = try ExistingDatabase.open(path: path, isReadOnly: true)
        return (try Migrations.check(database), Migrations.latest)
    }

    /// One transaction: a migration that is killed leaves the version that it found.
    /// - Parameter keepsCopy: the original file stays beside it.
    /// - Returns: what was done; nil if nothing was to do.
    public static func run(path: String, keepsCopy: Bool) throws(StoreError) -> MigrationReport? {
        let database = try ExistingDatabase.open(path: path)
        try database.execute("PRAGMA synchronous = FULL")
        database.keepWriteAheadLog()
        return try Migrations.migrate(database, keepsCopy: keepsCopy)
    }
}
