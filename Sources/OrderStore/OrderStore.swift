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
    let queue: DetailQueueWriter
    private let shipments: ShipmentWriter
    private let refunds: RefundWriter
    private let verify: VerifyWriter
    private let sweep: SweepWriter
    private let affiliate: AffiliateWriter
    private let prices: PriceWriter
    let rejected: RejectedRowWriter
    /// Custom parameters of each batch of watched goods.
    var watchParameters: [ShopID: [Int64: String]] = [:]
    /// Of the database when another program's writes were last looked at.
    var foreignVersion: Int64 = -1
    private var logBound: LogBound
    /// What opening the database changed in it; nil for a file that was new or up to date.
    public nonisolated let migration: MigrationReport?

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// Opens the database, makes it if it is not there, and brings it to the newest schema.
    public init(path: String) throws(StoreError) {
        try self.init(path: path, logBytesMax: LogBound.bytes)
    }

    init(path: String, logBytesMax: Int64) throws(StoreError) {
        self.path = path
        let database = try Database(path: path)
        try Self.configure(database)
        migration = try Migrations.migrate(database, keepsCopy: true)
        self.database = database
        database.watchFiles()
        logBound = LogBound(bytesMax: logBytesMax)
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
                case .commit(let commit):
                    try write(commit, now, &outcome)
                case .finish(let finish):
                    try write(finish, now, &outcome)
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
        outcome.stuckLogBytes = boundLog(now: now)
        return outcome
    }

    private func write(
        _ commit: Commit, _ now: UTCInstant, _ outcome: inout StoreOutcome
    ) throws(StoreError) {
        let stream = commit.change.stream
        var commit = commit
        let clocks = MergeClocks(commit.change, &commit.content)
        var counts = StoredCounts()
        switch commit.content {
        case .orders(var page):
            if stream.kind == .audit, let limit = try readPurge(stream.shop) {
                page.orders.removeAll { limit.covers($0) }
            }
            counts = try write(page, commit, clocks, now, &outcome)
            outcome.counts += counts
        case .refunds(let page):
            counts = try write(page, commit.change, clocks, now, &outcome)
            outcome.refunds += counts
        case .affiliate(let page):
            counts = try affiliate.write(page, shop: stream.shop, clocks, now: now)
            outcome.affiliate += counts
        case .trace, .parcels, .goods, .carriers:
            preconditionFailure("a window holds orders or refunds")
        case nil:
            break
        }
        if let content = commit.content {
            try writeRejected(
                in: content, stream, proven: commit.change.provenSpan,
                askedAt: commit.change.askedAt, now: now, &outcome)
        }
        try ledger.write(
            commit.change, storedRows: counts.created + counts.updated,
            hasPage: commit.content != nil, now: now)
        if stream.kind == .verify, let span = commit.change.doubtful {
            try verify.note(span, shop: stream.shop, askedAt: commit.change.askedAt)
        }
        if stream.kind == .verify { try verify.finishIfRead(shop: stream.shop, now: now) }
    }

    private func write(
        _ page: OrderPage, _ commit: Commit, _ clocks: MergeClocks, _ now: UTCInstant,
        _ outcome: inout StoreOutcome
    ) throws(StoreError) -> StoredCounts {
        let stream = commit.change.stream
        var context = OrderWriter.Context(
            shop: stream.shop, now: now, askedAt: commit.change.askedAt,
            isHistory: stream.kind.isHistory, isSweep: stream.kind.isSweep, details: commit.details,
            plan: commit.parcelPlan, freshFrom: commit.change.freshFrom)
        context.clocks = clocks
        let result =
            stream.kind == .verify
            ? try verify.compare(page, context)
            : try orders.write(page, context)
        var isQueued = result.isDetailQueued
        if stream.kind.isSweep, try sweep.queueContradicted(on: page, context) { isQueued = true }
        let fresh = result.counts.created + result.counts.updated
        if commit.change.freshFrom != nil, fresh > 0 {
            outcome.events.append(
                .stored(
                    stream, onTime: stream.kind == .orders ? fresh - result.late.count : 0,
                    late: result.late, askedAt: commit.change.askedAt))
        }
        if isQueued {
            outcome.events.append(.queued(StreamID(shop: stream.shop, kind: .details)))
        }
        if result.isParcelQueued {
            outcome.events.append(.queued(StreamID(shop: stream.shop, kind: .shipments)))
        }
        return result.counts
    }

    private func write(
        _ page: RefundPage, _ change: LedgerChange, _ clocks: MergeClocks, _ now: UTCInstant,
        _ outcome: inout StoreOutcome
    ) throws(StoreError) -> StoredCounts {
        let stream = change.stream
        let (counts, lacking) = try refunds.write(page, shop: stream.shop, clocks, now: now)
        guard page.source == .list, !lacking.isEmpty else { return counts }
        for refund in lacking { try queue.put(refund: refund, shop: stream.shop, now: now) }
        outcome.events.append(.queued(StreamID(shop: stream.shop, kind: .refunds)))
        return counts
    }

    /// The answer, unless its order is gone: what was purged meanwhile must not come back.
    private func wanted(_ finish: Finish) throws(StoreError) -> AnswerContent? {
        guard case .order(let id) = finish.change.subject else { return finish.content }
        let isWanted = try queue.isWanted(order: id, shop: finish.change.stream.shop)
        return isWanted ? finish.content : nil
    }

    private func write(
        _ finish: Finish, _ now: UTCInstant, _ outcome: inout StoreOutcome
    ) throws(StoreError) {
        let stream = finish.change.stream
        var content = try wanted(finish)
        let clocks = MergeClocks(finish.change, &content)
        switch content {
        case .orders(let page):
            var context = OrderWriter.Context(
                shop: stream.shop, now: now, askedAt: finish.change.askedAt,
                plan: finish.parcelPlan)
            context.clocks = clocks
            let result = try orders.write(page, context)
            outcome.counts += result.counts
            if result.isParcelQueued {
                outcome.events.append(.queued(StreamID(shop: stream.shop, kind: .shipments)))
            }
        case .refunds(let page):
            outcome.refunds += try refunds.write(page, shop: stream.shop, clocks, now: now).counts
        case .trace, .parcels, .affiliate, .goods, .carriers, nil:
            break
        }
        if let content {
            try writeRejected(
                in: content, stream, askedAt: finish.change.askedAt, now: now, &outcome)
        }
        let retry = try retry(finish.change.subject, content, shop: stream.shop)
        let due: UTCInstant?
        switch finish.change.subject {
        case .order(let id):
            due = try queue.apply(
                finish.change.outcome, .order, id, shop: stream.shop, retry: retry)
        case .refund(let id):
            due = try queue.apply(
                finish.change.outcome, .refund, id, shop: stream.shop, retry: retry)
        case .parcel(let key):
            due = try shipments.apply(
                finish.change.outcome, finish.content, key, shop: stream.shop,
                plan: finish.parcelPlan, now: now)
            if case .parcels = finish.content {
                outcome.events.append(.queued(stream))
            }
        case .goods(let query):
            var page: GoodsPage?
            if case .goods(let answer) = finish.content { page = answer }
            let (next, drops) = try prices.apply(finish.change, query, page, now: now)
            outcome.drops += drops
            due = next
        }
        if finish.content != nil { try ledger.noteWork(stream, rows: 1, now: now) }
        outcome.events.append(.worked(stream, finish.change.subject, due: due))
    }

    // MARK: Shops

    /// The shop's key; a new shop gets one. The app follows the configuration; the platform cannot
    /// change, for the orders stored under the name are of the old one.
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

    /// Lets go of cached pages: the daemon has come to rest.
    public func releaseMemory() {
        database.releaseMemory()
    }

    /// Writes the log back into the database, so that the file alone is whole.
    public func checkpoint() throws(StoreError) {
        _ = try database.integer("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    /// Empties a log that has grown past its bound, if no reader is in the way.
    /// - Returns: its size if one is.
    private func boundLog(now: UTCInstant) -> Int64? {
        if logBound.isDue(bytes: logBytes, now: now.seconds) {
            // What was stored is stored, whatever becomes of this.
            let isEmptied = (try? database.truncateLog()) ?? false
            logBound.tried(isEmptied: isEmptied, bytes: logBytes)
        }
        return logBound.stuckBytes
    }

    private var logBytes: Int64 { database.files?.logBytes ?? 0 }

    /// Whether the names still lead to the files that were opened.
    public func checkFiles() throws(StoreError) {
        try database.checkFiles()
    }

    /// What can be saved of a database whose file was moved, deleted or replaced.
    ///
    /// The log goes back into the file it belongs to: left behind, it would be taken for that of
    /// the file which has the name now. A deleted file is copied while it still can be.
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
