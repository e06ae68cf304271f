/// The windows that a shop reads: its feeds, what is learned about the lag of the platform's lists,
/// and what becomes of both when the platform's clock is set back.
///
///     begin ──▶ feeds ──plan──▶ tasks ──offer──▶ call ──▶ accept / fail ──▶ commit
///
/// Only this type changes feeds and their tasks: more than 400 lines keep them private.
struct ShopWindows: Sendable {
    private let id: ShopID
    private let configuration: MachineConfiguration.Shop
    private let policies: FeedPolicies
    private var random: SplitMix64
    private(set) var hasBegun = false
    /// Empty until the platform's time is known.
    private(set) var feeds: [Feed] = []
    private(set) var lag: IndexLag?
    /// Where live reading began, as far as this process knows.
    private var liveBegan: UTCInstant?
    /// A window of the platform's future that is read once more.
    private var aheadAgain: AheadAgain?
    /// The platform does not return times in its future.
    private var aheadIsRefused = false

    /// Lists show the latest changes late: what is ahead is read again when they show all.
    private struct AheadAgain: Equatable, Sendable {
        var window: TimeWindow
        var due: MonotonicInstant
    }

    init(_ configuration: MachineConfiguration.Shop, rules: ReadingRules, random: SplitMix64) {
        id = configuration.id
        self.configuration = configuration
        policies = FeedPolicies(configuration: configuration, rules: rules)
        self.random = random
    }

    // MARK: State

    func index(of kind: StreamKind) -> Int? { feeds.firstIndex { $0.id.kind == kind } }

    /// What reads changes as they happen: of orders, or of those that a promoter brought.
    private var liveIndex: Int? { index(of: .orders) ?? index(of: .affiliate) }

    var liveCursor: UTCInstant? { liveIndex.map { feeds[$0].cursor } }

    /// A command's windows are being read.
    var hasRequests: Bool { index(of: .requested) != nil || index(of: .verify) != nil }

    /// All of a shop's history is read.
    var historyIsLoaded: Bool {
        hasBegun && feeds.allSatisfy { $0.direction == .forward || $0.isFinished }
    }

    /// History is left that the platform does not fail at.
    var isReadingHistory: Bool { index(of: .backfill).map { feeds[$0].isLoading } ?? false }

    /// An interval's end is exclusive at this platform: it was found out by a seam.
    var endIsExclusive: Bool { feeds.contains(where: \.endIsExclusive) }

    /// Orders created from then on are loaded; nil while the history is still being read.
    var createdCoverage: UTCInstant? {
        if let history = index(of: .backfill) {
            return feeds[history].isFinished ? feeds[history].cursor : nil
        }
        return configuration.restored.cursors[.backfill] ?? liveBegan
    }

    // MARK: Begin

    /// Sets the feeds up on the platform's clock.
    mutating func begin(_ moment: Moment, _ response: inout ShopResponse) {
        hasBegun = true
        var setup = FeedSetup(configuration, policies.rules, moment)
        setup.run()
        (lag, liveBegan) = (setup.lag, setup.liveBegan)
        // A command may have asked for windows before the platform's time was known.
        feeds = setup.feeds + feeds
        for change in setup.changes { response.commit(nil, change) }
        if let ahead = setup.ahead {
            readAhead(from: ahead.start, to: ahead.end, moment.ticks, &response)
        }
        for kind in [StreamKind.requested, .verify] {
            request(configuration.restored.windows[kind] ?? [], kind, now: moment.ticks)
        }
        read(configuration.restored.windows[.ahead] ?? [], .ahead, now: moment.ticks)
    }

    /// Reads windows that a command has put into the ledger.
    mutating func request(_ records: [WindowRecord], _ kind: StreamKind, now: MonotonicInstant) {
        guard configuration.streams.contains(kind) else { return }
        read(records, kind, now: now)
    }

