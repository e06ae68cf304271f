/// What a shop asks for one by one: details of orders and refunds, parcels, and prices.
///
///     database ──load──▶ entry ──offer──▶ call ──▶ outcome ──finish──▶ database
///
/// Only this type changes the queues.
struct ShopQueues: Sendable {
    /// An entry that waits for the answer to its call.
    struct Place: Equatable, Sendable {
        fileprivate var queue: Int
        fileprivate var entry: Int
    }

    /// How long a detail waits that was older than its list row.
    static let staleDetailSeconds: Int64 = 20
    /// How often it is checked whether history may call.
    static let historyPauseMilliseconds: Int64 = 60_000

    private let id: ShopID
    private let parcelPlan: ParcelPlan
    private let listsParcels: Bool
    private var random: SplitMix64
    private(set) var queues: [WorkQueue] = []

    init(_ configuration: MachineConfiguration.Shop, rules: ReadingRules, random: SplitMix64) {
        id = configuration.id
        parcelPlan = ParcelPlan(intervalSeconds: configuration.parcelIntervalSeconds)
        listsParcels = rules.listsParcels
        self.random = random
    }

    mutating func begin(
        _ configuration: MachineConfiguration.Shop, _ platformNow: UTCInstant,
        _ response: inout ShopResponse
    ) {
        let kinds = [StreamKind.refunds, .details, .shipments, .prices]
        for kind in kinds where configuration.streams.contains(kind) {
            let stream = StreamID(shop: id, kind: kind)
            queues.append(WorkQueue(id: stream))
            // Refunds have a feed, and its cursor.
            guard kind != .refunds, configuration.restored.cursors[kind] == nil else { continue }
            response.commit(nil, .beginning(of: stream, at: platformNow))
        }
    }

    // MARK: Plan

    mutating func plan(
        _ moment: Moment, _ deadlines: inout Deadlines<ShopTimer>, _ response: inout ShopResponse
    ) {
        for index in queues.indices {
            let stream = queues[index].id
            if let limit = queues[index].wantsLoad(platformNow: moment.platform) {
                response.actions.append(.loadWork(stream, limit: limit, dueBy: moment.platform))
            }
            if let due = queues[index].nextDue {
                let seconds = max(1, min(3_600, due.seconds(since: moment.platform)))
                deadlines.set(.work(stream.kind), at: moment.ticks(after: seconds * 1_000))
            }
            // A new day brings new calls, and no event says so.
            if queues[index].isAtHistory {
                deadlines.set(
                    .history, at: moment.ticks(after: Self.historyPauseMilliseconds))
            }
        }
    }

    /// - Parameter isReadingHistory: details of history wait for history itself.
    func offers(isReadingHistory: Bool) -> [Offer] {
        queues.flatMap { queue in
            queue.readyIndices.compactMap { entry in
                let isWaiting = queue.held[entry].item.isHistory && isReadingHistory
                return isWaiting ? nil : offer(queue, entry)
            }
        }
    }

    private func offer(_ queue: WorkQueue, _ entry: Int) -> Offer {
        let held = queue.held[entry]
        let isHistory = held.item.isHistory
        let (method, kind) = held.call
        // Shops with more to do wait less; details of history come after history itself.
        let score = Double(queue.held.count) / Double(1 + queue.callingCount)
        return Offer(
            subject: .work(queue.id.kind, entry: entry),
            callClass: isHistory ? .backfill : queue.callClass, method: method, kind: kind,
            stream: queue.id, worth: .fixed(isHistory ? score / 1_000_000 : score),
            isHistoryDetail: isHistory)
    }

    mutating func begin(_ kind: StreamKind, entry: Int, call: CallID) {
        guard let queue = index(of: kind) else { return }
        queues[queue].begin(entry, call: call)
    }

    // MARK: The database's answers

    mutating func queued(_ kind: StreamKind) { with(kind) { $0.noteQueued() } }

    mutating func loaded(
        _ kind: StreamKind, _ items: [WorkItem], isAll: Bool, nextDue: UTCInstant?
    ) {
        with(kind) { $0.loaded(items, isAll: isAll, nextDue: nextDue) }
    }

