/// Work that goes one by one: details of orders and refunds, and the parcels.
extension SyncMachine {
    /// Failures in a row before an order is given up until it changes again, and before an old
    /// parcel is.
    static let detailAttemptMax = 12
    /// Answers that a fresh order does not exist before that is believed: some six minutes.
    static let notFoundAttemptMax = 8
    /// How soon a detail is read again that was older than its list row.
    static let staleDetailSeconds: Int64 = 20

    /// How often it is looked whether history may call.
    static let historyRestMilliseconds: Int64 = 60_000

    // MARK: Planning

    mutating func planWork(
        _ shop: Int, platformNow: UTCInstant, now: Now, _ actions: inout [SyncAction]
    ) {
        for queue in shops[shop].queues.indices {
            if let limit = shops[shop].queues[queue].wantsLoad(platformNow: platformNow) {
                let stream = shops[shop].queues[queue].id
                actions.append(.loadWork(stream, limit: limit, dueBy: platformNow))
            }
            if let due = shops[shop].queues[queue].nextDue {
                let seconds = max(1, min(3_600, due.seconds(since: platformNow)))
                wake(at: now.ticks.advanced(byMilliseconds: seconds * 1_000))
            }
            // A new day brings new calls; nobody else may be there to notice.
            if shops[shop].queues[queue].isAtHistory {
                wake(at: now.ticks.advanced(byMilliseconds: Self.historyRestMilliseconds))
            }
        }
        planAudit(shop, platformNow: platformNow, now: now)
    }

    func workCandidate(_ queue: WorkQueue, _ index: Int, _ shop: Int) -> Candidate? {
        let held = queue.held[index]
        let isHistory = held.item.isHistory
        if isHistory, isReadingHistory(shop) { return nil }
        let method: CallMethod
        let kind: Call.Kind
        switch held.item.subject {
        case .order(let id):
            (method, kind) = (.orderDetail, .order(id))
        case .refund(let id):
            (method, kind) = (.refundDetail, .refund(id, order: held.item.order))
        case .parcel(let key) where held.asksForParcels:
            (method, kind) = (.orderParcels, .parcels(order: key.order))
        case .parcel(let key):
            let isSplit = held.item.parcel?.isSplit ?? false
            let items = isSplit ? held.item.parcel?.items ?? [] : []
            let carrier = held.item.parcel?.carrier ?? ""
            (method, kind) = (.parcelTrace, .trace(key, items: items, carrier: carrier))
        case .goods(let query):
            (method, kind) = (query.isDetail ? .goodsDetail : .goodsSearch, .goods(query))
        }
        // Shops with more to do wait less; details of history wait for history itself.
        let score = Double(queue.held.count) / Double(1 + queue.callingCount)
        return Candidate(
            callClass: isHistory ? .backfill : queue.callClass, method: method,
            kind: kind, stream: queue.id, purpose: .work(shop: shop, queue.id.kind),
            index: index, worth: .fixed(isHistory ? score / 1_000_000 : score),
            isHistoryDetail: isHistory)
    }

    private func isReadingHistory(_ shop: Int) -> Bool {
        shops[shop].feedIndex(.backfill).map { shops[shop].feeds[$0].isLoading } ?? false
    }

    /// Details of history take no calls that live polls will want: they keep to the half of the
    /// day's calls that is spent at full pace.
    func historyMayCall(_ app: Int, _ platformNow: UTCInstant) -> Bool {
        let limiter = apps[app].limiter
        let perDay = limiter.policy.callsPerDay
        return perDay - limiter.calls(on: beijingDay(platformNow)) > perDay / 2
    }

    // MARK: The database's answers

    mutating func handleWork(_ event: SyncEvent, _ actions: inout [SyncAction]) {
        switch event {
        case .worked(let stream, let subject, let due):
            uncommitted -= 1
            withQueue(stream) { $0.stored(subject, due: due) }
        case .queued(let stream):
            withQueue(stream) { $0.noteQueued() }
        case .workLoaded(let stream, let items, let isAll, let nextDue):
            withQueue(stream) { $0.loaded(items, isAll: isAll, nextDue: nextDue) }
        case .tick, .answered, .committed, .reserved, .authorisationChanged, .stored, .counted,
            .requested, .banFound, .carriersStored:
            preconditionFailure("no event of a queue")
        }
    }

    private mutating func withQueue(_ stream: StreamID, _ body: (inout WorkQueue) -> Void) {
        let shop = shopIndex(stream.shop)
        guard let queue = shops[shop].queueIndex(stream.kind) else { return }
        body(&shops[shop].queues[queue])
    }

    // MARK: The platform's answers

