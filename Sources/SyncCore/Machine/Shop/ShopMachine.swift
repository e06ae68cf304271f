/// One shop: what it reads, whose session it has, and whether the platform accepts its calls.
///
///     event ──▶ state ──▶ refresh ──▶ offers ──(chosen, granted)──▶ begin ──▶ answered ──▶ …
///
/// It changes nothing but itself. What it wants done, and what it has learned about its app, it
/// returns. Its parts own their state. It has more than 400 lines because its state is private.
///
/// Invariants:
/// 1. A cursor moves only in the change that completes its window.
/// 2. A task, an entry and the audit have at most one call in flight each.
/// 3. While the session's seller is to be checked, no rows are read.
struct ShopMachine: Sendable {
    /// A call in flight.
    private struct Sent: Sendable {
        var call: Call
        var subject: Offer.Subject
        var sessionVersion: Int
    }

    let id: ShopID
    let configuration: MachineConfiguration.Shop
    private let app: AppID
    private let rules: ReadingRules
    private(set) var windows: ShopWindows
    private var work: ShopQueues
    private var audit: ShopAudit?
    private var seller: SellerCheck
    private(set) var standing = Standing()
    private var refusals = MethodRefusals()
    private var reports = ErrorReports()
    private var sent: [CallID: Sent] = [:]
    /// No call for refunds before, where the platform counts those by shop.
    private var refundsAgainAt: MonotonicInstant?
    /// The database has the shop as active. An earlier run may have left another state there.
    private var isKnownToWork = false
    /// Counts the changes of the session: an answer to an earlier one says nothing about this one.
    private var sessionVersion = 0
    private var random: SplitMix64
    private var deadlines = Deadlines<ShopTimer>()
    /// What the shop could call. It is worked out when something happened to the shop, and not at
    /// every event of the others: a thousand shops wait for each call of one of them.
    private(set) var offers: [Offer] = []
    private var isCurrent = false

    init(
        _ configuration: MachineConfiguration.Shop, rules: ReadingRules, random: SplitMix64
    ) {
        var random = random
        id = configuration.id
        app = configuration.app
        self.configuration = configuration
        self.rules = rules
        windows = ShopWindows(configuration, rules: rules, random: random.split())
        work = ShopQueues(configuration, rules: rules, random: random.split())
        seller = SellerCheck(isAsked: configuration.asksSeller)
        self.random = random
    }

    // MARK: State

    var hasBegun: Bool { windows.hasBegun }
    var feeds: [Feed] { windows.feeds }
    var liveRate: Double? { windows.liveRate }
    var queues: [WorkQueue] { work.queues }

    /// When the shop has to be looked at again though nothing happened.
    var deadline: MonotonicInstant? { deadlines.earliest }
    var nextTimer: (name: ShopTimer, at: MonotonicInstant)? { deadlines.next }

    func call(inFlight id: CallID) -> Call? { sent[id]?.call }

    // MARK: Turn

    /// The offers do not hold any more.
    mutating func invalidate() { isCurrent = false }

    /// Brings the offers up to date.
    mutating func refresh(_ moment: Moment, _ live: LivePlan) -> ShopResponse {
        var response = ShopResponse()
        if isCurrent, deadline.map({ moment.ticks < $0 }) ?? true { return response }
        isCurrent = true
        deadlines.clear()
        if !windows.hasBegun { begin(moment, &response) }
        windows.plan(moment, live, &deadlines, &response)
        work.plan(moment, &deadlines, &response)
        audit?.plan(moment, coverage: windows.createdCoverage, &deadlines)
        offers = makeOffers(moment.ticks, live)
        return closed(response, moment.ticks)
    }

    private mutating func begin(_ moment: Moment, _ response: inout ShopResponse) {
        windows.begin(moment, &response)
        work.begin(configuration, moment.platform, &response)
        if configuration.streams.contains(.audit) {
            audit = ShopAudit(configuration, random: random.split())
        }
    }