    private mutating func read(_ records: [WindowRecord], _ kind: StreamKind, now: MonotonicInstant)
    {
        guard !records.isEmpty else { return }
        if let index = index(of: kind) { return feeds[index].takeUp(records) }
        let end = records.map(\.window.end).max() ?? UTCInstant(seconds: 0)
        var feed = Feed(
            id: StreamID(shop: id, kind: kind), direction: .backward,
            policy: policies.once(kind), cursor: end, now: now)
        feed.takeUp(records)
        if !feed.isFinished { feeds.append(feed) }
    }

    // MARK: Plan

    /// Plans what can be read now.
    mutating func plan(
        _ moment: Moment, _ live: LivePlan, _ deadlines: inout Deadlines<ShopTimer>,
        _ response: inout ShopResponse
    ) {
        planAhead(moment, &deadlines, &response)
        let sweepLimit = sweepLimit
        let quarantined = liveIndex.map { feeds[$0].quarantinedWindows } ?? []
        for index in feeds.indices {
            leaveBehind(index, moment, &response)
            let feed = feeds[index]
            let change = feeds[index].plan(
                now: moment.ticks, platformNow: moment.platform,
                interval: interval(of: feed, live),
                limit: feed.id.kind.isSweep ? sweepLimit : nil,
                quarantined: feed.id.kind.isSweep ? quarantined : [])
            if let change { response.commit(nil, change) }
            if feed.direction == .forward, feeds[index].nextPlan > moment.ticks {
                deadlines.set(.plan(feed.id.kind), at: feeds[index].nextPlan)
            }
        }
    }

    /// The request that is worth making now in the place of one that was offered a while ago.
    mutating func renew(
        _ kind: StreamKind, task: Int, _ moment: Moment, _ live: LivePlan
    ) -> PageRequest? {
        guard let index = index(of: kind), task == feeds[index].tasks.count - 1 else { return nil }
        guard
            feeds[index].extendLastTask(
                now: moment.ticks, platformNow: moment.platform,
                interval: interval(of: feeds[index], live))
        else { return nil }
        return feeds[index].tasks[task].reader.nextRequest
    }

    private func interval(of feed: Feed, _ live: LivePlan) -> Int64 {
        let configured = feed.policy.pollIntervalMilliseconds
        guard feed.callClass == .live else { return configured }
        return max(configured, live.interval(rate: feed.changeRate.perSecond))
    }

    /// Changes a second of what is polled live.
    var liveRate: Double? { liveIndex.map { feeds[$0].changeRate.perSecond } }

    /// Sweeps end where live reads will not come by again: what those will still find is not
    /// missing.
    private var sweepLimit: UTCInstant? {
        guard let live = liveIndex else { return nil }
        return feeds[live].readEnd.advanced(bySeconds: -2 * feeds[live].policy.overlap)
    }

    private mutating func leaveBehind(
        _ index: Int, _ moment: Moment, _ response: inout ShopResponse
    ) {
        let left = feeds[index].leaveBehind(platformNow: moment.platform, now: moment.ticks)
        guard let left, let start = left.cursorBefore, let end = left.cursor else { return }
        response.commit(nil, left)
        response.log(.outOfReach(left.stream, TimeWindow(start: start, end: end)))
    }

    /// One call for each feed that has a window to read.
    func offers(
        _ now: MonotonicInstant, _ live: LivePlan, _ deadlines: inout Deadlines<ShopTimer>
    ) -> [Offer] {
        feeds.compactMap { feed in
            guard let task = readyTask(in: feed, now, &deadlines) else { return nil }
            // Refund history comes after all history of orders, and before the details of that.
            let worth: Offer.Worth =
                feed.id.kind == .refundHistory
                ? .fixed(1e-6)
                : .waiting(
                    since: feed.lastCalled,
                    changeRate: live.weighed(feed.changeRate.perSecond),
                    lateAfter: live.lateAfter(pollInterval: feed.policy.pollIntervalMilliseconds))
            return Offer(
                subject: .window(feed.id.kind, task: task), callClass: feed.callClass,
                method: feed.method, kind: .list(feed.tasks[task].reader.nextRequest),
                stream: feed.id, worth: worth)
        }
    }

