/// Sets up the feeds of a shop when the platform's time is known: each continues from its cursor
/// and from the windows that an earlier run left in the ledger, or begins now.
struct FeedSetup: Sendable {
    /// Seconds of the future that are read at most: more would cost too many calls.
    static let aheadMax: Int64 = 2 * 86_400

    private let configuration: MachineConfiguration.Shop
    private let restored: MachineConfiguration.Restored
    private let policies: FeedPolicies
    private let moment: Moment
    private(set) var feeds: [Feed] = []
    private(set) var lag: IndexLag?
    /// Where live reading began, as far as this process knows.
    private(set) var liveBegan: UTCInstant?
    /// To be stored before the first calls.
    private(set) var changes: [LedgerChange] = []
    /// The platform's clock was ahead in an earlier run: its future is read as well.
    private(set) var ahead: TimeWindow?

    init(_ configuration: MachineConfiguration.Shop, _ rules: ReadingRules, _ moment: Moment) {
        self.configuration = configuration
        restored = configuration.restored
        policies = FeedPolicies(configuration: configuration, rules: rules)
        self.moment = moment
    }

    mutating func run() {
        let wanted = configuration.streams
        if wanted.contains(.orders) { beginOrders() }
        if wanted.contains(.backfill) { beginHistory(.backfill, before: moment.platform) }
        if wanted.contains(.affiliate) {
            let start = moment.platform.advanced(bySeconds: -policies.affiliateReach)
            beginForward(.affiliate, policies.affiliate, from: start)
        }
        if wanted.contains(.sweep) { beginSweeps() }
        if wanted.contains(.refunds) {
            // A second of it has settled, so the first poll comes at once, not an interval later.
            let start = moment.platform.advanced(bySeconds: -policies.settle - 1)
            beginForward(.refunds, policies.refunds, from: start)
            if wanted.contains(.refundHistory), let live = feeds.last {
                beginHistory(.refundHistory, before: live.cursor)
            }
        }
    }

    // MARK: Live feeds

    private mutating func beginOrders() {
        let lag = restored.lag ?? IndexLag(now: moment.platform)
        self.lag = lag
        let policy = policies.orders(lag)
        beginForward(
            .orders, policy, from: moment.platform.advanced(bySeconds: -policy.settle))
        liveBegan = feeds.last?.cursor
    }

    /// A feed that continues from its cursor, or begins at `start`.
    private mutating func beginForward(
        _ kind: StreamKind, _ policy: Feed.Policy, from start: UTCInstant
    ) {
        let cursor = restored.cursors[kind]
        var feed = Feed(
            id: StreamID(shop: configuration.id, kind: kind), direction: .forward,
            policy: policy, cursor: cursor ?? start, now: moment.ticks)
        feed.restore(restored.windows[kind] ?? [])
        defer { feeds.append(feed) }
        guard cursor != nil else {
            return changes.append(.beginning(of: feed.id, at: feed.cursor))
        }
        // Only a clock that was ahead takes a cursor back, not a settle that is longer now, and
        // not a sweep's delay: it begins where live reading began, however long ago that is.
        let newest = moment.platform.advanced(
            bySeconds: kind == .affiliate ? -policy.settle : -policies.settle)
        // Windows that lie ahead are dropped as well, even if the cursor has not come so far.
        let planned = feed.tasks.last?.reader.window.end ?? feed.cursor
        let wasAhead = clockWasAhead || planned > newest.advanced(bySeconds: 5)
        let change = feed.rewind(
            to: newest, since: wasAhead ? sinceStored(kind) : 0, now: moment.ticks)
        guard let change else { return }
        changes.append(change)
        if kind == .orders, change.cursorBefore != nil {
            ahead = TimeWindow(start: newest, end: max(newest, planned))
        }
    }

    /// What was read is read again, after each of the delays: a sweep begins where live reading
    /// began, and never overtakes it.
    private mutating func beginSweeps() {
        let live = feeds.first { $0.id.kind == .orders || $0.id.kind == .affiliate }
        guard let live else { return }
        // What a promoter's first read goes through is old: no lag hides any of it.
        let start =
            live.id.kind == .affiliate
            ? max(live.cursor, moment.platform.advanced(bySeconds: -live.policy.settle))
            : live.cursor
        for (kind, delay) in zip(StreamKind.sweeps, configuration.sweepDelays) {
            let policy = policies.sweep(kind, delay: delay, of: live.policy.changes)
            beginForward(kind, policy, from: start)
        }
    }

    // MARK: History

    /// History is read newest first: orders by their creation, refunds by their last change.
    /// - Parameter newest: where live reading begins; what an earlier run began is continued.
    private mutating func beginHistory(_ kind: StreamKind, before newest: UTCInstant) {
        let records = restored.windows[kind] ?? []
        let stream = StreamID(shop: configuration.id, kind: kind)
        let wanted = moment.platform.advanced(bySeconds: -configuration.backfillDays * 86_400)
        let floor = records.map(\.window.start).min() ?? restored.cursors[kind] ?? newest
        let cursor = records.map(\.window.end).max() ?? floor
        var feed = Feed(
            id: stream, direction: .backward, policy: policies.once(kind), cursor: cursor,
            remaining: TimeWindow(start: floor, end: floor), now: moment.ticks)
        feed.restore(records)
        // A day of grace: the same setting must not grow the history at every restart.
        let isNew = restored.cursors[kind] == nil
        if configuration.backfillDays > 0, isNew || wanted.seconds + 86_400 < floor.seconds,
            feed.remaining.isEmpty
        {
            feed.remaining = TimeWindow(start: min(wanted, floor), end: floor)
            var change = LedgerChange(stream: stream)
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

    // MARK: A clock that was ahead

    private static let liveKinds: [StreamKind] = [.orders, .refunds, .affiliate]

    /// The platform's clock was set back since the last cursors were stored: they are in its
    /// future, or it was further ahead of the machine's clock then.
    private var clockWasAhead: Bool {
        let ahead = moment.platform.seconds(since: moment.wall)
        return Self.liveKinds.contains { kind in
            guard let cursor = restored.cursors[kind], let storedAt = restored.storedAt[kind] else {
                return false
            }
            return cursor > moment.platform || ahead < cursor.seconds(since: storedAt) - 5
        }
    }

    /// For how long the platform's clock may have been set back; 0 if it was not.
    var secondsSinceClockWasAhead: Int64 {
        clockWasAhead ? Self.liveKinds.map(sinceStored).max() ?? 0 : 0
    }

    /// Without dates in the answers a step of the platform's clock is noticed so much later, in
    /// seconds; cursors stored in between are beyond the correct time, too.
    private static let unnoticedMax = PlatformClock.ageMax / 1_000 + 60

    /// Seconds since a stream's cursor was stored, and those for which a step was perhaps not
    /// noticed: changes since then have times from before the cursor. Another stream's cursor says
    /// nothing: the process may have ended when only that one was taken back.
    private func sinceStored(_ kind: StreamKind) -> Int64 {
        // A sweep has nothing to read that was not read live.
        let live: StreamKind = configuration.streams.contains(.affiliate) ? .affiliate : .orders
        let storedAt = restored.storedAt[kind.isSweep ? live : kind]
        guard let storedAt else { return 0 }
        let seconds = max(0, moment.wall.seconds(since: storedAt)) + Self.unnoticedMax
        return min(Self.aheadMax, seconds)
    }
}
