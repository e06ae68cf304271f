public import SyncCore

/// What `status` shows, read beside a running daemon without disturbing it.
public struct StoreStatus: Equatable, Sendable {
    public struct Stream: Equatable, Sendable {
        public var stream: String
        public var cursorAt: Int64
        public var rows: Int64
        public var lastSuccessAt: Int64?
        public var lastError: String
        /// Ledger rows: open, suspect, planned or done intervals.
        public var windows: Int64
        /// Seconds that those intervals still have open.
        public var openSeconds: Int64
    }

    public struct Shop: Equatable, Sendable {
        public var name: String
        public var platform: String
        public var app: String
        public var state: String
        public var stateReason: String
        public var orderCount: Int64
        public var streams: [Stream]
    }

    public struct App: Equatable, Sendable {
        public var name: String
        public var callsToday: Int64
        public var bannedUntilAt: Int64?
    }

    public var shops: [Shop] = []
    public var apps: [App] = []
}

/// What the demo's summary tells.
public struct OrderTotals: Equatable, Sendable {
    public struct ByStatus: Equatable, Sendable {
        public var status: String
        public var orders: Int64
        public var paymentFen: Int64
    }

    public var byStatus: [ByStatus]
    public var items: Int64
    public var changes: Int64
}

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
        var status = StoreStatus()
        let shops = try database.prepare(
            """
            SELECT shop_id, name, platform, app, state, state_reason,
                   (SELECT count(*) FROM orders WHERE orders.shop_id = shops.shop_id)
            FROM shops ORDER BY name
            """)
        while try shops.step() {
            status.shops.append(
                StoreStatus.Shop(
                    name: shops.text(1), platform: shops.text(2), app: shops.text(3),
                    state: shops.text(4), stateReason: shops.text(5),
                    orderCount: shops.integer(6),
                    streams: try streams(of: shops.integer(0), database)))
        }
        let apps = try database.prepare(
            """
            SELECT app, coalesce((SELECT sum(calls) FROM quota_usage AS used
                                  WHERE used.app = shops.app AND day = ?1), 0),
                   (SELECT max(banned_until_at) FROM bans
                    WHERE bans.app = shops.app AND banned_until_at > ?2)
            FROM shops GROUP BY app ORDER BY app
            """)
        apps.bind(1, day)
        apps.bind(2, now.seconds)
        while try apps.step() {
            status.apps.append(
                StoreStatus.App(
                    name: apps.text(0), callsToday: apps.integer(1),
                    bannedUntilAt: apps.optionalInteger(2)))
        }
        return status
    }

    private static func streams(
        of shop: Int64, _ database: Database
    ) throws(StoreError) -> [StoreStatus.Stream] {
        let statement = try database.prepare(
            """
            SELECT stream, cursor_at, rows_stored, last_success_at, last_error,
                   (SELECT count(*) FROM windows WHERE windows.shop_id = checkpoints.shop_id
                                                   AND windows.stream = checkpoints.stream),
                   (SELECT coalesce(sum(open_end_at - start_at), 0) FROM windows
                    WHERE windows.shop_id = checkpoints.shop_id
                      AND windows.stream = checkpoints.stream AND state <> 'done')
            FROM checkpoints WHERE shop_id = ?1 ORDER BY stream DESC
            """)
        statement.bind(1, shop)
        var streams: [StoreStatus.Stream] = []
        while try statement.step() {
            streams.append(
                StoreStatus.Stream(
                    stream: statement.text(0), cursorAt: statement.integer(1),
                    rows: statement.integer(2), lastSuccessAt: statement.optionalInteger(3),
                    lastError: statement.text(4), windows: statement.integer(5),
                    openSeconds: statement.integer(6)))
        }
        return streams
    }

    /// Orders and money by status, over all shops.
    public static func readTotals(path: String) throws(StoreError) -> OrderTotals {
        let database = try Database(path: path, isReadOnly: true)
        let statement = try database.prepare(
            """
            SELECT status, count(*), coalesce(sum(payment_fen), 0)
            FROM orders GROUP BY status ORDER BY count(*) DESC
            """)
        var byStatus: [OrderTotals.ByStatus] = []
        while try statement.step() {
            byStatus.append(
                OrderTotals.ByStatus(
                    status: statement.text(0), orders: statement.integer(1),
                    paymentFen: statement.integer(2)))
        }
        return OrderTotals(
            byStatus: byStatus, items: try database.integer("SELECT count(*) FROM order_items"),
            changes: try database.integer("SELECT count(*) FROM changes"))
    }
}
