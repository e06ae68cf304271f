public import SyncCore

/// Upkeep of a database that may have a daemon at work beside it: its own connection, on a
/// thread of its own, that writes in short transactions and waits for others.
public actor StoreMaintenance {
    public nonisolated let path: String
    private let executor = ThreadExecutor()
    let database: Database
    var purge = PurgePosition()

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// Opens a database that is there and has the newest schema.
    public init(path: String) throws(StoreError) {
        self.path = path
        database = try ExistingDatabase.open(path: path)
        let found = try Migrations.check(database)
        guard found == Migrations.latest else {
            throw .olderSchema(path: path, found: found, known: Migrations.latest)
        }
        try database.execute("PRAGMA journal_mode = WAL")
        try database.execute("PRAGMA synchronous = FULL")
        try database.execute("PRAGMA secure_delete = ON")
        try database.execute("PRAGMA cache_size = -32768")
        database.keepWriteAheadLog()
    }

    deinit {
        executor.stop()
    }

    /// The key of a shop.
    public func shop(named name: String) throws(StoreError) -> ShopID {
        let statement = try database.prepare("SELECT shop_id FROM shops WHERE name = :name")
        statement.bind(.name, name)
        guard try statement.step() else {
            throw .failed(path: path, reason: "no shop \(name) in it")
        }
        return ShopID(statement.integer(0))
    }

    // MARK: Scrubbing

    /// Writes the file anew with what is in it and nothing else: free pages, free space inside of
    /// pages and remnants of older versions go. `secure_delete` alone is not enough: SQLite moves
    /// rows between pages and leaves copies behind. Writers wait meanwhile, readers do not.
    public func rewrite() throws(StoreError) {
        try database.execute("VACUUM")
    }

    /// Empties the write-ahead log, which holds older pages.
    /// - Returns: false if another program reads what only the log holds, or writes.
    public func truncateLog() throws(StoreError) -> Bool {
        try database.truncateLog()
    }

    /// The size of the file, in bytes.
    public func size() throws(StoreError) -> Int64 {
        try database.integer("PRAGMA page_count") * database.integer("PRAGMA page_size")
    }
}