    mutating func stored(_ kind: StreamKind, _ subject: WorkItem.Subject, due: UTCInstant?) {
        with(kind) { $0.stored(subject, due: due) }
    }

    private func index(of kind: StreamKind) -> Int? { queues.firstIndex { $0.id.kind == kind } }

    private mutating func with(_ kind: StreamKind, _ body: (inout WorkQueue) -> Void) {
        if let index = index(of: kind) { body(&queues[index]) }
    }

    // MARK: The platform's answers

    func place(of call: CallID, _ kind: StreamKind) -> Place {
        guard let queue = index(of: kind), let entry = queues[queue].index(of: call) else {
            preconditionFailure("an answer that no entry waits for")
        }
        return Place(queue: queue, entry: entry)
    }

    func subject(at place: Place) -> FailurePolicy.Subject {
        switch held(place).item.subject {
        case .order, .refund: .detail
        case .parcel: .parcel
        case .goods: .price
        }
    }

    private func held(_ place: Place) -> WorkQueue.Held { queues[place.queue].held[place.entry] }

    /// The platform answered.
    mutating func accept(
        _ outcome: CallResult.Outcome, _ call: Call, _ place: Place, _ moment: Moment,
        _ response: inout ShopResponse
    ) {
        let held = held(place)
        let stream = queues[place.queue].id
        let change: WorkChange.Outcome
        switch outcome {
        case .detail:
            change = .read(
                elseAgainAt: moment.platform.advanced(bySeconds: Self.staleDetailSeconds))
        case .trace(let trace):
            // Taobao is asked about an order and answers about one of its parcels.
            let isOfOther = held.parcelKey.flatMap { trace.otherParcel(than: $0) } != nil
            change = .polled(
                nextAt: nextPoll(held, isOfOther ? nil : trace, moment.platform),
                error: isOfOther ? "another parcel's trace" : "")
            if trace.unknownCount > 0 {
                response.log(
                    .parcelTextUnknown(
                        stream, status: trace.platformStatus, count: trace.unknownCount))
            }
        case .parcels(let count):
            let planned = nextPoll(held, nil, moment.platform)
            change =
                count == 0
                ? .polled(nextAt: planned, error: "no parcels listed")
                : listed(held, planned, moment.platform)
        case .goods:
            change = .priced(nextAt: nextPrice(held.goodsQuery, moment.platform))
        case .page, .serverTime, .carriers, .seller, .failure:
            preconditionFailure("one entry was answered with something else")
        }
        response.clearReport(stream)
        finish(place, call, change, answer: call.id, moment, &response)
    }

    /// A call failed.
    /// - Parameters:
    ///   - handling: what `FailurePolicy` says about the entry.
    ///   - mayListParcels: the platform accepts calls that list an order's parcels.
    mutating func fail(
        _ failure: CallFailure, _ handling: FailurePolicy.Handling, _ call: Call, _ app: AppID,
        _ place: Place, mayListParcels: Bool, _ moment: Moment, _ response: inout ShopResponse
    ) {
        let held = held(place)
        let stream = queues[place.queue].id
        if listsParcels, wantsParcels(held, failure), mayListParcels {
            return queues[place.queue].askForParcels(place.entry)
        }
        let change: WorkChange.Outcome
        switch handling {
        case .release where held.asksForParcels && !failure.disposition.isThrottled:
            // Its parcels cannot be listed: it is asked about as it is.
            change = .polled(nextAt: nextPoll(held, nil, moment.platform), error: failure.code)
        case .release:
            queues[place.queue].release(place.entry)
            return response.report(stream, failure.code)
        case .retry(let reason):
            let at = later(reason, held.item.attempt, failure, moment.platform)
            // A wrong timestamp is no failure of the order's.
            let error = failure.disposition == .clockSkew ? "" : failure.code
            change = .again(at: at, error: error)
        case .retryUpTo(let attempts, let reason):
            let at = later(reason, held.item.attempt, failure, moment.platform)
            change =
                held.item.attempt + 1 < attempts
                ? .again(at: at, error: failure.code) : .refused(error: failure.code)
        case .retryUntilAbsent(let attempts, let reason):
            let at = later(reason, held.item.attempt, failure, moment.platform)
            change =
                held.item.attempt < attempts
                ? .again(at: at, error: failure.code) : .notFound(error: failure.code)
        case .asPlanned:
            // Split, though its parcels were just listed: they are listed anew next time.
            let isKnown = failure.isSplitOrder && held.item.parcel?.isInDoubt == true
            change = .polled(
                nextAt: nextPoll(held, nil, moment.platform), error: isKnown ? "" : failure.code)
        case .nothingThere:
            // No trace yet: a state of the parcel, not an error.
            change = .polled(nextAt: nextPoll(held, nil, moment.platform), error: "")
        case .asPlannedOrSooner(let reason):
            change = plannedOrSooner(held, reason, failure, moment.platform)
        case .divide:
            change = divided(held, failure, moment.platform)
        case .retryNarrower, .leaveUnknown:
            preconditionFailure("no way to handle an entry: \(handling)")
        }
        logGivenUp(change, stream, held.item.subject, failure, &response)
        finish(place, call, change, answer: nil, moment, &response)
        guard failure.disposition != .empty, failure.disposition != .notFound else { return }
        if handling != .release {
            response.log(
                .callFailed(
                    stream, app, call.method, failure, attempt: held.item.attempt + 1,
                    retryMs: 0))
        }
        response.report(stream, failure.code)
    }

