public import SyncCore

/// The database of orders: the one writer of a process. It lives on a thread of its own.
///
/// Every write is one transaction; none holds the network or another actor inside.
public actor OrderStore {
    public nonisolated let path: String
    private let executor: ThreadExecutor
    let database: Database
    private let orders: OrderWriter
    private let ledger: LedgerWriter

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// Opens the database, makes it if it is not there, and brings it to the newest schema.
    public init(path: String) throws(StoreError) {
        self.path = path
        let database = try Database(path: path)
        try Self.configure(database)
        try Migrations.migrate(database)
        self.database = database
        orders = try OrderWriter(database)
        ledger = try LedgerWriter(database)
        executor = ThreadExecutor()
    }

    deinit {
        executor.stop()
    }

    private static func configure(_ database: Database) throws(StoreError) {
        // A foreign file is refused before anything in it is touched.
        _ = try Migrations.check(database)
        try database.execute("PRAGMA page_size = 8192")
        try database.execute("PRAGMA journal_mode = WAL")
        // FULL: a commit that was reported survives a power cut. At a page of orders a commit
        // the sync costs next to nothing.
        try database.execute("PRAGMA synchronous = FULL")
        try database.execute("PRAGMA cache_size = -8192")
        try database.execute("PRAGMA wal_autocheckpoint = 2000")
        try database.execute("PRAGMA journal_size_limit = 33554432")
        try database.execute("PRAGMA temp_store = MEMORY")
        // What a row held before does not stay in free space; it costs nothing measurable.
        try database.execute("PRAGMA secure_delete = ON")
        database.keepWriteAheadLog()
    }

    // MARK: Sync

    /// Applies the operations and books the calls made, in one transaction.
    public func apply(
        _ operations: [StoreOperation], usage: [UsageKey: Int] = [:], now: UTCInstant
    ) throws(StoreError) -> StoredCounts {
        try database.transaction { () throws(StoreError) in
            var total = StoredCounts()
            for operation in operations {
                switch operation {
                case .commit(let commit):
                    total += try write(commit, now)
                case .reserve(let app, let day, let calls):
                    try reserve(app: app, day: day, total: calls)
                case .shopState(let shop, let state, let reason):
                    try setShopState(shop, state, reason: reason)
                case .streamError(let stream, let text):
                    try setStreamError(stream, text, now: now)
                case .ban(let app, let method, let until, let code):
                    try setBan(app: app, method: method, until: until, code: code)
                }
            }
            for (key, calls) in usage { try add(calls, to: key) }
            return total
        }
    }

    private func write(_ commit: Commit, _ now: UTCInstant) throws(StoreError) -> StoredCounts {
        var counts = StoredCounts()
        if let page = commit.page {
            counts = try orders.write(page, shop: commit.change.stream.shop, now: now)
        }
        try ledger.write(
            commit.change, storedRows: counts.created + counts.updated,
            hasPage: commit.page != nil, now: now)
        return counts
    }

    /// What an earlier run left of a shop's streams.
    public func restore(_ shop: ShopID) throws(StoreError) -> MachineConfiguration.Restored {
        var restored = MachineConfiguration.Restored()
        let cursors = try database.prepare(
            "SELECT stream, cursor_at FROM checkpoints WHERE shop_id = ?1")
        cursors.bind(1, shop.rawValue)
        while try cursors.step() {
            guard let kind = StreamKind(rawValue: cursors.text(0)) else { continue }
            restored.cursors[kind] = UTCInstant(seconds: cursors.integer(1))
        }
        let windows = try database.prepare(
            """
            SELECT stream, start_at, end_at, open_end_at, state, calls, rows
            FROM windows WHERE shop_id = ?1 ORDER BY stream, start_at
            """)
        windows.bind(1, shop.rawValue)
        while try windows.step() {
            guard let kind = StreamKind(rawValue: windows.text(0)),
                let state = WindowRecord.State(rawValue: windows.text(4))
            else { continue }
            let window = TimeWindow(
                start: UTCInstant(seconds: windows.integer(1)),
                end: UTCInstant(seconds: windows.integer(2)))
            restored.windows[kind, default: []].append(
                WindowRecord(
                    window: window, openEnd: UTCInstant(seconds: windows.integer(3)),
                    state: state, calls: Int(windows.integer(5)), rows: Int(windows.integer(6))))
        }
        return restored
    }

    /// When the first stream of this database began, as the machine's clock had it; nil for a
    /// new one.
    public func firstCheckpoint() throws(StoreError) -> UTCInstant? {
        let statement = try database.prepare("SELECT min(began_at) FROM checkpoints")
        guard try statement.step() else { return nil }
        return statement.optionalInteger(0).map { UTCInstant(seconds: $0) }
    }

    // MARK: Shops

    /// The shop's key; a new shop gets one. The app follows the configuration; the platform cannot
    /// change, for the orders stored under the name are of the old one.
    public func registerShop(
        name: String, platform: String, app: String
    ) throws(StoreError) -> ShopID {
        let insert = try database.prepare(
            """
            INSERT INTO shops (name, platform, app) VALUES (?1, ?2, ?3)
            ON CONFLICT (name) DO UPDATE SET app = excluded.app
            WHERE platform = excluded.platform
            RETURNING shop_id
            """)
        insert.bind(1, name)
        insert.bind(2, platform)
        insert.bind(3, app)
        guard try insert.step() else {
            throw .failed(
                path: path,
                reason: "shop \(name) is of another platform there; give this one another name")
        }
        let id = ShopID(insert.integer(0))
        try insert.run()
        return id
    }

    private func setShopState(
        _ shop: ShopID, _ state: ShopState, reason: String
    ) throws(StoreError) {
        let update = try database.prepare(
            """
            UPDATE shops SET state = ?2, state_reason = ?3
            WHERE shop_id = ?1 AND (state <> ?2 OR state_reason <> ?3)
            """)
        update.bind(1, shop.rawValue)
        update.bind(2, state.rawValue)
        update.bind(3, reason)
        try update.run()
    }

    private func setStreamError(
        _ stream: StreamID, _ text: String, now: UTCInstant
    ) throws(StoreError) {
        let update = try database.prepare(
            """
            UPDATE checkpoints SET last_error = ?3, last_error_at = ?4, updated_at = ?4
            WHERE shop_id = ?1 AND stream = ?2
            """)
        update.bind(1, stream.shop.rawValue)
        update.bind(2, stream.kind.rawValue)
        update.bind(3, text)
        update.bind(4, now.seconds)
        try update.run()
    }

    // MARK: Quota

    /// Calls that may have been made, by Beijing day (`yyyy-MM-dd`), of the latest days.
    public func reservedCalls(app: String) throws(StoreError) -> [(day: String, calls: Int)] {
        let statement = try database.prepare(
            """
            SELECT day, max(calls) FROM (
                SELECT day, calls FROM quota_reserved WHERE app = ?1
                UNION ALL
                SELECT day, sum(calls) FROM quota_usage WHERE app = ?1 GROUP BY day)
            GROUP BY day ORDER BY day DESC LIMIT 4
            """)
        statement.bind(1, app)
        var days: [(day: String, calls: Int)] = []
        while try statement.step() {
            days.append((statement.text(0), Int(statement.integer(1))))
        }
        return days
    }

    private func reserve(app: String, day: String, total: Int) throws(StoreError) {
        let statement = try database.prepare(
            """
            INSERT INTO quota_reserved (app, day, calls) VALUES (?1, ?2, ?3)
            ON CONFLICT (app, day) DO UPDATE SET calls = max(calls, excluded.calls)
            """)
        statement.bind(1, app)
        statement.bind(2, day)
        statement.bind(3, Int64(total))
        try statement.run()
    }

    /// After a crash: calls that were reserved and are not known to have been made count as made.
    public func bookUnrecordedCalls(app: String) throws(StoreError) {
        let statement = try database.prepare(
            """
            INSERT INTO quota_usage (app, day, method, calls)
            SELECT app, day, '(unrecorded)', missing FROM (
                SELECT app, day, calls - coalesce((
                    SELECT sum(used.calls) FROM quota_usage AS used
                    WHERE used.app = reserved.app AND used.day = reserved.day), 0) AS missing
                FROM quota_reserved AS reserved WHERE app = ?1)
            WHERE missing > 0
            ON CONFLICT (app, day, method) DO UPDATE SET calls = calls + excluded.calls
            """)
        statement.bind(1, app)
        try statement.run()
    }

    /// After a clean end nothing is in flight: what was reserved and not used is free again.
    public func settleReservation(app: String, day: String) throws(StoreError) {
        let statement = try database.prepare(
            """
            UPDATE quota_reserved SET calls = (
                SELECT coalesce(sum(calls), 0) FROM quota_usage
                WHERE quota_usage.app = ?1 AND quota_usage.day = ?2)
            WHERE app = ?1 AND day = ?2
            """)
        statement.bind(1, app)
        statement.bind(2, day)
        try statement.run()
    }

    private func add(_ calls: Int, to key: UsageKey) throws(StoreError) {
        let statement = try database.prepare(
            """
            INSERT INTO quota_usage (app, day, method, calls) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (app, day, method) DO UPDATE SET calls = calls + excluded.calls
            """)
        statement.bind(1, key.app)
        statement.bind(2, key.day)
        statement.bind(3, key.method)
        statement.bind(4, Int64(calls))
        try statement.run()
    }

    /// A shorter ban never ends a longer one.
    private func setBan(
        app: String, method: String, until: UTCInstant, code: String
    ) throws(StoreError) {
        let statement = try database.prepare(
            """
            INSERT INTO bans (app, method, banned_until_at, code) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (app, method) DO UPDATE SET
                banned_until_at = max(banned_until_at, excluded.banned_until_at),
                code = excluded.code
            """)
        statement.bind(1, app)
        statement.bind(2, method)
        statement.bind(3, until.seconds)
        statement.bind(4, code)
        try statement.run()
    }

    /// Bans of the app as (method or empty, end).
    public func bans(
        app: String
    ) throws(StoreError) -> [(method: String, until: UTCInstant)] {
        let statement = try database.prepare(
            "SELECT method, banned_until_at FROM bans WHERE app = ?1")
        statement.bind(1, app)
        var bans: [(method: String, until: UTCInstant)] = []
        while try statement.step() {
            bans.append((statement.text(0), UTCInstant(seconds: statement.integer(1))))
        }
        return bans
    }

    // MARK: Upkeep

    /// Lets go of cached pages: the daemon has come to rest.
    public func releaseMemory() {
        database.releaseMemory()
    }

    /// Writes the log back into the database, so that the file alone is whole.
    public func checkpoint() throws(StoreError) {
        _ = try database.integer("PRAGMA wal_checkpoint(TRUNCATE)")
    }
}