    /// The first task to continue with: the oldest of a live feed, the newest of history.
    private func readyTask(
        in feed: Feed, _ now: MonotonicInstant, _ deadlines: inout Deadlines<ShopTimer>
    ) -> Int? {
        var found: Int?
        for index in feed.tasks.indices {
            switch feed.tasks[index].state {
            case .calling, .done:
                continue
            case .waiting(let until):
                guard now >= until else {
                    deadlines.set(.window(feed.id.kind), at: until)
                    continue
                }
            case .ready:
                break
            }
            switch feed.direction {
            case .forward: return index
            case .backward: found = index
            }
        }
        return found
    }

    mutating func begin(_ kind: StreamKind, task: Int, call: CallID, now: MonotonicInstant) {
        guard let index = index(of: kind) else { return }
        feeds[index].tasks[task].state = .calling(call)
        feeds[index].tasks[task].calls += 1
        feeds[index].lastCalled = now
    }

    // MARK: Answers

    /// A window in work, by positions that hold until the shop's feeds change.
    struct Place: Equatable, Sendable {
        fileprivate var feed: Int
        fileprivate var task: Int
    }

    /// The window that waits for that call; nil if it was dropped meanwhile.
    func place(of call: CallID, _ kind: StreamKind) -> Place? {
        guard let feed = index(of: kind),
            let task = feeds[feed].tasks.firstIndex(where: { $0.state == .calling(call) })
        else { return nil }
        return Place(feed: feed, task: task)
    }

    /// The window was asked for by a clock that ran ahead: no answer can prove it.
    func isInFuture(_ place: Place, _ moment: Moment) -> Bool {
        feeds[place.feed].direction == .forward
            && feeds[place.feed].tasks[place.task].reader.window.end > moment.platform
    }

    /// The rows of an answer to a question that is no longer asked.
    func keepRows(
        _ page: PageSummary, of call: Call, _ kind: StreamKind, _ moment: Moment,
        _ response: inout ShopResponse
    ) {
        guard kind != .verify else { return response.actions.append(.discard(call.id)) }
        var change = LedgerChange(stream: StreamID(shop: id, kind: kind))
        (change.rowCount, change.keepsError) = (page.rows.count, true)
        (change.askedAt, change.answeredAt) = (call.platformTime, moment.platform)
        response.commit(call.id, change)
    }

    mutating func accept(
        _ page: PageSummary, _ call: Call, _ place: Place, _ moment: Moment,
        _ response: inout ShopResponse
    ) {
        let (feed, task) = (place.feed, place.task)
        feeds[feed].lastRead = moment.ticks
        feeds[feed].tasks[task].state = .ready
        observeNewerRows(page, call, moment, &response)
        let asked = Self.window(of: call)
        let isLenient = feeds[feed].isDoubtful
        feeds[feed].tasks[task].reader.isLenient = isLenient
        let verdict = feeds[feed].tasks[task].reader.accept(page)
        let read = feeds[feed].tasks[task]
        let stream = feeds[feed].id
        switch verdict {
        case .believed, .complete:
            advance(page, call, place, isComplete: verdict == .complete, nil, moment, &response)
        case .acceptedInDoubt(let doubt, let isComplete):
            feeds[feed].noteDoubtfulSpan()
            response.log(.doubtAccepted(stream, asked, doubt))
            response.report(stream, "answers are doubtful: \(doubt.rawValue)")
            advance(
                page, call, place, isComplete: isComplete,
                DoubtfulSpan(window: asked, doubt: doubt), moment, &response)
        case .doubted, .passEnded:
            var change = feeds[feed].keep(taskAt: task, rowCount: page.rows.count)
            (change.askedAt, change.answeredAt) = (call.platformTime, moment.platform)
            response.commit(call.id, change)
            let pause = rest(place, isLenient ? .doubtElsewhere : .doubt, now: moment.ticks)
            guard let doubt = read.reader.doubt else { return }
            response.log(
                .answerDoubted(stream, asked, doubt, attempt: read.attempt + 1, retryMs: pause))
            response.report(stream, "answers are doubtful: \(doubt.rawValue)")
            quarantineIfStuck(place, code: doubt.rawValue, &response)
        }
    }