    mutating func workAnswered(
        _ call: InFlight, _ shop: Int, _ kind: StreamKind, _ result: CallResult, now: Now,
        _ actions: inout [SyncAction]
    ) {
        let id = call.call.id
        guard let queue = shops[shop].queueIndex(kind),
            let index = shops[shop].queues[queue].index(of: id)
        else { preconditionFailure("an answer to nobody's question") }
        let held = shops[shop].queues[queue].held[index]
        let platformNow = apps[call.app].platformNow(now)
        var finish = Finish(
            call: id, queue: queue, index: index, stream: shops[shop].queues[queue].id,
            subject: held.item.subject, askedAt: call.call.platformTime, answeredAt: platformNow)
        if case .failure = result.outcome {
        } else {
            recovered(call.app, shop, &actions)
            methodWorked(call, shop)
            shops[shop].errorsTold[kind] = nil
        }
        switch result.outcome {
        case .detail:
            let again = platformNow.advanced(bySeconds: Self.staleDetailSeconds)
            finish.outcome = .read(elseAgainAt: again)
        case .trace(let trace):
            // Taobao is asked about an order and answers about one of its parcels.
            let isOfOther = held.parcelKey.flatMap { trace.otherParcel(than: $0) } != nil
            finish.outcome = .polled(
                nextAt: nextPoll(shop, held, isOfOther ? nil : trace, platformNow),
                error: isOfOther ? "another parcel's trace" : "")
            if trace.unknownCount > 0 {
                actions.append(
                    .note(
                        .parcelTextUnknown(
                            finish.stream, status: trace.platformStatus,
                            count: trace.unknownCount)))
            }
        case .parcels(let count):
            finish.outcome =
                count == 0
                ? .polled(
                    nextAt: nextPoll(shop, held, nil, platformNow), error: "no parcels listed")
                : listed(held, nextPoll(shop, held, nil, platformNow), platformNow)
        case .goods:
            finish.outcome = .priced(nextAt: nextPrice(held, platformNow))
        case .failure(let failure):
            actions.append(.discard(id))
            return workFailed(call, shop, finish, held, failure, now: now, &actions)
        case .page, .serverTime, .carriers, .seller:
            preconditionFailure("one order was answered with a list")
        }
        store(finish, shop, hasAnswer: true, &actions)
    }

    /// What is about to be stored of an entry.
    private struct Finish {
        var call: CallID
        var queue: Int
        var index: Int
        var stream: StreamID
        var subject: WorkItem.Subject
        var askedAt: UTCInstant
        var answeredAt: UTCInstant
        var outcome = WorkChange.Outcome.refused(error: "")
    }

    private mutating func store(
        _ finish: Finish, _ shop: Int, hasAnswer: Bool, _ actions: inout [SyncAction]
    ) {
        shops[shop].queues[finish.queue].store(finish.index)
        uncommitted += 1
        var change = WorkChange(
            stream: finish.stream, subject: finish.subject, outcome: finish.outcome,
            askedAt: finish.askedAt)
        change.answeredAt = finish.answeredAt
        actions.append(.finish(hasAnswer ? finish.call : nil, change))
    }

    private mutating func nextPoll(
        _ shop: Int, _ held: WorkQueue.Held, _ trace: ParcelTrace?, _ platformNow: UTCInstant
    ) -> UTCInstant? {
        let parcel = held.item.parcel
        let plan = ParcelPlan(unit: shops[shop].configuration.parcelUnit)
        return plan.nextPoll(
            status: trace?.status ?? parcel?.status ?? .pending, shippedAt: parcel?.shippedAt,
            lastEventAt: trace?.events.last?.at ?? parcel?.lastEventAt, now: platformNow,
            lot: random.next())
    }

    /// An order's parcels are listed. One that had been asked for by items already gets another
    /// turn, but not at once: else two refusals could follow each other without end.
    private func listed(
        _ held: WorkQueue.Held, _ planned: UTCInstant?, _ platformNow: UTCInstant
    ) -> WorkChange.Outcome {
        guard held.item.parcel?.isSplit == true else {
            return .parcelsListed(nextAt: platformNow.advanced(bySeconds: 1))
        }
        guard let planned else { return .polled(nextAt: nil, error: "split in another way") }
        return .parcelsListed(nextAt: planned)
    }

    // MARK: Failures

    private mutating func workFailed(
        _ call: InFlight, _ shop: Int, _ finish: Finish, _ held: WorkQueue.Held,
        _ failure: CallFailure, now: Now, _ actions: inout [SyncAction]
    ) {
        let (app, queue, index) = (call.app, finish.queue, finish.index)
        let method = call.call.method
        if sellerInDoubt(shop, failure, now: now, &actions) {
            return shops[shop].queues[queue].release(index)
        }
        if case .throttled(let scope, let seconds) = failure.disposition {
            shops[shop].queues[queue].release(index)
            throttled(app, scope, method, seconds, failure.code, now: now, &actions)
            return tell(shop, finish.stream, failure.code, now: now, &actions)
        }
        var finish = finish
        let isRefused = concernsMethodAlone(method, failure)
        if isRefused {
            methodRefused(app, shop, method, failure, now: now, &actions)
            if !held.asksForParcels { shops[shop].queues[queue].release(index) }
        }
        if apps[app].rules.listsParcels, wantsParcels(held, failure),
            mayCall(.orderParcels, app, shop, now: now)
        {
            return shops[shop].queues[queue].askForParcels(index)
        }
        if !isRefused || held.asksForParcels {
            finish.outcome = outcome(of: failure, shop, held, app, now, &actions)
            noteGivenUp(finish, failure, &actions)
            store(finish, shop, hasAnswer: false, &actions)
        }
        guard failure.disposition != .empty, failure.disposition != .notFound else { return }
        if !isRefused {
            let note = SyncNote.callFailed(
                finish.stream, apps[app].id, method, failure, attempt: held.item.attempt + 1,
                retryMs: 0)
            actions.append(.note(note))
        }
        tell(shop, finish.stream, failure.code, now: now, &actions)
    }

