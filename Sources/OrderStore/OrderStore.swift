public import SyncCore

/// The database of orders: the one writer of a process. It lives on its own thread.
///
/// Every write is one transaction; none holds the network or another actor inside.
public actor OrderStore {
    public nonisolated let path: String
    private let executor: ThreadExecutor
    let database: Database
    let orders: OrderWriter
    let ledger: LedgerWriter
    let queue: DetailQueueWriter
    let shipments: ShipmentWriter
    let refunds: RefundWriter
    let verify: VerifyWriter
    let sweep: SweepWriter
    let affiliate: AffiliateWriter
    let prices: PriceWriter
    let rejected: RejectedRowWriter
    /// Custom parameters of each batch of watched goods.
    var watchParameters: [ShopID: [Int64: String]] = [:]
    /// `PRAGMA data_version` when external changes were last read.
    var dataVersion: Int64 = -1
    private var walLimiter: WALSizeLimiter
    /// What opening the database changed in it; nil for a file that was new or up to date.
    public nonisolated let migration: MigrationReport?

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// Opens the database, makes it if it is not there, and brings it to the newest schema.
    public init(path: String) throws(StoreError) {
        try self.init(path: path, logBytesMax: WALSizeLimiter.bytes)
    }

    init(path: String, logBytesMax: Int64) throws(StoreError) {
        self.path = path
        let database = try Database(path: path)
        try Self.configure(database)
        migration = try Migrations.migrate(database, keepsCopy: true)
        self.database = database
        database.watchFiles()
        walLimiter = WALSizeLimiter(bytesMax: logBytesMax)
        queue = try DetailQueueWriter(database)
        shipments = try ShipmentWriter(database)
        refunds = try RefundWriter(database)
        orders = try OrderWriter(database, queue: queue, shipments: shipments)
        verify = try VerifyWriter(database, orders: orders)
        sweep = try SweepWriter(database, orders: orders, queue: queue)
        ledger = try LedgerWriter(database)
        affiliate = try AffiliateWriter(database)
        prices = try PriceWriter(database)
        rejected = try RejectedRowWriter(database)
        executor = ThreadExecutor()
    }

    deinit {
        executor.stop()
    }

    /// The statements that the writer keeps.
    var preparedSQL: [String] { database.preparedSQL }

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
    /// - Returns: what was written, and events for the machine in the order of the operations.
    public func apply(
        _ operations: [StoreOperation], usage: [UsageKey: Int] = [:], now: UTCInstant
    ) throws(StoreError) -> StoreOutcome {
        var outcome = try database.transaction { () throws(StoreError) in
            var outcome = StoreOutcome()
            for operation in operations {
                switch operation {
                case .page(let commit):
                    try storePage(commit, now: now, &outcome)
                case .work(let completion):
                    try storeWork(completion, now: now, &outcome)
                case .count(let shop, let window):
                    // What was purged on purpose is not to be counted, and not to be missed.
                    let isPurged = try readPurge(shop).map { window.start < $0.before } ?? false
                    let stored = isPurged ? nil : try count(shop, window)
                    outcome.events.append(.counted(shop, stored: stored))
                case .audited(let shop, let record):
                    try setAudit(shop, record, now: now)
                case .carriers(let rows, let platform):
                    try setCarriers(rows, platform: platform, now: now)
                case .clockSetBack(let shop, let platformNow, let pollSeconds):
                    try setBack(
                        shop, to: platformNow, pollSeconds: pollSeconds, now: now, &outcome)
                case .lagMeasured(let shop, let lag, let overlap, let settle):
                    try setLag(shop, lag, overlap: overlap, settle: settle, now: now)
                case .reserve(let id, let app, let wanted):
                    outcome.events.append(try reserve(wanted, app: app, id: id))
                case .shopState(let shop, let state, let reason):
                    try setShopState(shop, state, reason: reason)
                case .streamError(let stream, let text):
                    try setStreamError(stream, text, now: now)
                case .ban(let app, let method, let until, let code):
                    try database.setBan(app: app, method: method, until: until, code: code)
                }
            }
            for (key, calls) in usage { try add(calls, to: key) }
            return outcome
        }
        outcome.stuckLogBytes = limitLog(now: now)
        return outcome
    }

    // MARK: Shops

    /// The shop's key; a new shop gets one. The app follows the configuration; the platform cannot
    /// change, because the orders stored under the name are from the old one.
    public func registerShop(
        name: String, platform: String, app: String
    ) throws(StoreError) -> ShopID {
        let insert = try database.prepare(
            """
            INSERT INTO shops (name, platform, app) VALUES (:name, :platform, :app)
            ON CONFLICT (name) DO UPDATE SET app = excluded.app
            WHERE platform = excluded.platform
            RETURNING shop_id
            """)
        insert.bind(.name, name)
        insert.bind(.platform, platform)
        insert.bind(.app, app)
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
            UPDATE shops SET state = :state, state_reason = :state_reason
            WHERE shop_id = :shop_id AND (state <> :state OR state_reason <> :state_reason)
            """)
        update.bind(.shopID, shop.rawValue)
        update.bind(.state, state.rawValue)
        update.bind(.stateReason, reason)
        try update.run()
    }

    private func setStreamError(
        _ stream: StreamID, _ text: String, now: UTCInstant
    ) throws(StoreError) {
        let update = try database.prepare(
            """
            UPDATE checkpoints SET last_error = :last_error, last_error_at = :now
            WHERE shop_id = :shop_id AND stream = :stream
            """)
        update.bind(.shopID, stream.shop.rawValue)
        update.bind(.stream, stream.kind.rawValue)
        update.bind(.lastError, text)
        update.bind(.now, now.seconds)
        try update.run()
    }

    // MARK: Upkeep

    /// Releases cached pages: the daemon is idle.
    public func releaseMemory() {
        database.releaseMemory()
    }

    /// Writes the log back into the database, so that the file alone is whole.
    public func checkpoint() throws(StoreError) {
        _ = try database.integer("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    /// Empties a log that has grown past its bound, if no reader is in the way.
    /// - Returns: its size if one is.
    private func limitLog(now: UTCInstant) -> Int64? {
        if walLimiter.isDue(bytes: logBytes, now: now.seconds) {
            // What was stored is stored, whatever becomes of this.
            let isEmptied = (try? database.truncateLog()) ?? false
            walLimiter.tried(isEmptied: isEmptied, bytes: logBytes)
        }
        return walLimiter.stuckBytes
    }

    private var logBytes: Int64 { database.files?.logBytes ?? 0 }

    /// Whether the names still lead to the files that were opened.
    public func checkFiles() throws(StoreError) {
        try database.checkFiles()
    }

    /// What can be saved of a database whose file was moved, deleted or replaced.
    ///
    /// The log goes back into the file it belongs to: left behind, SQLite would read it as that
    /// of the file that has the name now. A deleted file is copied while it still can be.
    ///
    /// Where the index was replaced, other programs may write already, and writing the log back
    /// would overwrite what they wrote. With the log in its place nothing has to be done: it
    /// contains every commit, and the next program to open the database reads it.
    /// - Returns: the copy's path; nil if nothing is lost.
    public func rescue(now: UTCInstant) throws(StoreError) -> String? {
        guard let files = database.files else { return nil }
        let isShared = files.mainIsInPlace && !files.indexIsInPlace
        if isShared, files.logIsInPlace { return nil }
        let mustCopy = isShared && files.hasForeignIndex
        if !mustCopy { _ = try? database.truncateLog() }
        guard mustCopy || files.isDeleted else { return nil }
        let copy = "\(path).rescued-\(now.seconds)"
        let statement = try database.prepare("VACUUM INTO :path")
        statement.bind(.path, copy)
        // Not `run`: it refuses to write, and this is what saves the content.
        while try statement.step() {}
        return copy
    }
}