    /// The interval that a list call asks for.
    private static func window(of call: Call) -> TimeWindow {
        guard case .list(let request) = call.kind else {
            preconditionFailure("a task is read by lists")
        }
        return TimeWindow(start: request.from, end: request.through.advanced(bySeconds: 1))
    }

    /// Stores a page that moves its task on.
    private mutating func advance(
        _ page: PageSummary, _ call: Call, _ place: Place, isComplete: Bool,
        _ doubtful: DoubtfulSpan?, _ moment: Moment, _ response: inout ShopResponse
    ) {
        let read = feeds[place.feed].tasks[place.task]
        let stream = feeds[place.feed].id
        var change = feeds[place.feed].advance(
            taskAt: place.task, isComplete: isComplete, rowCount: page.rows.count)
        (change.askedAt, change.answeredAt) = (call.platformTime, moment.platform)
        change.doubtful = doubtful
        if doubtful != nil { change.keepsError = true }
        response.commit(call.id, change)
        if !change.keepsError { response.clearReport(stream) }
        guard isComplete else { return }
        response.log(
            .windowStored(
                stream, read.reader.window, calls: read.calls, rows: read.rows + page.rows.count,
                lagSeconds: moment.platform.seconds(since: read.reader.window.end)))
        finish(place.feed, &response)
    }

    /// A call failed.
    /// - Parameter handling: what `FailurePolicy` says about windows.
    mutating func fail(
        _ failure: CallFailure, _ handling: FailurePolicy.Handling, _ call: Call, _ app: AppID,
        _ place: Place, now: MonotonicInstant, _ response: inout ShopResponse
    ) {
        let (feed, task) = (place.feed, place.task)
        let stream = feeds[feed].id
        let attempt = feeds[feed].tasks[task].attempt
        let reason: RetryReason
        switch handling {
        case .retry(let why):
            reason = why
            if why == .refusal, stream.kind == .ahead { aheadIsRefused = true }
            if case .retry = failure.disposition,
                feeds[feed].tasks[task].failures >= WindowTask.failureLimit
            {
                feeds[feed].tasks[task].reader.shorten()
            }
        case .retryNarrower(let why):
            reason = why
            feeds[feed].tasks[task].reader.narrow()
        case .release, .nothingThere:
            feeds[feed].tasks[task].state = .ready
            return response.report(stream, failure.code)
        case .retryUpTo, .retryUntilAbsent, .asPlanned, .asPlannedOrSooner, .divide, .leaveUnknown:
            preconditionFailure("no way to handle a window: \(handling)")
        }
        let pause = rest(
            place, reason, atLeast: failure.disposition.pauseMilliseconds, now: now)
        response.log(
            .callFailed(
                stream, app, call.method, failure, attempt: attempt + 1, retryMs: pause))
        response.report(stream, failure.code)
        quarantineIfStuck(place, code: failure.code, &response)
    }

    /// The call was not made, or its answer does not count: the window is asked for again.
    mutating func release(_ place: Place) {
        feeds[place.feed].tasks[place.task].state = .ready
    }

    /// Suspends a task by backoff.
    /// - Returns: for how many milliseconds.
    private mutating func rest(
        _ place: Place, _ reason: RetryReason, atLeast: Int64 = 0, now: MonotonicInstant
    ) -> Int64 {
        let failed = feeds[place.feed].tasks[place.task]
        // A doubted answer that showed something new is progress: the next one comes soon.
        let isDoubt = reason == .doubt || reason == .doubtElsewhere
        let attempt = isDoubt && failed.reader.hasProgressed ? 0 : failed.attempt
        let pause = (failed.isQuarantined ? RetryReason.quarantine : reason).pause(
            attempt: attempt, atLeast: atLeast, random: &random)
        let until = now.advanced(byMilliseconds: pause)
        feeds[place.feed].tasks[place.task].rest(
            until: until, attempt: attempt + 1, isFailure: !isDoubt, now: now)
        return pause
    }