    private mutating func makeOffers(_ now: MonotonicInstant, _ live: LivePlan) -> [Offer] {
        guard standing.mayCall(now: now, callsInFlight: sent.count) else {
            if sent.isEmpty { deadlines.set(.probe, at: standing.nextProbe) }
            return []
        }
        var found: [Offer] = []
        if let due = seller.nextCall {
            if now >= due { found.append(sellerOffer) } else { deadlines.set(.seller, at: due) }
        }
        if seller.blocksRows { return found }
        found += windows.offers(now, live, &deadlines)
        found += work.offers(isReadingHistory: windows.isReadingHistory)
        let endIsExclusive = windows.endIsExclusive
        if let offer = audit?.offer(now, endIsExclusive: endIsExclusive, &deadlines) {
            found.append(offer)
        }
        return found.compactMap { offer in
            // A suspended shop is probed with what shows whether it still is.
            guard standing.isActive || offer.method.isEssential, !isTrying(offer.method) else {
                return nil
            }
            var offer = offer
            let gapEnd = offer.method == .refundsChanged ? refundsAgainAt : nil
            offer.notBefore = [refusals.end(for: offer.method), gapEnd].compactMap { $0 }.max()
            return offer
        }
    }

    /// The method was refused to this shop: one call in flight shows whether it still is.
    private func isTrying(_ method: CallMethod) -> Bool {
        refusals.contains(method) && sent.values.contains { $0.call.method == method }
    }

    private var sellerOffer: Offer {
        Offer(
            subject: .seller, callClass: .control, method: .seller, kind: .seller,
            stream: StreamID(shop: id, kind: .orders), worth: .fixed(1))
    }

    /// The call of an offer is sent.
    /// The offer as it is best made now: a window ends as late as it can.
    mutating func renewed(_ offer: Offer, _ moment: Moment, _ live: LivePlan) -> Offer {
        guard case .window(let kind, let task) = offer.subject,
            let request = windows.renew(kind, task: task, moment, live)
        else { return offer }
        var renewed = offer
        renewed.kind = .list(request)
        return renewed
    }

    mutating func begin(_ offer: Offer, _ call: Call, now: MonotonicInstant) {
        switch offer.subject {
        case .window(let kind, let task):
            windows.begin(kind, task: task, call: call.id, now: now)
            if offer.method == .refundsChanged, rules.refundsGap > 0 {
                refundsAgainAt = now.advanced(byMilliseconds: rules.refundsGap)
            }
        case .work(let kind, let entry): work.begin(kind, entry: entry, call: call.id)
        case .audit: audit?.begin(call: call.id)
        case .seller: seller.begin()
        }
        if !standing.isActive { standing.sendProbe() }
        sent[call.id] = Sent(call: call, subject: offer.subject, sessionVersion: sessionVersion)
        invalidate()
    }

    // MARK: Answers

    /// - Parameter mayListParcels: the app may list an order's parcels.
    mutating func answered(
        _ id: CallID, _ result: CallResult, mayListParcels: Bool, _ moment: Moment
    ) -> ShopResponse {
        guard let sent = sent.removeValue(forKey: id) else {
            preconditionFailure("answer to a call that was not made")
        }
        invalidate()
        var response = ShopResponse()
        switch sent.subject {
        case .window(let kind, _): windowAnswered(sent, kind, result, moment, &response)
        case .work(let kind, _):
            let mayList = mayListParcels && mayCall(.orderParcels, moment.ticks)
            workAnswered(sent, kind, result, mayList, moment, &response)
        case .audit: auditAnswered(sent, result, moment, &response)
        case .seller: sellerAnswered(sent, result, moment, &response)
        }
        return closed(response, moment.ticks)
    }

    private func mayCall(_ method: CallMethod, _ now: MonotonicInstant) -> Bool {
        refusals.end(for: method).map { $0 <= now } ?? true
    }

    private static let nothing = PageSummary(rows: [], hasNext: false, total: 0)

