/// One shop: its feeds and queues, and whether the platform accepts its authorisation.
struct Shop: Sendable {
    let id: ShopID
    let app: Int
    let configuration: MachineConfiguration.Shop
    /// How its platform's lists want to be read.
    let rules: ReadingRules
    var hasBegun = false
    /// Empty until the platform's time is known.
    var feeds: [Feed] = []
    var queues: [WorkQueue] = []
    var audit: Audit?
    var lag: IndexLag?
    var agenda = SyncMachine.Agenda()
    var inFlight = 0
    /// No call for refunds before, where the platform counts those by shop.
    var refundsAgainAt: Ticks?
    var trouble: Trouble?
    var seller: SellerState
    /// The latest call when the platform refused one of the shop, and when it took one.
    var refusedAt: UInt64?
    var workedAt: UInt64?
    /// Methods that not all depends on and that the shop alone is refused.
    var refusals: [CallMethod: Trouble] = [:]
    /// Where live reading began, as far as this process knows.
    var liveBegan: UTCInstant?
    /// The database calls it active. An earlier run may have left another state there.
    var isKnownToWork = false
    /// Latest failure told per stream, and when, so that a repeated one is not written each time.
    var errorsTold: [StreamKind: (code: String, at: Ticks)] = [:]

    /// Live reads of refunds reach back at least so far, for nobody sweeps them.
    static let refundOverlapMin: Int64 = 600
    static let refundOverlapRepeat: Int64 = 60
    /// Longest time that a sweep waits for before it takes it up.
    static let sweepTileMax: Int64 = 21_600

    init(_ configuration: MachineConfiguration.Shop, app: Int, rules: ReadingRules) {
        id = configuration.id
        self.rules = rules
        self.app = app
        self.configuration = configuration
        seller = SellerState(isAsked: configuration.asksSeller)
    }

    func feedIndex(_ kind: StreamKind) -> Int? {
        feeds.firstIndex { $0.id.kind == kind }
    }

    func queueIndex(_ kind: StreamKind) -> Int? {
        queues.firstIndex { $0.id.kind == kind }
    }

    /// What reads changes as they happen: of orders, or of those that a promoter brought.
    var liveIndex: Int? { feedIndex(.orders) ?? feedIndex(.affiliate) }

    var aheadAgain: AheadAgain?
    /// The platform does not show times in its future.
    var aheadIsRefused = false

    /// A command's windows are being read.
    var hasRequests: Bool { feedIndex(.requested) != nil || feedIndex(.verify) != nil }

    /// Sets the feeds up on the platform's clock.
    /// - Returns: bookkeeping of streams that begin now.
    mutating func begin(now: Now, platformNow: UTCInstant) -> [LedgerChange] {
        hasBegun = true
        var changes: [LedgerChange] = []
        let wanted = configuration.streams
        if wanted.contains(.orders) { beginLive(now, platformNow, &changes) }
        if wanted.contains(.backfill) {
            beginHistory(.backfill, before: platformNow, now, platformNow, &changes)
        }
        if wanted.contains(.affiliate) { beginAffiliate(now, platformNow, &changes) }
        if wanted.contains(.sweep) { beginSweeps(now, platformNow, &changes) }
        if wanted.contains(.refunds) {
            beginRefunds(now, platformNow, &changes)
            queues.append(WorkQueue(id: StreamID(shop: id, kind: .refunds)))
        }
        for kind in [StreamKind.details, .shipments, .prices] where wanted.contains(kind) {
            queues.append(WorkQueue(id: StreamID(shop: id, kind: kind)))
            guard configuration.restored.cursors[kind] == nil else { continue }
            changes.append(beginning(of: kind, at: platformNow))
        }
        if wanted.contains(.audit) { audit = Audit(done: configuration.restored.audits) }
        for kind in [StreamKind.requested, .verify] where wanted.contains(kind) {
            takeUp(configuration.restored.windows[kind] ?? [], kind, now: now)
        }
        takeUp(configuration.restored.windows[.ahead] ?? [], .ahead, now: now)
        return changes
    }

    private func beginning(of kind: StreamKind, at cursor: UTCInstant) -> LedgerChange {
        var change = LedgerChange(stream: StreamID(shop: id, kind: kind))
        change.cursor = cursor
        return change
    }

    // MARK: Live feeds