    /// Cuts out the seconds of a task that nothing more can be learned of for now.
    private mutating func quarantineIfStuck(
        _ place: Place, code: String, _ response: inout ShopResponse
    ) {
        let stream = feeds[place.feed].id
        guard let (change, window) = feeds[place.feed].quarantine(taskAt: place.task) else {
            return
        }
        response.commit(nil, change)
        if let window { response.log(.windowQuarantined(stream, window, code: code)) }
        finish(place.feed, &response)
    }

    private mutating func finish(_ index: Int, _ response: inout ShopResponse) {
        let feed = feeds[index]
        guard feed.isFinished else { return }
        switch feed.id.kind {
        case .requested, .verify:
            feeds.remove(at: index)
            response.log(.requestFinished(feed.id))
        case .ahead:
            feeds.remove(at: index)
        case .backfill, .refundHistory:
            response.log(.backfillFinished(feed.id, reachedBack: feed.cursor))
        case .orders, .sweep, .sweepSecond, .sweepThird, .refunds, .details, .shipments, .audit,
            .affiliate, .prices:
            break
        }
    }

    // MARK: Lag

    /// Learns from what a page changed: a change that the first read of its time did not see was
    /// not visible then.
    mutating func learnLag(
        _ stream: StreamID, onTime: Int, late: [LateRow], askedAt: UTCInstant,
        platformNow: UTCInstant, _ response: inout ShopResponse
    ) {
        guard let live = index(of: .orders), lag != nil else { return }
        let isSweep = stream.kind.isSweep
        // A sweep comes long after, and so may a live read after an outage. What a sweep finds was
        // invisible for longer than the overlap; how much longer is not known.
        let longest = max(8, feeds[live].policy.overlap * 2)
        let lags = late.map { min(longest, max(1, askedAt.seconds(since: $0.modifiedAt))) }
        lag?.observe(onTime: onTime, lags: lags, bySweep: isSweep, now: platformNow)
        if isSweep {
            for row in late {
                let seconds = askedAt.seconds(since: row.modifiedAt)
                response.log(.lateChange(stream, order: row.order, lateSeconds: seconds))
            }
        }
        followLag(isNews: !late.isEmpty, &response)
    }

    /// A row that is newer than the span it was found in: the platform's index has not seen its
    /// latest change yet, so the index is behind by that change's age at least.
    private mutating func observeNewerRows(
        _ page: PageSummary, _ call: Call, _ moment: Moment, _ response: inout ShopResponse
    ) {
        guard call.method == .ordersChanged, case .list(let request) = call.kind,
            index(of: .orders) != nil, lag != nil
        else { return }
        let newer = page.rows.compactMap(\.at).filter { request.through < $0 }
        let ages = newer.map { call.platformTime.seconds(since: $0) }
        guard let oldest = ages.filter({ $0 > 0 }).max() else { return }
        lag?.observe(onTime: 0, lags: [oldest], bySweep: false, now: moment.platform)
        followLag(isNews: false, &response)
    }

    /// Live reads reach back, and stay behind, as far as the measured lag asks for.
    private mutating func followLag(isNews: Bool, _ response: inout ShopResponse) {
        guard let lag, let live = index(of: .orders) else { return }
        let overlap = lag.overlap(policies.lagBounds)
        let settle = lag.settle(policies.lagBounds)
        let isNew = feeds[live].policy.overlap != overlap || feeds[live].policy.settle != settle
        (feeds[live].policy.overlap, feeds[live].policy.settle) = (overlap, settle)
        guard isNew || isNews else { return }
        response.actions.append(.lagMeasured(id, lag, overlap: overlap, settle: settle))
        guard isNew else { return }
        response.log(
            .lagChanged(id, lagSeconds: lag.lagSeconds, overlap: overlap, settle: settle))
    }

