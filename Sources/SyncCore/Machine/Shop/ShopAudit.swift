/// The calls of a shop's audit: counts the orders of closed days, and reads those that are missing.
/// `Audit` decides what to count; this type makes the calls and takes in their answers.
struct ShopAudit: Sendable {
    private let id: ShopID
    private let pageSize: Int
    private let purgedBefore: UTCInstant?
    private var audit: Audit
    private var random: SplitMix64

    private var stream: StreamID { StreamID(shop: id, kind: .audit) }

    init(_ configuration: MachineConfiguration.Shop, random: SplitMix64) {
        id = configuration.id
        pageSize = configuration.pageSize
        purgedBefore = configuration.restored.purgedBefore
        audit = Audit(done: configuration.restored.audits)
        self.random = random
    }

    // MARK: Plan

    /// Takes up the next day that is due.
    /// - Parameter coverage: orders created from then on are loaded; nil while history is read.
    mutating func plan(
        _ moment: Moment, coverage: UTCInstant?, _ deadlines: inout Deadlines<ShopTimer>
    ) {
        guard let coverage else { return }
        let covered = max(coverage, purgedBefore ?? coverage)
        audit.begin(platformNow: moment.platform, coveredFrom: covered)
        guard audit.day == nil else { return }
        let seconds = Audit.secondsToNextTurn(moment.platform)
        deadlines.set(.audit, at: moment.ticks(after: seconds * 1_000))
    }

    /// - Parameter endIsExclusive: the platform excludes an interval's end.
    func offer(
        _ now: MonotonicInstant, endIsExclusive: Bool, _ deadlines: inout Deadlines<ShopTimer>
    ) -> Offer? {
        guard let window = audit.current else { return nil }
        switch audit.state {
        case .ready: break
        case .calling, .comparing: return nil
        case .waiting(let until):
            guard now >= until else {
                deadlines.set(.audit, at: until)
                return nil
            }
        }
        // Both bounds are inclusive: the last second belongs to the next day.
        let last = endIsExclusive ? window.end : window.end.advanced(bySeconds: -1)
        let isPoint = last == window.start
        let request = PageRequest(
            from: window.start, through: isPoint ? window.end : last, wantsTotal: true,
            pageSize: audit.step == .count ? 1 : pageSize)
        return Offer(
            subject: .audit, callClass: .sweep, method: .ordersCreated, kind: .list(request),
            stream: stream, worth: .fixed(0.001))
    }

    mutating func begin(call: CallID) { audit.state = .calling(call) }

    // MARK: Answers

    mutating func accept(
        _ page: PageSummary, _ call: Call, _ moment: Moment, _ response: inout ShopResponse
    ) {
        guard let window = audit.current, case .list(let request) = call.kind else {
            preconditionFailure("an audit was answered that asked nothing")
        }
        var change = LedgerChange(stream: stream)
        change.rowCount = page.rows.count
        (change.askedAt, change.answeredAt) = (call.platformTime, moment.platform)
        guard let total = page.total, total >= page.shownCount,
            WindowReader.doubt(about: page, for: request) == nil || total > request.pageSize
        else {
            change.keepsError = true
            response.commit(call.id, change)
            response.report(stream, "answers are doubtful: count_differs")
            return rest(moment.ticks)
        }
        response.clearReport(stream)
        if audit.step == .count {
            audit.count(total)
            response.actions.append(.discard(call.id))
            response.actions.append(.countStored(id, window))
            return
        }
        change.isUrgent = true
        response.commit(call.id, change)
        audit.read(moment.platform)
    }

    mutating func fail(
        _ failure: CallFailure, now: MonotonicInstant, _ response: inout ShopResponse
    ) {
        rest(now)
        response.report(stream, failure.code)
    }

    /// Nothing waits for an audit: it comes again after a long pause.
    mutating func rest(_ now: MonotonicInstant) {
        let pause = RetryReason.audit.pause(attempt: audit.attempt, random: &random)
        audit.attempt += 1
        audit.state = .waiting(until: now.advanced(byMilliseconds: pause))
    }

    /// The database answered how many orders it has of the interval; nil if counting them says
    /// nothing.
    mutating func compare(
        stored: Int?, platformNow: UTCInstant, _ response: inout ShopResponse
    ) {
        guard let stored else { return audit.giveUpDay(now: platformNow) }
        let record = audit.compare(stored: stored, pageSize: pageSize, now: platformNow)
        guard let record else { return }
        response.actions.append(.audited(id, record))
        response.log(.dayAudited(id, record))
    }
}