    /// The call was not made, or its answer does not count: the entry is asked for again.
    mutating func release(_ place: Place) { queues[place.queue].release(place.entry) }

    private mutating func finish(
        _ place: Place, _ call: Call, _ outcome: WorkChange.Outcome, answer: CallID?,
        _ moment: Moment, _ response: inout ShopResponse
    ) {
        let stream = queues[place.queue].id
        var change = WorkChange(
            stream: stream, subject: held(place).item.subject, outcome: outcome,
            askedAt: call.platformTime)
        change.answeredAt = moment.platform
        queues[place.queue].store(place.entry)
        response.actions.append(.finish(answer, change))
    }

    private func logGivenUp(
        _ outcome: WorkChange.Outcome, _ stream: StreamID, _ subject: WorkItem.Subject,
        _ failure: CallFailure, _ response: inout ShopResponse
    ) {
        switch outcome {
        case .notFound, .refused:
            response.log(.detailGivenUp(stream, subject, code: failure.code))
        case .read, .again, .polled, .parcelsListed, .priced, .oneByOne, .gone:
            break
        }
    }

    // MARK: When again

    private mutating func later(
        _ reason: RetryReason, _ attempt: Int, _ failure: CallFailure, _ platformNow: UTCInstant
    ) -> UTCInstant {
        let pause = reason.pause(
            attempt: attempt, atLeast: failure.disposition.pauseMilliseconds, random: &random)
        return platformNow.advanced(bySeconds: (pause + 999) / 1_000)
    }

    private mutating func nextPoll(
        _ held: WorkQueue.Held, _ trace: ParcelTrace?, _ platformNow: UTCInstant
    ) -> UTCInstant? {
        let parcel = held.item.parcel
        return parcelPlan.nextPoll(
            status: trace?.status ?? parcel?.status ?? .pending, shippedAt: parcel?.shippedAt,
            lastEventAt: trace?.events.last?.at ?? parcel?.lastEventAt, now: platformNow,
            jitter: random.next())
    }

    /// A poll that failed comes again as planned, or sooner after a passing fault.
    private mutating func plannedOrSooner(
        _ held: WorkQueue.Held, _ reason: RetryReason, _ failure: CallFailure,
        _ platformNow: UTCInstant
    ) -> WorkChange.Outcome {
        if case .goods(let query) = held.item.subject {
            let planned = nextPrice(query, platformNow)
            let soon = later(reason, held.item.attempt, failure, platformNow)
            return .again(at: min(planned, soon), error: failure.code)
        }
        let planned = nextPoll(held, nil, platformNow)
        let soon = later(reason, held.item.attempt, failure, platformNow)
        // A plan that is over does not end with a fault: the last answer is still to come.
        let isGivenUp =
            planned == nil && held.item.attempt + 1 >= FailurePolicy.lastPollAttemptMax
        return .polled(
            nextAt: isGivenUp ? nil : min(planned ?? soon, soon), error: failure.code)
    }