    // MARK: A clock that was ahead

    /// Failures after which the future is not read, where the platform does not refuse it.
    private static let aheadAttemptMax = 40

    /// The clock was ahead: what was read of the future is read again, and so is what was read
    /// since the clock was last known to be right.
    mutating func setClockBack(
        believed: UTCInstant, unsure: Int64, _ moment: Moment, _ response: inout ShopResponse
    ) {
        if index(of: .orders) != nil {
            let end = believed.advanced(bySeconds: 5)
            readAhead(from: moment.platform, to: end, moment.ticks, &response)
        }
        for index in feeds.indices where feeds[index].direction == .forward {
            let target = feeds[index].newestEnd(at: moment.platform)
            let change = feeds[index].rewind(
                to: target, since: unsure, now: moment.ticks)
            if let change { response.commit(nil, change) }
        }
    }

    /// The clock was set forward, at some time since it was last known to be right.
    mutating func setClockForward(believed: UTCInstant, unsure: Int64, _ moment: Moment) {
        let after = moment.platform.advanced(bySeconds: -unsure)
        for index in feeds.indices {
            let jump = ClockJump(before: believed, after: after, at: moment.ticks)
            feeds[index].note(jump, platformNow: moment.platform)
        }
    }

    /// Cuts a live feed's plan back to what has passed by the platform's clock.
    mutating func retract(_ kind: StreamKind, _ moment: Moment, _ response: inout ShopResponse) {
        guard let index = index(of: kind) else { return }
        let target = moment.platform.advanced(bySeconds: -feeds[index].policy.settle)
        let change = feeds[index].retract(to: target, now: moment.ticks)
        if let change { response.commit(nil, change) }
    }

    /// Reads what the platform dates later than its clock: changes made before it was set back.
    private mutating func readAhead(
        from platformNow: UTCInstant, to believed: UTCInstant, _ now: MonotonicInstant,
        _ response: inout ShopResponse
    ) {
        let end = max(
            platformNow.advanced(bySeconds: 2),
            min(believed, platformNow.advanced(bySeconds: FeedSetup.aheadMax)))
        let window = TimeWindow(start: platformNow, end: end)
        let record = WindowRecord(
            window: window, openEnd: window.end, state: .open, calls: 0, rows: 0)
        read([record], .ahead, now: now)
        // Once more when all that was changed before is visible.
        let isRepeated = aheadAgain?.window == window
        let overlap = index(of: .orders).map { feeds[$0].policy.overlap } ?? 0
        let due = now.advanced(byMilliseconds: (2 * overlap + 10) * 1_000)
        aheadAgain = isRepeated ? nil : AheadAgain(window: window, due: due)
        var change = LedgerChange(stream: StreamID(shop: id, kind: .ahead))
        change.written = [record]
        response.commit(nil, change)
    }

    private mutating func planAhead(
        _ moment: Moment, _ deadlines: inout Deadlines<ShopTimer>, _ response: inout ShopResponse
    ) {
        leaveAhead(&response)
        guard let again = aheadAgain else { return }
        guard again.due <= moment.ticks else { return deadlines.set(.ahead, at: again.due) }
        guard index(of: .ahead) == nil else { return }
        readAhead(from: again.window.start, to: again.window.end, moment.ticks, &response)
    }

    /// Gives the future up if the platform does not return it.
    private mutating func leaveAhead(_ response: inout ShopResponse) {
        guard let index = index(of: .ahead) else { return }
        let tasks = feeds[index].tasks
        let isHopeless = tasks.contains { $0.attempt >= Self.aheadAttemptMax }
        guard aheadIsRefused || isHopeless, !tasks.contains(where: \.isCalling) else { return }
        (aheadIsRefused, aheadAgain) = (false, nil)
        var change = LedgerChange(stream: feeds[index].id)
        change.removed = tasks.filter(\.isRecorded).map(\.reader.window.start)
        feeds.remove(at: index)
        response.commit(nil, change)
    }
}