    private mutating func windowAnswered(
        _ sent: Sent, _ kind: StreamKind, _ result: CallResult, _ moment: Moment,
        _ response: inout ShopResponse
    ) {
        let call = sent.call
        let place = windows.place(of: call.id, kind)
        let isInFuture = place.map { windows.isInFuture($0, moment) } ?? false
        switch result.outcome {
        case .page(let page):
            guard let place else {
                return windows.keepRows(page, of: call, kind, moment, &response)
            }
            if isInFuture {
                windows.keepRows(page, of: call, kind, moment, &response)
                return windows.retract(kind, moment, &response)
            }
            accepted(call.method, &response)
            windows.accept(page, call, place, moment, &response)
        case .failure(let failure):
            response.actions.append(.discard(call.id))
            let handling = FailurePolicy.handling(of: failure.disposition, for: .window)
            let isOfSeller = takeScope(of: failure, sent, moment, &response)
            guard let place else { return }
            if isOfSeller {
                windows.release(place)
            } else if handling == .nothingThere {
                accepted(call.method, &response)
                if !isInFuture {
                    windows.accept(Self.nothing, call, place, moment, &response)
                }
            } else {
                windows.fail(failure, handling, call, app, place, now: moment.ticks, &response)
            }
            if isInFuture { windows.retract(kind, moment, &response) }
        case .serverTime, .detail, .trace, .parcels, .goods, .carriers, .seller:
            preconditionFailure("a list call was answered with something else")
        }
    }

    private mutating func workAnswered(
        _ sent: Sent, _ kind: StreamKind, _ result: CallResult, _ mayListParcels: Bool,
        _ moment: Moment, _ response: inout ShopResponse
    ) {
        let call = sent.call
        let place = work.place(of: call.id, kind)
        guard case .failure(let failure) = result.outcome else {
            accepted(call.method, &response)
            return work.accept(result.outcome, call, place, moment, &response)
        }
        response.actions.append(.discard(call.id))
        if takeScope(of: failure, sent, moment, &response) { return work.release(place) }
        let subject = work.subject(at: place)
        let handling = FailurePolicy.handling(of: failure.disposition, for: subject)
        if handling == .nothingThere { accepted(call.method, &response) }
        work.fail(
            failure, handling, call, app, place, mayListParcels: mayListParcels, moment, &response)
    }

    private mutating func auditAnswered(
        _ sent: Sent, _ result: CallResult, _ moment: Moment, _ response: inout ShopResponse
    ) {
        let call = sent.call
        switch result.outcome {
        case .page(let page):
            accepted(call.method, &response)
            audit?.accept(page, call, moment, &response)
        case .failure(let failure):
            let handling = FailurePolicy.handling(of: failure.disposition, for: .audit)
            if handling == .nothingThere {
                accepted(call.method, &response)
                audit?.accept(Self.nothing, call, moment, &response)
                return
            }
            response.actions.append(.discard(call.id))
            if takeScope(of: failure, sent, moment, &response) {
                audit?.rest(moment.ticks)
            } else {
                audit?.fail(failure, now: moment.ticks, &response)
            }
        case .serverTime, .detail, .trace, .parcels, .goods, .carriers, .seller:
            preconditionFailure("an audit was answered with something else")
        }
    }

    // MARK: Failures

    /// Applies what a failure means beyond what was asked for.
    /// - Returns: whether it is about the session's seller: then it says nothing about the request.
    private mutating func takeScope(
        of failure: CallFailure, _ sent: Sent, _ moment: Moment, _ response: inout ShopResponse
    ) -> Bool {
        if failure.isOtherSeller || failure.needsSeller {
            doubtSeller(failure, sent, moment.ticks, &response)
            return true
        }
        let method = sent.call.method
        switch FailurePolicy.scope(of: failure.disposition, method: method) {
        case .request:
            restIfFailing(sent, failure.disposition, moment.ticks)
        case .ban(let scope, let seconds):
            response.findings.append(
                .throttled(scope, seconds: seconds, method, code: failure.code))
        case .shopMethod:
            refuse(method, failure, moment.ticks, &response)
        case .appMethod:
            response.findings.append(.methodRefused(method, failure))
        case .session:
            suspend(failure, .unauthorised, moment.ticks, &response)
        case .app:
            let isRefused = !standing.isActive && standing.reason == .refused
            response.findings.append(.refused(failure, isShopRefused: isRefused))
        case .clock:
            response.findings.append(.clockInDoubt)
        }
        return false
    }

    /// A thousand entries must not be tried one after another while their method fails. Windows are
    /// few, and have their own pauses.
    private mutating func restIfFailing(
        _ sent: Sent, _ disposition: Disposition, _ now: MonotonicInstant
    ) {
        let method = sent.call.method
        guard case .work = sent.subject, disposition.isPassing, mayCall(method, now),
            refusals.noteFault(method)
        else { return }
        let pause = RetryReason.failure.pause(
            attempt: refusals.attempt(for: method), random: &random)
        refusals.refuse(method, until: now.advanced(byMilliseconds: pause))
    }