    // MARK: Parcels
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

    /// A split order that was asked for as a whole, or with the wrong items: its parcels have to
    /// be listed first. If that did not help a moment ago, it will not now.
    private func wantsParcels(_ held: WorkQueue.Held, _ failure: CallFailure) -> Bool {
        guard case .parcel = held.item.subject, !held.asksForParcels,
            held.item.parcel?.isInDoubt == false
        else { return false }
        return failure.isSplitOrder
    }

    // MARK: Prices

    /// Errors without a known meaning about one product before it counts as gone: some minutes.
    static let goneAttemptMax = 4
    /// How often, at most, it is checked whether such a product is back.
    static let gonePause: Int64 = 3_600
    /// The longest pause of a product that is refused each time, unless its interval is longer.
    static let refusedPauseMax: Int64 = 6 * 3_600

    /// An interval from now, spread by up to a sixteenth: batches do not stay together.
    private mutating func nextPrice(
        _ query: GoodsQuery, _ platformNow: UTCInstant
    ) -> UTCInstant {
        let spread = max(1, query.interval / 16)
        let jitter = Int64(random.next() % UInt64(spread))
        return platformNow.advanced(bySeconds: query.interval + jitter)
    }

    /// An error applies only to the products in the request: of two PIDs one may be wrong, and of
    /// twenty products one.
    private mutating func divided(
        _ held: WorkQueue.Held, _ failure: CallFailure, _ platformNow: UTCInstant
    ) -> WorkChange.Outcome {
        let query = held.goodsQuery
        let isRefused = failure.disposition == .badRequest
        if isRefused, failure.refusesPID, !query.isPublic {
            return .oneByOne(error: failure.code, isPublic: true)
        }
        guard query.isDetail else { return .oneByOne(error: failure.code, isPublic: false) }
        if isRefused {
            let pause = Self.pauseOfRefused(query.interval, held.item.attempt)
            return .again(at: platformNow.advanced(bySeconds: pause), error: failure.code)
        }
        guard failure.isUnknownCode else {
            return .priced(nextAt: nextPrice(query, platformNow))
        }
        // An error of unknown meaning: asked again, before it is believed.
        if held.item.isGone || held.item.attempt >= Self.goneAttemptMax {
            let pause = max(query.interval, Self.gonePause)
            return .gone(nextAt: platformNow.advanced(bySeconds: pause), error: failure.code)
        }
        let planned = nextPrice(query, platformNow)
        let soon = later(.price, held.item.attempt, failure, platformNow)
        return .again(at: min(planned, soon), error: failure.code)
    }

    /// Seconds until a product is asked for again that is refused each time: the interval, doubled
    /// with each refusal.
    private static func pauseOfRefused(_ interval: Int64, _ attempt: Int) -> Int64 {
        min(interval << Int64(min(attempt, 16)), max(interval, refusedPauseMax))
    }
}

extension WorkQueue.Held {
    /// The call that asks for it.
    fileprivate var call: (CallMethod, Call.Kind) {
        switch item.subject {
        case .order(let id): return (.orderDetail, .order(id))
        case .refund(let id): return (.refundDetail, .refund(id, order: item.order))
        case .parcel(let key) where asksForParcels:
            return (.orderParcels, .parcels(order: key.order))
        case .parcel(let key):
            let items = item.parcel?.isSplit == true ? item.parcel?.items ?? [] : []
            let carrier = item.parcel?.carrier ?? ""
            return (.parcelTrace, .trace(key, items: items, carrier: carrier))
        case .goods(let query):
            return (query.isDetail ? .goodsDetail : .goodsSearch, .goods(query))
        }
    }

    fileprivate var goodsQuery: GoodsQuery {
        guard case .goods(let query) = item.subject else {
            preconditionFailure("a price of no product")
        }
        return query
    }
}
