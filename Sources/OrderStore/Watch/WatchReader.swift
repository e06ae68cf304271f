internal import SyncCore
internal import WireFormat

/// The queries of a `StatusWatch`: one for each table, whatever the number of shops, prepared
/// once.
final class WatchReader {
    private let database: Database
    private let shops: Statement
    private let checkpoints: Statement
    private let windows: Statement
    private let gaps: Statement
    private let lags: Statement
    private let usage: Statement
    private let classes: Statement
    private let bans: Statement
    private let feed: WatchFeed
    private let counter: WatchCounter

    /// The oldest gaps of all shops; a shop keeps a hundred, as `status` does.
    private static let gapsMax = 5_000
    private static let gapsPerShopMax = 100

    init(path: String) throws(StoreError) {
        database = try Database(path: path, isReadOnly: true)
        guard try Migrations.check(database) > 0 else {
            throw .cannotOpen(path: path, reason: "it holds no orders yet")
        }
        // A few pages: what is read once in a while need not stay in memory.
        try database.execute("PRAGMA cache_size = -256")
        shops = try database.prepare(
            "SELECT shop_id, name, platform, app, state, state_reason FROM shops")
        checkpoints = try database.prepare(
            """
            SELECT shop_id, stream, cursor_at, rows_stored, last_success_at, last_error,
                   began_at
            FROM checkpoints ORDER BY shop_id, stream DESC
            """)
        windows = try database.prepare(
            """
            SELECT shop_id, stream, state, count(*), sum(open_end_at - start_at), min(opened_at)
            FROM windows GROUP BY shop_id, stream, state
            """)
        gaps = try database.prepare(
            """
            SELECT shop_id, stream, state, start_at, open_end_at, opened_at, calls FROM windows
            WHERE state <> 'done' ORDER BY opened_at, start_at LIMIT \(Self.gapsMax)
            """)
        lags = try database.prepare(
            "SELECT shop_id, lag_s, overlap_s, settle_s, rows, late, missed FROM index_lag")
        usage = try database.prepare(
            "SELECT app, sum(calls) FROM quota_usage WHERE day = :day GROUP BY app")
        classes = try database.prepare(
            "SELECT app, class, calls FROM call_classes WHERE day = :day ORDER BY app, class")
        bans = try database.prepare(
            "SELECT app, method, banned_until_at FROM bans WHERE banned_until_at > :now")
        feed = try WatchFeed(database)
        counter = try WatchCounter(database)
    }

    /// The statements that the reader keeps.
    var preparedSQL: [String] { database.preparedSQL }

    func read(
        now: UTCInstant, day: String, countBudget: Duration
    ) throws(StoreError) -> WatchedStatus {
        var found = WatchedStatus()
        // One short transaction: all figures are of the same instant.
        try database.execute("BEGIN")
        defer {
            try? database.execute("COMMIT")
            database.releaseMemory()
        }
        var keys: [Int64] = []
        try readShops(&found.status, &keys)
        let places = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
        try readStreams(places, now: now, &found)
        try readGaps(places, &found.status)
        try readLags(places, &found.status)
        try feed.follow(dayStart: BeijingTime.parse(day)?.seconds ?? now.seconds)
        counter.forget(shopsOtherThan: Set(keys))
        try counter.count(keys, changed: feed.takeChangedShops(), now: now, budget: countBudget)
        for (place, key) in keys.enumerated() {
            addCounts(key, place, &found)
        }
        found.recentChanges = try feed.recent(names: names(keys, found.status))
        try readApps(now: now, day: day, places: places, &found)
        return found
    }

    private func names(_ keys: [Int64], _ status: StoreStatus) -> [Int64: String] {
        Dictionary(uniqueKeysWithValues: zip(keys, status.shops.map(\.name)))
    }

    // MARK: Shops

    private func readShops(
        _ status: inout StoreStatus, _ keys: inout [Int64]
    ) throws(StoreError) {
        defer { shops.reset() }
        var found: [(key: Int64, shop: StoreStatus.Shop)] = []
        while try shops.step() {
            let shop = StoreStatus.Shop(
                name: shops.text(1), platform: shops.text(2), app: shops.text(3),
                state: shops.text(4), stateReason: shops.text(5), orderCount: 0, streams: [])
            found.append((shops.integer(0), shop))
        }
        found.sort { NaturalOrder.precedes($0.shop.name, $1.shop.name) }
        keys = found.map(\.key)
        status.shops = found.map(\.shop)
    }