    private mutating func beginLive(
        _ now: Now, _ platformNow: UTCInstant, _ changes: inout [LedgerChange]
    ) {
        var policy = feedPolicy(
            .orders, settle: settle, overlap: configuration.overlap,
            pollMilliseconds: configuration.pollMilliseconds)
        lag = configuration.restored.lag ?? IndexLag(now: platformNow)
        if let lag {
            policy.overlap = lag.overlap(lagBounds)
            policy.settle = lag.settle(lagBounds)
        }
        let start = platformNow.advanced(bySeconds: -policy.settle)
        forward(policy, .orders, from: start, now, platformNow, &changes)
        liveBegan = feeds.last?.cursor
    }

    /// A feed that goes on from its cursor, or begins at `start`.
    private mutating func forward(
        _ policy: Feed.Policy, _ kind: StreamKind, from start: UTCInstant, _ now: Now,
        _ platformNow: UTCInstant, _ changes: inout [LedgerChange]
    ) {
        let restored = configuration.restored
        var feed = Feed(
            id: StreamID(shop: id, kind: kind), direction: .forward, policy: policy,
            cursor: restored.cursors[kind] ?? start, now: now.ticks)
        feed.restore(restored.windows[kind] ?? [])
        // Only a clock that was ahead takes a cursor back, not a settle that is longer now, and
        // not a sweep's delay: it begins where live reading began, however long ago that is.
        let newest = platformNow.advanced(
            bySeconds: kind == .affiliate ? -policy.settle : -settle)
        // Windows that lie ahead go as well, also where the cursor has not come so far.
        let planned = feed.tiles.last?.reader.window.end ?? feed.cursor
        let wasAhead = clockWasAhead(now, platformNow) || planned > newest.advanced(bySeconds: 5)
        if restored.cursors[kind] != nil,
            let change = feed.rewind(
                to: newest, since: wasAhead ? sinceStored(kind, now) : 0, now: now.ticks)
        {
            changes.append(change)
            if kind == .orders, change.cursorBefore != nil {
                changes.append(readAhead(from: newest, to: planned, now: now))
            }
        }
        if restored.cursors[kind] == nil { changes.append(beginning(of: kind, at: feed.cursor)) }
        feeds.append(feed)
    }

    /// What was read is read again, after each of the delays: a sweep begins where live reading
    /// began, and never overtakes it.
    private mutating func beginSweeps(
        _ now: Now, _ platformNow: UTCInstant, _ changes: inout [LedgerChange]
    ) {
        guard let live = liveIndex else { return }
        // What a promoter's first read goes through is old: no lag hides any of it.
        let start =
            feeds[live].id.kind == .affiliate
            ? max(feeds[live].cursor, platformNow.advanced(bySeconds: -feeds[live].policy.settle))
            : feeds[live].cursor
        for (kind, delay) in zip(StreamKind.sweeps, configuration.sweepDelays) {
            let policy = feedPolicy(
                kind, settle: delay, overlap: 0,
                pollMilliseconds: Self.sweepTile(delay) * 1_000,
                of: feeds[live].policy.changes)
            forward(policy, kind, from: start, now, platformNow, &changes)
        }
    }

    /// Sweeps end where live reads will not come by again: what those would still find themselves
    /// is not missed.
    var sweepLimit: UTCInstant? {
        guard let live = liveIndex else { return nil }
        return feeds[live].cursor.advanced(bySeconds: -2 * feeds[live].policy.overlap)
    }

    /// Seconds of what a sweep takes up at once: the longer it has waited, the less it hurries.
    static func sweepTile(_ delay: Int64) -> Int64 {
        max(1, min(delay, sweepTileMax))
    }

    /// A promoter's orders, in no promised order, so by count; from the beginning of what the
    /// platform tells.
    private mutating func beginAffiliate(
        _ now: Now, _ platformNow: UTCInstant, _ changes: inout [LedgerChange]
    ) {
        let policy = feedPolicy(
            .affiliate, settle: configuration.settle,
            overlap: max(Self.refundOverlapMin, configuration.overlap),
            pollMilliseconds: configuration.pollMilliseconds, of: .affiliateChanged)
        // A first read repeats twice the overlap, before its start.
        let asked = configuration.backfillDays * 86_400
        let reach = policy.horizon.map { $0 - 2 * policy.overlap - Feed.horizonMargin }
        let wanted = min(asked, reach ?? asked)
        let start = platformNow.advanced(bySeconds: -max(policy.settle, wanted))
        forward(policy, .affiliate, from: start, now, platformNow, &changes)
    }

