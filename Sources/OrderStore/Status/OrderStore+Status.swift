public import SyncCore
internal import WireFormat

extension OrderStore {
    /// Reads the database at `path` without writing to it.
    /// - Parameter day: Beijing day whose calls count as today's.
    public static func readStatus(
        path: String, day: String, now: UTCInstant
    ) throws(StoreError) -> StoreStatus {
        let database = try Database(path: path, isReadOnly: true)
        let version = try Migrations.check(database)
        guard version > 0 else {
            throw .cannotOpen(path: path, reason: "it holds no orders yet")
        }
        guard version == Migrations.latest else {
            throw .failed(
                path: path,
                reason: "of an older version; start ordersync run, it brings the file up to date")
        }
        var status = StoreStatus()
        let shops = try database.prepare(
            """
            SELECT shop_id, name, platform, app, state, state_reason,
                   (SELECT count(*) FROM orders WHERE orders.shop_id = shops.shop_id)
                   + (SELECT count(*) FROM affiliate_orders AS brought
                      WHERE brought.shop_id = shops.shop_id),
                   nick, authorized_until_at
            FROM shops
            """)
        let watched = try WatchedGoodsReader(database)
        while try shops.step() {
            let id = shops.integer(0)
            var shop = StoreStatus.Shop(
                name: shops.text(1), platform: shops.text(2), app: shops.text(3),
                state: shops.text(4), stateReason: shops.text(5), orderCount: shops.integer(6),
                streams: try streams(of: id, now: now, database))
            shop.nick = shops.text(7)
            shop.authorizedUntilAt = shops.optionalInteger(8)
            shop.gaps = try gaps(of: id, database)
            shop.lag = try lag(of: id, database)
            try readCounts(of: id, database, &shop)
            shop.watchedGoods = try watched.count(of: id)
            status.shops.append(shop)
        }
        status.shops.sort { NaturalOrder.precedes($0.name, $1.name) }
        let apps = try database.prepare(
            """
            SELECT app, coalesce((SELECT sum(calls) FROM quota_usage AS used
                                  WHERE used.app = shops.app AND day = :day), 0),
                   (SELECT max(banned_until_at) FROM bans
                    WHERE bans.app = shops.app AND banned_until_at > :now)
            FROM shops GROUP BY app ORDER BY app
            """)
        apps.bind(.day, day)
        apps.bind(.now, now.seconds)
        while try apps.step() {
            var app = StoreStatus.App(
                name: apps.text(0), callsToday: apps.integer(1),
                bannedUntilAt: apps.optionalInteger(2).map {
                    min($0, now.seconds + RateLimiter.banSecondsMax + 2)
                })
            app.callsByClass = try callsByClass(app.name, day, database)
            if let start = BeijingTime.parse(day) {
                app.orderChangesToday = try orderChanges(app.name, since: start, database)
            }
            status.apps.append(app)
        }
        return status
    }

    private static func streams(
        of shop: Int64, now: UTCInstant, _ database: Database
    ) throws(StoreError) -> [StoreStatus.Stream] {
        let statement = try database.prepare(
            """
            SELECT stream, cursor_at, rows_stored, last_success_at, last_error,
                   (SELECT count(*) FROM windows WHERE windows.shop_id = checkpoints.shop_id
                                                   AND windows.stream = checkpoints.stream),
                   (SELECT coalesce(sum(open_end_at - start_at), 0) FROM windows
                    WHERE windows.shop_id = checkpoints.shop_id
                      AND windows.stream = checkpoints.stream AND state <> 'done')
            FROM checkpoints WHERE shop_id = :shop_id ORDER BY stream DESC
            """)
        statement.bind(.shopID, shop)
        var streams: [StoreStatus.Stream] = []
        while try statement.step() {
            var stream = StoreStatus.Stream(
                stream: statement.text(0), cursorAt: statement.integer(1),
                rows: statement.integer(2), lastSuccessAt: statement.optionalInteger(3),
                lastError: statement.text(4), windows: statement.integer(5),
                openSeconds: statement.integer(6))
            try readQueue(of: shop, now: now, database, &stream)
            streams.append(stream)
        }
        return streams
    }