    private func readStreams(
        _ places: [Int64: Int], now: UTCInstant, _ found: inout WatchedStatus
    ) throws(StoreError) {
        defer { checkpoints.reset() }
        while try checkpoints.step() {
            guard let place = places[checkpoints.integer(0)] else { continue }
            found.status.shops[place].streams.append(
                StoreStatus.Stream(
                    stream: checkpoints.text(1), cursorAt: checkpoints.integer(2),
                    rows: checkpoints.integer(3), lastSuccessAt: checkpoints.optionalInteger(4),
                    lastError: checkpoints.text(5), windows: 0, openSeconds: 0))
            if now.seconds - checkpoints.integer(6) < WatchedStatus.firstReadSeconds {
                found.newStreams[found.status.shops[place].name, default: []]
                    .insert(checkpoints.text(1))
            }
        }
        defer { windows.reset() }
        while try windows.step() {
            guard let place = places[windows.integer(0)] else { continue }
            let (stream, state) = (windows.text(1), windows.text(2))
            let isOpen = state != "done"
            if let index = found.status.shops[place].streams.firstIndex(where: {
                $0.stream == stream
            }) {
                found.status.shops[place].streams[index].windows += windows.integer(3)
                if isOpen {
                    found.status.shops[place].streams[index].openSeconds += windows.integer(4)
                }
            }
            guard isOpen else { continue }
            var summary = found.windows[found.status.shops[place].name] ?? .init()
            summary.byState[state, default: 0] += windows.integer(3)
            if Self.isLive(stream) {
                summary.oldestLiveOpenedAt = min(
                    summary.oldestLiveOpenedAt ?? .max, windows.integer(5))
            }
            found.windows[found.status.shops[place].name] = summary
        }
    }

    /// History takes its time; what follows the present must not.
    private static func isLive(_ stream: String) -> Bool {
        switch StreamKind(rawValue: stream) {
        case .orders, .sweep, .sweepSecond, .sweepThird, .refunds, .affiliate: true
        case .backfill, .refundHistory, .requested, .verify, .details, .shipments, .audit, .prices,
            .ahead, nil:
            false
        }
    }

    private func readGaps(
        _ places: [Int64: Int], _ status: inout StoreStatus
    ) throws(StoreError) {
        defer { gaps.reset() }
        while try gaps.step() {
            guard let place = places[gaps.integer(0)],
                status.shops[place].gaps.count < Self.gapsPerShopMax
            else { continue }
            status.shops[place].gaps.append(
                StoreStatus.Gap(
                    stream: gaps.text(1), state: gaps.text(2), startAt: gaps.integer(3),
                    openEndAt: gaps.integer(4), openedAt: gaps.integer(5),
                    calls: gaps.integer(6)))
        }
    }

    private func readLags(
        _ places: [Int64: Int], _ status: inout StoreStatus
    ) throws(StoreError) {
        defer { lags.reset() }
        while try lags.step() {
            guard let place = places[lags.integer(0)] else { continue }
            status.shops[place].lag = StoreStatus.Lag(
                lagSeconds: lags.integer(1), overlapSeconds: lags.integer(2),
                settleSeconds: lags.integer(3), rows: lags.integer(4), late: lags.integer(5),
                missed: lags.integer(6))
        }
    }

    /// Puts what was counted where `status` has it.
    private func addCounts(_ key: Int64, _ place: Int, _ found: inout WatchedStatus) {
        let name = found.status.shops[place].name
        if let counts = feed.counts[key] { found.changes[name] = counts }
        guard let figures = counter.figures(of: key) else { return }
        found.figures[name] = figures
        found.status.shops[place].orderCount = figures.orders
        found.status.shops[place].detailsNotFound = figures.detailsNotFound
        found.status.shops[place].detailsRefused = figures.detailsRefused
        found.status.shops[place].rejectedRows = figures.rejectedRows
        found.status.shops[place].audits = figures.audits
        found.status.shops[place].watchedGoods = figures.watchedGoods
        for index in found.status.shops[place].streams.indices {
            let queue: WatchedStatus.Queue
            switch StreamKind(rawValue: found.status.shops[place].streams[index].stream) {
            case .details: queue = figures.details
            case .shipments: queue = figures.parcelQueue
            case .prices: queue = figures.priceQueue
            default: continue
            }
            found.status.shops[place].streams[index].queued = queue.entries
            found.status.shops[place].streams[index].oldestDueAt = queue.oldestDueAt
        }
    }

    // MARK: Apps

    private func readApps(
        now: UTCInstant, day: String, places: [Int64: Int], _ found: inout WatchedStatus
    ) throws(StoreError) {
        var apps: [String: StoreStatus.App] = [:]
        for (key, place) in places {
            let name = found.status.shops[place].app
            apps[name, default: StoreStatus.App(name: name, callsToday: 0)].orderChangesToday +=
                feed.orderChangesToday[key] ?? 0
        }
        defer { usage.reset() }
        usage.bind(.day, day)
        while try usage.step() { apps[usage.text(0)]?.callsToday = usage.integer(1) }
        defer { classes.reset() }
        classes.bind(.day, day)
        while try classes.step() {
            apps[classes.text(0)]?.callsByClass.append((classes.text(1), classes.integer(2)))
        }
        defer { bans.reset() }
        bans.bind(.now, now.seconds)
        while try bans.step() {
            let ban = WatchedStatus.Ban(
                app: bans.text(0), method: bans.text(1), untilAt: bans.integer(2))
            let until = max(apps[ban.app]?.bannedUntilAt ?? 0, ban.untilAt)
            apps[ban.app]?.bannedUntilAt = until
            found.bans.append(ban)
        }
        found.status.apps = apps.values.sorted { $0.name < $1.name }
    }
}
