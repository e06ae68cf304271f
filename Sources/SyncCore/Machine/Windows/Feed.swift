/// One stream of one shop: which windows it reads, and how far it has come.
///
///     forward (`orders`):   cursor ──task──task──▶ now − settle
///       a task done, all older ones and its overlap read ──▶ the cursor passes it
///     backward (`backfill`): floor ◀──remaining──task──task── cursor
///       a task done ──▶ gone; the cursor is the end of what is still open
///
/// Invariants:
/// 1. Tasks are sorted, disjoint, and touch: what lies between cursor and plan is always covered.
/// 2. The forward cursor never moves back, unless the platform's clock is set back behind it; the
///    backward one never moves up.
/// 3. At most `taskCountMax` tasks are in work, quarantined ones not counted.
struct Feed: Equatable, Sendable {
    enum Direction: Equatable, Sendable {
        case forward
        case backward
    }

    struct Policy: Equatable, Sendable {
        var settle: Int64
        var overlap: Int64
        /// How often a busy shop's overlap is read again, in seconds; nil: once per overlap.
        var overlapRepeat: Int64?
        var pollIntervalMilliseconds: Int64
        /// Longest interval of one request, in seconds, and that of the first.
        var spanMax: Int64
        var spanFirst: Int64
        var pageSize: Int
        var mode = WindowReader.Mode.seek
        /// The list that live reads and sweeps ask for.
        var changes = CallMethod.ordersChanged
        /// The platform refuses what is older, in seconds; nil where it does not.
        var horizon: Int64?
        var taskCountMax = 4
        /// Where the platform fails at so many places, it is not single rows that it fails at.
        var quarantineMax = 16
    }

    /// Shortest and longest task when a backlog is cut up, in seconds; longer where one request
    /// spans more, because a quiet shop's months fit into a few of those.
    static let backlogTaskMin: Int64 = 1_800
    static let backlogTaskMax: Int64 = 86_400
    /// The first task of history: today's orders come before all others.
    static let historyTaskFirst: Int64 = 86_400
    /// Begins so far inside the horizon, that requests on their way do not fall behind it.
    static let horizonMargin: Int64 = 3_600

    /// Milliseconds that newer rows may wait for an older window.
    static let shortRest: Int64 = 60_000

    let id: StreamID
    let direction: Direction
    /// `settle` and `overlap` follow the measured lag.
    var policy: Policy
    var cursor: UTCInstant
    var tasks: [WindowTask] = []
    /// History not begun yet; empty when none is left.
    var remaining: TimeWindow
    var nextPlan: MonotonicInstant
    var endIsExclusive = false
    /// Busy shops are asked more often when calls are scarce.
    var changeRate = ChangeRate()
    var lastRead: MonotonicInstant
    /// When its latest call was made: who waits longest comes first when calls are scarce.
    var lastCalled: MonotonicInstant
    /// What the platform bears of late: shrinks on time-outs, grows on success.
    var span: Int64
    var growthHoldoff = 0
    /// Spans in a row that were quarantined or accepted in doubt, without one that was proven.
    var doubtStreak = 0
    /// Spans of a list to seek in that are still counted, because of a doubt.
    var countedSpans = 0
    /// Length of the next task of history: a day, then a part of all the rest, because the last
    /// page of each task is seldom full.
    private var historyTaskSeconds = Feed.historyTaskFirst
    /// The overlap alone fills pages: it is then re-read once per overlap, not at every poll.
    var isBusy = false
    var overlapReadEnd: UTCInstant
    /// The overlap was read less far back since then, because of a window that failed.
    var overlapPending: UTCInstant?
    /// Seconds of overlaps that the platform fails at; they were read once.
    var skipped: [SkippedSeconds] = []
    /// How long the next of them rest.
    var skipRest = SkippedSeconds.restMin
    /// When the platform's clock was set forward: what changed before may still become visible.
    var clockJumps: [ClockJump] = []
    /// Where this process began to read.
    let began: UTCInstant

    init(
        id: StreamID, direction: Direction, policy: Policy, cursor: UTCInstant,
        remaining: TimeWindow? = nil, now: MonotonicInstant
    ) {
        self.id = id
        self.direction = direction
        self.policy = policy
        self.cursor = cursor
        self.remaining = remaining ?? TimeWindow(start: cursor, end: cursor)
        nextPlan = now
        lastRead = now
        lastCalled = now
        span = policy.spanFirst
        overlapReadEnd = cursor
        began = cursor
        forgetOverlap(before: cursor)
    }