    private mutating func refuse(
        _ method: CallMethod, _ failure: CallFailure, _ now: MonotonicInstant,
        _ response: inout ShopResponse
    ) {
        // Of several calls in flight the first is logged; the others say the same.
        guard mayCall(method, now) else { return }
        let attempt = refusals.attempt(for: method)
        let pause = RetryReason.method.pause(attempt: attempt, random: &random)
        refusals.refuse(method, until: now.advanced(byMilliseconds: pause))
        response.log(
            .methodRefused(
                app, method, code: failure.code, line: failure.line, retrySeconds: pause / 1_000))
    }

    private mutating func suspend(
        _ failure: CallFailure, _ reason: Standing.Reason, _ now: MonotonicInstant,
        _ response: inout ShopResponse
    ) {
        let isRefusal = reason == .refused
        let pause = (isRefusal ? RetryReason.misconfiguration : .authorisation).pause(
            attempt: standing.attempt, atLeast: isRefusal ? failure.restSeconds * 1_000 : 0,
            random: &random)
        let probeAt = now.advanced(byMilliseconds: pause)
        guard standing.refuse(reason, code: failure.code, probeAt: probeAt) else { return }
        isKnownToWork = false
        let state: ShopState = isRefusal ? .paused : .unauthorized
        response.actions.append(.shopState(id, state, reason: failure.code))
        response.log(
            isRefusal
                ? .shopRefused(id, code: failure.code, line: failure.line)
                : .shopUnauthorised(id, code: failure.code, line: failure.line))
    }

    /// The platform accepted a call.
    private mutating func accepted(_ method: CallMethod, _ response: inout ShopResponse) {
        refusals.accept(method)
        response.findings.append(.worked(method))
        if let reason = standing.work() {
            seller.askAgain()
            response.log(reason == .unauthorised ? .shopRecovered(id) : .shopAccepted(id))
        }
        noteWorking(&response)
    }

    private mutating func noteWorking(_ response: inout ShopResponse) {
        guard standing.isActive, !isKnownToWork else { return }
        isKnownToWork = true
        response.actions.append(.shopState(id, .active, reason: ""))
    }

    // MARK: Seller

    private mutating func sellerAnswered(
        _ sent: Sent, _ result: CallResult, _ moment: Moment, _ response: inout ShopResponse
    ) {
        seller.end()
        switch result.outcome {
        case .seller:
            seller.know()
            accepted(.seller, &response)
        case .failure(let failure):
            if failure.isOtherSeller {
                return doubtSeller(failure, sent, moment.ticks, &response)
            }
            _ = takeScope(of: failure, sent, moment, &response)
            sellerFailed(failure, sent.call, moment.ticks, &response)
        case .page, .detail, .trace, .parcels, .goods, .carriers, .serverTime:
            preconditionFailure("a call for the seller was answered with something else")
        }
    }

    private mutating func sellerFailed(
        _ failure: CallFailure, _ call: Call, _ now: MonotonicInstant,
        _ response: inout ShopResponse
    ) {
        switch FailurePolicy.handling(of: failure.disposition, for: .seller) {
        case .release:
            return
        case .retryUpTo(let attempts, let reason)
        where seller.attempt + 1 < attempts && seller.blocksRows:
            let pause = reason.pause(attempt: seller.attempt, random: &random)
            seller.fail(until: now.advanced(byMilliseconds: pause))
            response.log(
                .callFailed(
                    call.stream, app, .seller, failure, attempt: seller.attempt, retryMs: pause))
        case .leaveUnknown, .retryUpTo:
            guard seller.leaveUnknown(isPassing: failure.disposition.isPassing, now: now) else {
                return
            }
            response.log(.sellerUnknown(id, code: failure.code, line: failure.line))
        case .retry, .retryNarrower, .retryUntilAbsent, .asPlanned, .asPlannedOrSooner,
            .nothingThere, .divide:
            preconditionFailure("no way to handle the seller's call")
        }
    }