    private static func readQueue(
        of shop: Int64, now: UTCInstant, _ database: Database, _ stream: inout StoreStatus.Stream
    ) throws(StoreError) {
        // History uses spare calls only, so its waiting is no lag.
        let history = DetailDemand.historyPriorityMin
        let sql: String
        switch stream.stream {
        case StreamKind.details.rawValue:
            sql = """
                SELECT count(*),
                       min(due_at) FILTER (WHERE due_at <= :now AND priority < \(history))
                FROM detail_queue
                WHERE shop_id = :shop_id AND entity = 'order' AND state = 'queued'
                """
        case StreamKind.shipments.rawValue:
            sql = """
                SELECT count(*), min(next_poll_at) FILTER (WHERE next_poll_at <= :now)
                FROM shipments
                WHERE shop_id = :shop_id AND next_poll_at IS NOT NULL AND \(ShipmentSQL.isTraceable)
                """
        case StreamKind.prices.rawValue:
            sql = """
                SELECT count(*), min(due_at) FILTER (WHERE \(WatchedGoodsReader.isLate))
                FROM goods_watch WHERE shop_id = :shop_id
                """
        default:
            return
        }
        let statement = try database.prepare(sql)
        statement.bind(.shopID, shop)
        statement.bind(.now, now.seconds)
        guard try statement.step() else { return }
        stream.queued = statement.integer(0)
        stream.oldestDueAt = statement.optionalInteger(1)
    }

    /// The oldest hundred gaps, oldest first.
    private static func gaps(
        of shop: Int64, _ database: Database
    ) throws(StoreError) -> [StoreStatus.Gap] {
        let statement = try database.prepare(
            """
            SELECT stream, state, start_at, open_end_at, opened_at, calls FROM windows
            WHERE shop_id = :shop_id AND state <> 'done' ORDER BY opened_at, start_at LIMIT 100
            """)
        statement.bind(.shopID, shop)
        var gaps: [StoreStatus.Gap] = []
        while try statement.step() {
            gaps.append(
                StoreStatus.Gap(
                    stream: statement.text(0), state: statement.text(1),
                    startAt: statement.integer(2), openEndAt: statement.integer(3),
                    openedAt: statement.integer(4), calls: statement.integer(5)))
        }
        return gaps
    }

    private static func lag(
        of shop: Int64, _ database: Database
    ) throws(StoreError) -> StoreStatus.Lag? {
        let statement = try database.prepare(
            """
            SELECT lag_s, overlap_s, settle_s, rows, late, missed FROM index_lag
            WHERE shop_id = :shop_id
            """)
        statement.bind(.shopID, shop)
        guard try statement.step() else { return nil }
        return StoreStatus.Lag(
            lagSeconds: statement.integer(0), overlapSeconds: statement.integer(1),
            settleSeconds: statement.integer(2), rows: statement.integer(3),
            late: statement.integer(4), missed: statement.integer(5))
    }

    /// Each row once, however many streams show it.
    static let rejectedRowsSQL =
        "SELECT count(DISTINCT raw_hash) FROM rejected_rows WHERE shop_id = :shop_id"

    private static func readCounts(
        of shop: Int64, _ database: Database, _ status: inout StoreStatus.Shop
    ) throws(StoreError) {
        let details = try database.prepare(
            """
            SELECT coalesce(sum(state = 'not_found'), 0), coalesce(sum(state = 'refused'), 0)
            FROM detail_queue WHERE shop_id = :shop_id AND state <> 'queued'
            """)
        details.bind(.shopID, shop)
        if try details.step() {
            status.detailsNotFound = details.integer(0)
            status.detailsRefused = details.integer(1)
        }
        let rejected = try database.prepare(rejectedRowsSQL)
        rejected.bind(.shopID, shop)
        if try rejected.step() { status.rejectedRows = rejected.integer(0) }
        let audits = try database.prepare(
            "SELECT state, count(*) FROM audits WHERE shop_id = :shop_id GROUP BY state")
        audits.bind(.shopID, shop)
        while try audits.step() { status.audits[audits.text(0)] = audits.integer(1) }
    }