    private mutating func beginRefunds(
        _ now: Now, _ platformNow: UTCInstant, _ changes: inout [LedgerChange]
    ) {
        var policy = feedPolicy(
            .refunds, settle: settle,
            overlap: max(Self.refundOverlapMin, configuration.overlap),
            pollMilliseconds: configuration.refundPollMilliseconds)
        // Its overlap is long, and no sweep finds sooner what is shown late.
        policy.overlapRepeat = Self.refundOverlapRepeat
        // A second of it has settled, so the first poll comes at once, not an interval later.
        let start = platformNow.advanced(bySeconds: -settle - 1)
        forward(policy, .refunds, from: start, now, platformNow, &changes)
        guard configuration.streams.contains(.refundHistory), let live = feeds.last else { return }
        beginHistory(.refundHistory, before: live.cursor, now, platformNow, &changes)
    }

    /// Seconds that live reads stay behind at least.
    var settle: Int64 { max(configuration.settle, rules.settleMin) }

    private var lagBounds: IndexLag.Bounds {
        IndexLag.Bounds(
            overlapMin: configuration.overlap, overlapMax: configuration.overlapMax,
            settleMin: settle, settleMax: configuration.settleMax)
    }

    private func feedPolicy(
        _ kind: StreamKind, settle: Int64 = 0, overlap: Int64 = 0, pollMilliseconds: Int64 = 0,
        of changes: CallMethod = .ordersChanged
    ) -> Feed.Policy {
        let list = rules.list(of: changes == .affiliateChanged ? .affiliate : kind)
        return Feed.Policy(
            settle: settle, overlap: overlap, pollMilliseconds: pollMilliseconds,
            spanMax: list.spanMax, spanFirst: list.spanFirst, pageSize: configuration.pageSize,
            mode: list.mode, changes: changes, horizon: list.horizon)
    }

    /// Reaches back and stays behind as far as the measured lag asks for.
    /// - Returns: whether anything changed.
    mutating func followLag() -> Bool {
        guard let lag, let live = feedIndex(.orders) else { return false }
        let overlap = lag.overlap(lagBounds)
        let settle = lag.settle(lagBounds)
        let isNew = feeds[live].policy.overlap != overlap || feeds[live].policy.settle != settle
        feeds[live].policy.overlap = overlap
        feeds[live].policy.settle = settle
        return isNew
    }

    /// Orders created from then on are loaded; nil while the history is still being read.
    var createdCoverage: UTCInstant? {
        if let history = feedIndex(.backfill) {
            return feeds[history].isFinished ? feeds[history].cursor : nil
        }
        return configuration.restored.cursors[.backfill] ?? liveBegan
    }

    // MARK: History

    /// History is read newest first: orders by their creation, refunds by their last change.
    /// - Parameter newest: where live reading begins; what an earlier run began goes on instead.
    private mutating func beginHistory(
        _ kind: StreamKind, before newest: UTCInstant, _ now: Now, _ platformNow: UTCInstant,
        _ changes: inout [LedgerChange]
    ) {
        let restored = configuration.restored
        let records = restored.windows[kind] ?? []
        let id = StreamID(shop: id, kind: kind)
        let wanted = platformNow.advanced(bySeconds: -configuration.backfillDays * 86_400)
        let floor = records.map(\.window.start).min() ?? restored.cursors[kind] ?? newest
        let cursor = records.map(\.window.end).max() ?? floor
        var feed = Feed(
            id: id, direction: .backward, policy: feedPolicy(kind), cursor: cursor,
            remaining: TimeWindow(start: floor, end: floor), now: now.ticks)
        feed.restore(records)
        // A day of grace: the same setting must not grow the history at every restart.
        let isNew = restored.cursors[kind] == nil
        if configuration.backfillDays > 0, isNew || wanted.seconds + 86_400 < floor.seconds,
            feed.remaining.isEmpty
        {
            feed.remaining = TimeWindow(start: min(wanted, floor), end: floor)
            var change = LedgerChange(stream: id)
            change.cursor = cursor
            change.cursorBefore = restored.cursors[kind]
            change.written = [
                WindowRecord(
                    window: feed.remaining, openEnd: floor, state: .planned, calls: 0, rows: 0)
            ]
            changes.append(change)
        }
        if !feed.isFinished { feeds.append(feed) }
    }

    // MARK: Requests