    /// A call was not made, or its rows are not stored, because it is not known whose session it
    /// is, or because it is another seller's.
    private mutating func doubtSeller(
        _ failure: CallFailure, _ sent: Sent, _ now: MonotonicInstant,
        _ response: inout ShopResponse
    ) {
        // The session has changed since: whose it is now has to be asked.
        guard failure.isOtherSeller, sent.sessionVersion == sessionVersion else {
            if !seller.blocksRows { seller.want(at: now) }
            return
        }
        seller.want(at: now)
        isKnownToWork = false
        guard standing.waitForSession(code: failure.code) else { return }
        response.actions.append(.shopState(id, .paused, reason: failure.line))
        response.log(.sellerRefused(id, line: failure.line))
    }

    // MARK: Events

    /// Something that the shop's authorisation depends on has changed.
    mutating func changeSession(now: MonotonicInstant) {
        invalidate()
        sessionVersion += 1
        if standing.state == .waiting { seller.want(at: now) }
        standing.changeSession(now: now)
    }

    mutating func request(_ records: [WindowRecord], _ kind: StreamKind, now: MonotonicInstant) {
        invalidate()
        windows.request(records, kind, now: now)
    }

    /// Entries were put into a queue, or parcels that waited for the list of carriers can be asked
    /// about.
    mutating func queued(_ kind: StreamKind) {
        invalidate()
        work.queued(kind)
    }

    mutating func loaded(
        _ kind: StreamKind, _ items: [WorkItem], isAll: Bool, nextDue: UTCInstant?
    ) {
        invalidate()
        work.loaded(kind, items, isAll: isAll, nextDue: nextDue)
    }

    mutating func finished(_ kind: StreamKind, _ subject: WorkItem.Subject, due: UTCInstant?) {
        invalidate()
        work.stored(kind, subject, due: due)
    }

    mutating func learnLag(
        _ stream: StreamID, onTime: Int, late: [LateRow], askedAt: UTCInstant, _ moment: Moment
    ) -> ShopResponse {
        invalidate()
        var response = ShopResponse()
        windows.learnLag(
            stream, onTime: onTime, late: late, askedAt: askedAt, platformNow: moment.platform,
            &response)
        return closed(response, moment.ticks)
    }

    mutating func counted(stored: Int?, _ moment: Moment) -> ShopResponse {
        invalidate()
        var response = ShopResponse()
        audit?.compare(stored: stored, platformNow: moment.platform, &response)
        return closed(response, moment.ticks)
    }

    /// Takes in what the state of its app means for the shop.
    mutating func take(_ effect: ShopEffect, _ moment: Moment) -> ShopResponse {
        invalidate()
        var response = ShopResponse()
        switch effect {
        case .appSuspended(let code):
            guard standing.isActive else { break }
            isKnownToWork = false
            response.actions.append(.shopState(id, .paused, reason: code))
        case .appAccepted:
            noteWorking(&response)
        case .refusedAlone(let failure):
            suspend(failure, .refused, moment.ticks, &response)
        case .clockKnown:
            let unsure = FeedSetup(configuration, rules, moment).secondsSinceClockWasAhead
            response.actions.append(markFuture(after: moment.platform, unsure: unsure))
        case .clockAdjusted:
            break
        case .clockSetBack(let believed, let unsure):
            response.actions.append(markFuture(after: moment.platform, unsure: unsure))
            guard hasBegun else { break }
            windows.setClockBack(believed: believed, unsure: unsure, moment, &response)
        case .clockSetForward(let believed, let unsure):
            windows.setClockForward(believed: believed, unsure: unsure, moment)
        }
        return closed(response, moment.ticks)
    }

    /// Versions from before the clock was set back may lie in the past by now.
    private func markFuture(after platformNow: UTCInstant, unsure: Int64) -> SyncAction {
        let pollSeconds = ParcelPlan(intervalSeconds: configuration.parcelIntervalSeconds).restMax
        return .clockSetBack(
            id, to: platformNow.advanced(bySeconds: -unsure), pollSeconds: pollSeconds)
    }

    // MARK: Reports

    /// Adds what has to be stored of the streams' failures.
    private mutating func closed(_ response: ShopResponse, _ now: MonotonicInstant) -> ShopResponse
    {
        var response = response
        for (stream, text) in response.reports {
            guard let text else {
                reports.clear(stream.kind)
                continue
            }
            guard reports.report(text, of: stream.kind, now: now) else { continue }
            response.actions.append(.streamError(stream, text))
        }
        return response
    }
}