    // MARK: Apps

    private static func callsByClass(
        _ app: String, _ day: String, _ database: Database
    ) throws(StoreError) -> [(callClass: String, calls: Int64)] {
        let statement = try database.prepare(
            "SELECT class, calls FROM call_classes WHERE app = :app AND day = :day ORDER BY class")
        statement.bind(.app, app)
        statement.bind(.day, day)
        var calls: [(callClass: String, calls: Int64)] = []
        while try statement.step() { calls.append((statement.text(0), statement.integer(1))) }
        return calls
    }

    private static func orderChanges(
        _ app: String, since start: UTCInstant, _ database: Database
    ) throws(StoreError) -> Int64 {
        let statement = try database.prepare(
            """
            SELECT count(*) FROM changes JOIN shops USING (shop_id)
            WHERE seq >= :seq AND entity IN ('order', 'affiliate_order') AND app = :app
            """)
        statement.bind(.app, app)
        statement.bind(.seq, try firstChange(since: start, database))
        return try statement.step() ? statement.integer(0) : 0
    }

    /// The first number of the feed from that time on, found by halving: the feed is in the order
    /// of its time, and has no index by it.
    private static func firstChange(
        since start: UTCInstant, _ database: Database
    ) throws(StoreError) -> Int64 {
        let probe = try database.prepare(
            "SELECT changed_at FROM changes WHERE seq >= :seq ORDER BY seq LIMIT 1")
        var low = try database.integer("SELECT coalesce(min(seq), 1) FROM changes")
        var high = try database.integer("SELECT coalesce(max(seq), 0) + 1 FROM changes")
        while low < high {
            let middle = low + (high - low) / 2
            probe.bind(.seq, middle)
            let isBefore = try probe.step() && probe.integer(0) < start.seconds
            probe.reset()
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Orders and money by status, over all shops, and by shop.
    public static func readTotals(path: String) throws(StoreError) -> OrderTotals {
        let database = try Database(path: path, isReadOnly: true)
        return OrderTotals(
            byStatus: try totalsByStatus(database), byShop: try totalsByShop(database),
            items: try database.integer("SELECT count(*) FROM order_items"),
            refunds: try database.integer("SELECT count(*) FROM refunds"),
            parcels: try database.integer("SELECT count(*) FROM shipments"),
            changes: try database.integer("SELECT count(*) FROM changes"))
    }

    private static func totalsByStatus(
        _ database: Database
    ) throws(StoreError) -> [OrderTotals.ByStatus] {
        let statement = try database.prepare(
            """
            SELECT status, count(*), coalesce(sum(payment_fen), 0)
            FROM orders GROUP BY status ORDER BY count(*) DESC
            """)
        var rows: [OrderTotals.ByStatus] = []
        while try statement.step() {
            rows.append(
                OrderTotals.ByStatus(
                    status: statement.text(0), orders: statement.integer(1),
                    paymentFen: statement.integer(2)))
        }
        return rows
    }

    private static func totalsByShop(
        _ database: Database
    ) throws(StoreError) -> [OrderTotals.ByShop] {
        let statement = try database.prepare(
            """
            SELECT shops.name, shops.platform, count(*), coalesce(sum(payment_fen), 0)
            FROM orders JOIN shops USING (shop_id) GROUP BY shop_id ORDER BY shop_id
            """)
        var rows: [OrderTotals.ByShop] = []
        while try statement.step() {
            rows.append(
                OrderTotals.ByShop(
                    name: statement.text(0), platform: statement.text(1),
                    orders: statement.integer(2), paymentFen: statement.integer(3)))
        }
        return rows
    }
}
