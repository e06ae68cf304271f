public import SyncCore

extension OrderStore {
    /// Longest window that a range is cut into, in seconds.
    static let requestedWindowMax: Int64 = 7 * 86_400

    /// The shop's key; nil for a shop that was never synced.
    public func shopID(named name: String) throws(StoreError) -> ShopID? {
        let statement = try database.prepare("SELECT shop_id FROM shops WHERE name = :name")
        statement.bind(.name, name)
        return try statement.step() ? ShopID(statement.integer(0)) : nil
    }

    /// Puts a range into the ledger, except for what is there already: that has been requested, and
    /// a daemon may be reading it.
    public func request(
        _ stream: StreamID, _ range: TimeWindow, now: UTCInstant
    ) throws(StoreError) {
        try database.transaction { () throws(StoreError) in
            let checkpoint = try database.prepare(
                """
                INSERT INTO checkpoints (shop_id, stream, cursor_at, began_at, updated_at)
                VALUES (:shop_id, :stream, :cursor_at, :now, :now) ON CONFLICT DO NOTHING
                """)
            checkpoint.bind(.shopID, stream.shop.rawValue)
            checkpoint.bind(.stream, stream.kind.rawValue)
            checkpoint.bind(.cursorAt, range.end.seconds)
            checkpoint.bind(.now, now.seconds)
            try checkpoint.run()
            let insert = try database.prepare(
                """
                INSERT INTO windows (shop_id, stream, start_at, end_at, open_end_at, state, calls,
                                     rows, opened_at, updated_at)
                VALUES (:shop_id, :stream, :start_at, :end_at, :end_at, 'open', 0, 0, :now, :now)
                """)
            insert.bind(.shopID, stream.shop.rawValue)
            insert.bind(.stream, stream.kind.rawValue)
            insert.bind(.now, now.seconds)
            for gap in try uncovered(stream, range) {
                var start = gap.start
                while start < gap.end {
                    let end = min(gap.end, start.advanced(bySeconds: Self.requestedWindowMax))
                    insert.bind(.startAt, start.seconds)
                    insert.bind(.endAt, end.seconds)
                    try insert.run()
                    start = end
                }
            }
        }
    }

    /// The parts of a range that no window of the stream covers, oldest first.
    private func uncovered(
        _ stream: StreamID, _ range: TimeWindow
    ) throws(StoreError) -> [TimeWindow] {
        let statement = try database.prepare(
            """
            SELECT start_at, end_at FROM windows
            WHERE shop_id = :shop_id AND stream = :stream AND start_at < :until_at
                AND end_at > :from_at ORDER BY start_at
            """)
        statement.bind(.shopID, stream.shop.rawValue)
        statement.bind(.stream, stream.kind.rawValue)
        statement.bind(.fromAt, range.start.seconds)
        statement.bind(.untilAt, range.end.seconds)
        var gaps: [TimeWindow] = []
        var position = range.start
        while try statement.step() {
            let start = UTCInstant(seconds: statement.integer(0))
            if start > position { gaps.append(TimeWindow(start: position, end: start)) }
            position = max(position, UTCInstant(seconds: statement.integer(1)))
        }
        if position < range.end { gaps.append(TimeWindow(start: position, end: range.end)) }
        return gaps
    }

    /// What of a range is still to be read.
    public func progress(
        of stream: StreamID, in range: TimeWindow
    ) throws(StoreError) -> RangeProgress {
        let statement = try database.prepare(
            """
            SELECT count(*), coalesce(sum(open_end_at - start_at), 0), coalesce(sum(calls), 0),
                   coalesce((SELECT last_error FROM checkpoints
                             WHERE shop_id = :shop_id AND stream = :stream), '')
            FROM windows
            WHERE shop_id = :shop_id AND stream = :stream AND start_at < :until_at
                AND end_at > :from_at
            """)
        statement.bind(.shopID, stream.shop.rawValue)
        statement.bind(.stream, stream.kind.rawValue)
        statement.bind(.fromAt, range.start.seconds)
        statement.bind(.untilAt, range.end.seconds)
        var progress = RangeProgress()
        guard try statement.step() else { return progress }
        progress.windows = statement.integer(0)
        progress.openSeconds = statement.integer(1)
        progress.calls = statement.integer(2)
        progress.lastError = statement.text(3)
        try readStanding(of: stream.shop, &progress)
        return progress
    }

    private func readStanding(
        of shop: ShopID, _ progress: inout RangeProgress
    ) throws(StoreError) {
        let statement = try database.prepare(
            """
            SELECT state, state_reason,
                   (SELECT max(last_success_at) FROM checkpoints WHERE shop_id IN
                       (SELECT shop_id FROM shops AS own WHERE own.app = shops.app)),
                   (SELECT max(banned_until_at) FROM bans WHERE bans.app = shops.app)
            FROM shops WHERE shop_id = :shop_id
            """)
        statement.bind(.shopID, shop.rawValue)
        guard try statement.step() else { return }
        progress.shopState = ShopState(rawValue: statement.text(0)) ?? .active
        progress.shopReason = statement.text(1)
        progress.appSucceededAt = statement.optionalInteger(2).map { UTCInstant(seconds: $0) }
        progress.bannedUntil = statement.optionalInteger(3).map { UTCInstant(seconds: $0) }
    }

    public func callsUsed(app: String, day: String) throws(StoreError) -> Int64 {
        let statement = try database.prepare(
            "SELECT coalesce(sum(calls), 0) FROM quota_usage WHERE app = :app AND day = :day")
        statement.bind(.app, app)
        statement.bind(.day, day)
        return try statement.step() ? statement.integer(0) : 0
    }

    /// Orders created in the range that are stored.
    public func orderCount(_ shop: ShopID, in range: TimeWindow) throws(StoreError) -> Int64 {
        Int64(try count(shop, range))
    }
}