    /// Takes up windows that a command has put into the ledger.
    mutating func takeUp(_ records: [WindowRecord], _ kind: StreamKind, now: Now) {
        let isWanted = kind == .ahead || configuration.streams.contains(kind)
        guard !records.isEmpty, isWanted else { return }
        if let index = feedIndex(kind) { return feeds[index].takeUp(records) }
        let end = records.map(\.window.end).max() ?? UTCInstant(seconds: 0)
        var feed = Feed(
            id: StreamID(shop: id, kind: kind), direction: .backward, policy: feedPolicy(kind),
            cursor: end, now: now.ticks)
        feed.takeUp(records)
        if !feed.isFinished { feeds.append(feed) }
    }

    // MARK: A clock that was ahead

    /// The platform's clock was set back since the last cursors were stored: they are in its
    /// future, or it was further ahead of the machine's clock then.
    private func clockWasAhead(_ now: Now, _ platformNow: UTCInstant) -> Bool {
        let restored = configuration.restored
        let ahead = platformNow.seconds(since: now.wall)
        return [StreamKind.orders, .refunds, .affiliate].contains { kind in
            guard let cursor = restored.cursors[kind], let storedAt = restored.storedAt[kind] else {
                return false
            }
            return cursor > platformNow || ahead < cursor.seconds(since: storedAt) - 5
        }
    }

    /// For how long the platform's clock may have been set back; 0 if it was not.
    func secondsSinceClockWasAhead(_ now: Now, _ platformNow: UTCInstant) -> Int64 {
        guard clockWasAhead(now, platformNow) else { return 0 }
        return [StreamKind.orders, .refunds, .affiliate].map { sinceStored($0, now) }.max() ?? 0
    }

    /// Seconds since a stream's cursor was stored: the platform's clock may have been set back
    /// right then, and changes since have times from before it. Another stream's would not do: the
    /// process may have ended when only that one was taken back.
    private func sinceStored(_ kind: StreamKind, _ now: Now) -> Int64 {
        // A sweep has nothing to read that was not read live.
        let live: StreamKind = configuration.streams.contains(.affiliate) ? .affiliate : .orders
        let storedAt = configuration.restored.storedAt[kind.isSweep ? live : kind]
        return max(0, min(Self.aheadMax, storedAt.map { now.wall.seconds(since: $0) } ?? 0))
    }

    /// Days of the future that are read at most: more would cost too many calls.
    private static let aheadMax: Int64 = 2 * 86_400

    /// Reads what the platform dates later than its clock: changes made before it was set back.
    mutating func readAhead(
        from platformNow: UTCInstant, to believed: UTCInstant, now: Now
    ) -> LedgerChange {
        let end = max(
            platformNow.advanced(bySeconds: 2),
            min(believed, platformNow.advanced(bySeconds: Self.aheadMax)))
        let window = TimeWindow(start: platformNow, end: end)
        let record = WindowRecord(
            window: window, openEnd: window.end, state: .open, calls: 0, rows: 0)
        takeUp([record], .ahead, now: now)
        // Once more when all that was changed before is visible.
        let isRepeated = aheadAgain?.window == window
        let overlap = feedIndex(.orders).map { feeds[$0].policy.overlap } ?? 0
        let due = now.ticks.advanced(byMilliseconds: (2 * overlap + 10) * 1_000)
        aheadAgain = isRepeated ? nil : AheadAgain(window: window, due: due)
        var change = LedgerChange(stream: StreamID(shop: id, kind: .ahead))
        change.written = [record]
        return change
    }

    /// What is to be read ahead once more: lists show the latest changes late.
    struct AheadAgain: Equatable, Sendable {
        var window: TimeWindow
        var due: Ticks
    }

    /// Failures after which the future is left alone, where the platform does not refuse it.
    private static let aheadAttemptMax = 40

    /// - Returns: bookkeeping, if the platform does not show the future.
    mutating func leaveAhead() -> LedgerChange? {
        guard let index = feedIndex(.ahead) else { return nil }
        let isHopeless = feeds[index].tiles.contains { $0.attempt >= Self.aheadAttemptMax }
        let isCalling = feeds[index].tiles.contains(where: \.isCalling)
        guard aheadIsRefused || isHopeless, !isCalling else { return nil }
        (aheadIsRefused, aheadAgain) = (false, nil)
        var change = LedgerChange(stream: feeds[index].id)
        change.removed = feeds[index].tiles.filter(\.isRecorded).map(\.reader.window.start)
        feeds.remove(at: index)
        return change
    }
}