    var callClass: CallClass {
        switch id.kind {
        case .orders, .affiliate: .live
        case .sweep, .sweepSecond, .sweepThird, .audit, .ahead: .sweep
        case .refunds: .refunds
        case .backfill, .refundHistory, .requested, .verify: .backfill
        case .details: .details
        case .shipments: .shipments
        case .prices: .prices
        }
    }

    var method: CallMethod {
        switch id.kind {
        case .orders, .affiliate, .ahead, .sweep, .sweepSecond, .sweepThird: policy.changes
        case .refunds, .refundHistory: .refundsChanged
        case .backfill, .requested, .verify, .audit: .ordersCreated
        case .details, .shipments, .prices: preconditionFailure("\(id.kind) is no feed")
        }
    }

    /// Windows that are read once have no cursor: their rows of the ledger say what is open.
    var hasCursor: Bool { id.kind != .requested && id.kind != .verify && id.kind != .ahead }

    /// Nothing is left to read, now or later.
    var isFinished: Bool { direction == .backward && remaining.isEmpty && tasks.isEmpty }

    /// History is left that the platform does not fail at.
    var isLoading: Bool {
        direction == .backward && !(remaining.isEmpty && tasks.allSatisfy(\.isQuarantined))
    }

    /// Tasks to read now. One that waits behind an unread task, or is quarantined, makes room,
    /// and so do a few that are in doubt: their rows are stored.
    private var tilesInWork: Int {
        let inWork = tasks.filter { $0.state != .done && !$0.isQuarantined }
        return inWork.count - min(policy.taskCountMax, inWork.count(where: \.isInDoubt))
    }

    // MARK: Restoring

    /// After a restart it is unknown when the overlap was last read: reach back twice as far.
    mutating func forgetOverlap(before start: UTCInstant) {
        overlapReadEnd = start.advanced(bySeconds: -policy.overlap)
    }

    /// Takes up windows that an earlier run left in the ledger.
    mutating func restore(_ records: [WindowRecord]) {
        var position = cursor
        for record in records.sorted(by: { $0.window.start < $1.window.start }) {
            switch (direction, record.state) {
            case (.backward, .planned):
                remaining = record.window
            case (.backward, .done):
                continue
            case (.forward, _), (.backward, .open), (.backward, .suspect):
                guard !tasks.contains(where: { $0.reader.window.start == record.window.start })
                else { continue }
                guard direction == .backward || record.window.end > position else { continue }
                if direction == .forward, record.window.start > position {
                    appendTask(TimeWindow(start: position, end: record.window.start))
                    forgetOverlap(before: record.window.start)
                }
                appendTask(record.window, openEnd: record.openEnd)
                let last = tasks.count - 1
                tasks[last].calls = record.calls
                tasks[last].rows = record.rows
                tasks[last].isRecorded = true
                // A first task that is done waited for its overlap: only that is read again.
                if record.state == .done, last > 0 { tasks[last].state = .done }
                position = record.window.end
                forgetOverlap(before: position)
            }
        }
    }

    // MARK: Planning

    /// Adds the tasks that can be read now.
    /// - Returns: bookkeeping to store before their first page, nil when there is none.
    /// - Parameters:
    ///   - limit: what another feed has read already; nothing beyond is planned.
    ///   - quarantined: what that feed has quarantined, in ascending order. Such seconds become
    ///     quarantined tasks of this feed, without calls to find them once more.
    mutating func plan(
        now: MonotonicInstant, platformNow: UTCInstant, interval: Int64, limit: UTCInstant? = nil,
        quarantined: [TimeWindow] = []
    ) -> LedgerChange? {
        switch direction {
        case .forward:
            let settled = platformNow.advanced(bySeconds: -policy.settle)
            let target = min(settled, limit ?? settled, sweepTargetAfterJump(now) ?? settled)
            planForward(
                now: now, target: target, interval: pollInterval(interval), quarantined)
            return nil
        case .backward:
            return planBackward()
        }
    }

