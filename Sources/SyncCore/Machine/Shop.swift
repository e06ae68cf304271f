/// One shop: its feeds, and whether the platform accepts its authorisation.
struct Shop: Sendable {
    let id: ShopID
    let app: Int
    let configuration: MachineConfiguration.Shop
    /// Empty until the platform's time is known.
    var feeds: [Feed] = []
    var inFlight = 0
    var trouble: Trouble?
    /// The database calls it active. An earlier run may have left another state there.
    var isKnownToWork = false
    /// Latest failure told per feed, and when, so that a repeated one is not written each time.
    var errorsTold: [StreamKind: (code: String, at: Ticks)] = [:]

    init(_ configuration: MachineConfiguration.Shop, app: Int) {
        id = configuration.id
        self.app = app
        self.configuration = configuration
    }

    /// Sets the feeds up on the platform's clock.
    /// - Returns: bookkeeping of streams that begin now.
    mutating func begin(now: Now, platformNow: UTCInstant) -> [LedgerChange] {
        var changes: [LedgerChange] = []
        let restored = configuration.restored
        let liveID = StreamID(shop: id, kind: .orders)
        let liveStart = platformNow.advanced(bySeconds: -configuration.settle)
        var live = Feed(
            id: liveID, direction: .forward, policy: livePolicy,
            cursor: restored.cursors[.orders] ?? liveStart, now: now.ticks)
        live.restore(restored.windows[.orders] ?? [])
        if live.cursor > liveStart, let change = live.rewind(to: liveStart, now: now.ticks) {
            changes.append(change)
        }
        if restored.cursors[.orders] == nil {
            var change = LedgerChange(stream: liveID)
            change.cursor = live.cursor
            changes.append(change)
        }
        feeds = [live]
        if let history = history(now: now, platformNow: platformNow, &changes) {
            feeds.append(history)
        }
        return changes
    }

    private var livePolicy: Feed.Policy {
        Feed.Policy(
            settle: configuration.settle, overlap: configuration.overlap,
            pollMilliseconds: configuration.pollMilliseconds, spanMax: 1_800, spanFirst: 1_800,
            pageSize: configuration.pageSize)
    }

    /// History is read by creation time: a day at once as the platform advises, and more where
    /// that holds few orders, for no limit is documented and a page holds no more than a page.
    private func history(
        now: Now, platformNow: UTCInstant, _ changes: inout [LedgerChange]
    ) -> Feed? {
        let restored = configuration.restored
        let records = restored.windows[.backfill] ?? []
        let id = StreamID(shop: id, kind: .backfill)
        let wanted = platformNow.advanced(bySeconds: -configuration.backfillDays * 86_400)
        let floor = records.map(\.window.start).min() ?? restored.cursors[.backfill] ?? platformNow
        let policy = Feed.Policy(
            settle: 0, overlap: 0, pollMilliseconds: 0, spanMax: Feed.historySpanMax,
            spanFirst: 86_400, pageSize: configuration.pageSize)
        let cursor = records.map(\.window.end).max() ?? floor
        var feed = Feed(
            id: id, direction: .backward, policy: policy, cursor: cursor,
            remaining: TimeWindow(start: floor, end: floor), now: now.ticks)
        feed.restore(records)
        // A day of grace: the same setting must not grow the history at every restart.
        let isNew = restored.cursors[.backfill] == nil
        if configuration.backfillDays > 0, isNew || wanted.seconds + 86_400 < floor.seconds,
            feed.remaining.isEmpty
        {
            feed.remaining = TimeWindow(start: min(wanted, floor), end: floor)
            var change = LedgerChange(stream: id)
            change.cursor = cursor
            change.cursorBefore = restored.cursors[.backfill]
            change.written = [
                WindowRecord(
                    window: feed.remaining, openEnd: floor, state: .planned, calls: 0, rows: 0)
            ]
            changes.append(change)
        }
        return feed.isFinished ? nil : feed
    }
}