    private mutating func outcome(
        of failure: CallFailure, _ shop: Int, _ held: WorkQueue.Held, _ app: Int, _ now: Now,
        _ actions: inout [SyncAction]
    ) -> WorkChange.Outcome {
        if failure.disposition == .clockSkew { askForTime(app, now: now) }
        switch held.item.subject {
        case .order, .refund:
            return detailOutcome(of: failure, held.item.attempt, app, now)
        case .parcel:
            // No trace yet: a state of the parcel, not an error.
            if failure.disposition == .empty { recovered(app, shop, &actions) }
            return parcelOutcome(of: failure, shop, held, app, now)
        case .goods(let query):
            return priceOutcome(of: failure, query, held, app, now)
        }
    }

    private mutating func detailOutcome(
        of failure: CallFailure, _ attempt: Int, _ app: Int, _ now: Now
    ) -> WorkChange.Outcome {
        switch failure.disposition {
        case .clockSkew:
            return .again(at: later(.detail, attempt, 0, app, now), error: "")
        case .retry(let after), .narrow(let after):
            guard attempt + 1 < Self.detailAttemptMax else { return .refused(error: failure.code) }
            let at = later(.detail, attempt, after ?? 0, app, now)
            return .again(at: at, error: failure.code)
        case .notFound, .empty:
            guard attempt < Self.notFoundAttemptMax else { return .notFound(error: failure.code) }
            let at = later(.missingDetail, attempt, 0, app, now)
            return .again(at: at, error: failure.code)
        case .badRequest:
            guard attempt < 1 else { return .refused(error: failure.code) }
            let at = later(.detail, attempt, 0, app, now)
            return .again(at: at, error: failure.code)
        case .throttled, .unauthorised, .misconfigured:
            preconditionFailure("a method's own trouble is no outcome of an order")
        }
    }

    /// A parcel's poll that failed comes again with the plan, or sooner after a passing fault.
    private mutating func parcelOutcome(
        of failure: CallFailure, _ shop: Int, _ held: WorkQueue.Held, _ app: Int, _ now: Now
    ) -> WorkChange.Outcome {
        let planned = nextPoll(shop, held, nil, apps[app].platformNow(now))
        var least: Int64 = 0
        switch failure.disposition {
        case .empty:
            return .polled(nextAt: planned, error: "")
        case .notFound, .badRequest, .throttled, .unauthorised, .misconfigured:
            // Split, though its parcels were just listed: they are listed anew next time.
            let isKnown = failure.isSplitOrder && held.item.parcel?.isInDoubt == true
            return .polled(nextAt: planned, error: isKnown ? "" : failure.code)
        case .retry(let after), .narrow(let after):
            least = after ?? 0
        case .clockSkew:
            break
        }
        let soon = later(.parcel, held.item.attempt, least, app, now)
        // A plan that is over does not end with a fault: the last answer is still to come.
        let isGivenUp = planned == nil && held.item.attempt + 1 >= Self.detailAttemptMax
        return .polled(
            nextAt: isGivenUp ? nil : min(planned ?? soon, soon), error: failure.code)
    }

    mutating func later(
        _ reason: RetryReason, _ attempt: Int, _ atLeast: Int64, _ app: Int, _ now: Now
    ) -> UTCInstant {
        let pause = retryPause(reason, attempt: attempt, atLeast: atLeast * 1_000)
        let seconds = (pause + 999) / 1_000
        return apps[app].platformNow(now).advanced(bySeconds: seconds)
    }

    /// A split order that was asked for as a whole, or with the wrong items: its parcels have to
    /// be listed first. If that did not help a moment ago, it will not now.
    private func wantsParcels(_ held: WorkQueue.Held, _ failure: CallFailure) -> Bool {
        guard case .parcel = held.item.subject, !held.asksForParcels,
            held.item.parcel?.isInDoubt == false
        else { return false }
        return failure.isSplitOrder
    }

    private func noteGivenUp(
        _ finish: Finish, _ failure: CallFailure, _ actions: inout [SyncAction]
    ) {
        switch finish.outcome {
        case .notFound, .refused:
            actions.append(.note(.detailGivenUp(finish.stream, finish.subject, code: failure.code)))
        case .read, .again, .polled, .parcelsListed, .priced, .oneByOne, .gone:
            break
        }
    }
}