    /// Has the last task end where a call that is made now can read to: it was planned when the
    /// poll fell due, and other calls may have come first.
    /// - Returns: whether it ends later now.
    mutating func extendLastTask(
        now: MonotonicInstant, platformNow: UTCInstant, interval: Int64
    ) -> Bool {
        guard direction == .forward, !id.kind.isSweep, let last = tasks.last,
            last.state == .ready, last.attempt == 0, last.reader.pageCount == 0, !last.isRecorded,
            tilesInWork <= policy.taskCountMax
        else { return false }
        let target = platformNow.advanced(bySeconds: -policy.settle)
        guard target > last.reader.window.end else { return false }
        nextPlan = now
        planForward(now: now, target: target, interval: pollInterval(interval), [])
        return true
    }

    private mutating func planForward(
        now: MonotonicInstant, target: UTCInstant, interval: Int64, _ quarantined: [TimeWindow]
    ) {
        guard now >= nextPlan else { return }
        var position = tasks.last?.reader.window.end ?? cursor
        guard position < target else {
            // Nothing has passed since the beginning, or since the clock was set back. What a sweep
            // waits for comes in larger pieces.
            let next = (position.seconds(since: target) + 1) * 1_000
            let pause = id.kind.isSweep ? interval : min(interval, next)
            nextPlan = now.advanced(byMilliseconds: pause)
            return
        }
        let untouched = takeUntouchedTask(now: now)
        if let untouched { position = untouched.reader.window.start }
        let backlog = target.seconds(since: position)
        let perTask = backlog / Int64(policy.taskCountMax)
        let longest = max(Self.backlogTaskMax, policy.spanMax)
        let length = max(Self.backlogTaskMin, min(longest, perTask))
        while position < target, tilesInWork < policy.taskCountMax {
            let rest = target.seconds(since: position)
            // Never a stub behind a long task: what is left over joins it.
            var end = rest < length * 3 / 2 ? target : position.advanced(bySeconds: length)
            let next = quarantined.first { position < $0.end && $0.start < end && !$0.isEmpty }
            let isQuarantined = next.map { $0.start <= position } ?? false
            if let next { end = isQuarantined ? min(end, next.end) : next.start }
            appendTask(TimeWindow(start: position, end: end))
            tasks[tasks.count - 1].isQuarantined = isQuarantined
            if let untouched, position == untouched.reader.window.start {
                tasks[tasks.count - 1].state = untouched.state
                tasks[tasks.count - 1].attempt = untouched.attempt
                tasks[tasks.count - 1].failures = untouched.failures
                tasks[tasks.count - 1].reader.limitSpan(to: untouched.reader.span)
            }
            position = end
        }
        if position >= target { nextPlan = now.advanced(byMilliseconds: interval) }
    }

    /// Removes the last task if nothing of it was read yet: while a platform is out of reach one
    /// task grows, instead of many small ones queueing up. One with a long pause stays as it is:
    /// what is newer must not wait for it.
    private mutating func takeUntouchedTask(now: MonotonicInstant) -> WindowTask? {
        guard let last = tasks.last, last.reader.pageCount == 0, !last.isRecorded else {
            return nil
        }
        switch last.state {
        case .calling, .done: return nil
        case .waiting(let until) where until.milliseconds(since: now) > Self.shortRest: return nil
        case .ready, .waiting: break
        }
        return removeLastTask()
    }

    mutating func removeLastTask() -> WindowTask {
        let last = tasks.removeLast()
        guard let before = last.overlapReadBefore else { return last }
        // Its overlap was not read after all, nor the pending overlap that it took over.
        overlapReadEnd = before
        let reach = last.reader.readStart.advanced(bySeconds: policy.overlap)
        if reach < before { overlapPending = min(overlapPending ?? reach, reach) }
        return last
    }

    private mutating func planBackward() -> LedgerChange? {
        guard !remaining.isEmpty, tilesInWork < policy.taskCountMax else { return nil }
        var change = LedgerChange(stream: id)
        while !remaining.isEmpty, tilesInWork < policy.taskCountMax {
            let start = max(
                remaining.start, remaining.end.advanced(bySeconds: -historyTaskSeconds))
            let window = TimeWindow(start: start, end: remaining.end)
            remaining.end = start
            if historyTaskSeconds == Self.historyTaskFirst {
                let days = remaining.seconds / 86_400 / Int64(policy.taskCountMax) + 1
                historyTaskSeconds = max(2, days) * 86_400
            }
            tasks.insert(makeTask(window), at: 0)
            tasks[0].isRecorded = true
            change.written.append(tasks[0].record(.open))
        }
        if remaining.isEmpty {
            // A task may have taken over the key of the plan's row, its start.
            return change
        }
        change.written.append(
            WindowRecord(
                window: remaining, openEnd: remaining.end, state: .planned, calls: 0, rows: 0))
        return change
    }

    private mutating func appendTask(_ window: TimeWindow, openEnd: UTCInstant? = nil) {
        tasks.append(makeTask(window, openEnd: openEnd))
    }

    private mutating func makeTask(_ window: TimeWindow, openEnd: UTCInstant? = nil) -> WindowTask {
        let overlapReadBefore = overlapReadEnd
        let overlap = direction == .forward ? takeOverlap(before: window) : 0
        let reader = WindowReader(
            window: window, openEnd: openEnd, overlap: overlap, span: span,
            policy: WindowReader.Policy(
                spanMax: policy.spanMax, pageSize: policy.pageSize, mode: policy.mode),
            growthHoldoff: growthHoldoff, endIsExclusive: endIsExclusive,
            holes: overlap > 0
                ? holes(from: window.start.advanced(bySeconds: -overlap), to: window.start) : [],
            countedSpans: countedSpans)
        return WindowTask(reader: reader, overlapReadBefore: overlap > 0 ? overlapReadBefore : nil)
    }

    /// Seconds to read again before a new window.
    private mutating func takeOverlap(before window: TimeWindow) -> Int64 {
        let rest = min(policy.overlap, policy.overlapRepeat ?? policy.overlap)
        let isDue = window.end.seconds(since: overlapReadEnd) >= rest
        let isAfterJump = takeUpClockJumps(at: window.end)
        guard !isBusy || isDue || isAfterJump else { return 0 }
        takeUpSkipped(at: window.end)
        let readEnd = overlapReadEnd
        overlapReadEnd = window.end
        var overlap = window.start.seconds(since: min(window.start, readEnd)) + policy.overlap
        // What fails at present is not asked for by newer windows too, but by one of them later.
        if let failing = tasks.last(where: {
            $0.isFailing && !$0.isInDoubt && !$0.isQuarantined
        }) {
            let distance = max(0, window.start.seconds(since: failing.reader.window.end))
            if distance < overlap {
                overlapPending = min(overlapPending ?? readEnd, readEnd)
                overlapReadEnd = readEnd
                return distance
            }
        }
        if let pending = overlapPending {
            overlap = max(overlap, window.start.seconds(since: pending) + policy.overlap)
            overlapPending = nil
        }
        return overlap
    }

    /// Parts of an overlap that are known to fail, to be doubtful, or to hold nothing new because
    /// the platform's clock jumped over them.
    private func holes(from start: UTCInstant, to end: UTCInstant) -> [TimeWindow] {
        (skipped.map(\.window) + clockJumps.compactMap { $0.hole(before: end) }
            + tasks.filter { $0.isQuarantined || $0.isInDoubt && !isDoubtful }.map(\.openWindow))
            .filter { $0.end > start }.sorted { $0.start < $1.start }
    }

    /// Has the next overlap reach back to what was skipped long enough ago.
    private mutating func takeUpSkipped(at now: UTCInstant) {
        let due = skipped.filter { $0.again <= now }.map(\.window.end).min()
        guard let due else { return }
        skipped.removeAll { $0.again <= now }
        overlapPending = min(overlapPending ?? due, due)
        skipRest = min(2 * skipRest, SkippedSeconds.restMax)
    }

    /// Takes up windows that a command has put into the ledger meanwhile.
    mutating func takeUp(_ records: [WindowRecord]) {
        let open = records.filter { $0.state == .open || $0.state == .suspect }
        if id.kind == .verify {
            // A newer verification has taken the place of one under way: nothing that was read
            // for that one counts.
            tasks.removeAll { task in
                let start = task.reader.window.start
                guard let record = open.first(where: { $0.window.start == start }) else {
                    return true
                }
                return record.calls == 0 && task.calls > 0
            }
        }
        restore(open)
    }
}
