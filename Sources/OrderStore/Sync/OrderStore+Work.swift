internal import SyncCore

/// Answers to the entries of queues, inside the transaction of `apply`.
extension OrderStore {
    /// Stores an answer and what becomes of the entry that it answers.
    func storeWork(
        _ completion: WorkCompletion, now: UTCInstant, _ outcome: inout StoreOutcome
    ) throws(StoreError) {
        let (change, stream) = (completion.change, completion.change.stream)
        var content = try wanted(completion)
        let clocks = MergeClocks(change, &content)
        switch content {
        case .orders(let page):
            let result = try orders.merge(page, OrderWriter.Context(completion, clocks, now: now))
            outcome.counts += result.counts
            if result.isParcelQueued {
                outcome.events.append(.queued(StreamID(shop: stream.shop, kind: .shipments)))
            }
        case .refunds(let page):
            outcome.refunds += try refunds.merge(page, shop: stream.shop, clocks, now: now).counts
        case .trace, .parcels, .affiliate, .goods, .carriers, nil:
            break
        }
        if let content {
            try recordRejected(in: content, stream, askedAt: change.askedAt, now: now, &outcome)
        }
        let retry = try retry(change.subject, content, shop: stream.shop)
        let due = try resolve(completion, retry, now: now, &outcome)
        if completion.content != nil { try ledger.noteWork(stream, rows: 1, now: now) }
        outcome.events.append(.worked(stream, change.subject, due: due))
    }

    /// Carries out what was decided about the entry.
    /// - Returns: when it is due again; nil when it is not.
    private func resolve(
        _ completion: WorkCompletion, _ retry: DetailQueueWriter.Retry?, now: UTCInstant,
        _ outcome: inout StoreOutcome
    ) throws(StoreError) -> UTCInstant? {
        let (change, stream) = (completion.change, completion.change.stream)
        switch change.subject {
        case .order(let id):
            return try queue.resolve(
                change.outcome, .order, id, shop: stream.shop, retry: retry)
        case .refund(let id):
            return try queue.resolve(
                change.outcome, .refund, id, shop: stream.shop, retry: retry)
        case .parcel(let key):
            let due = try shipments.resolve(
                change.outcome, completion.content, key, shop: stream.shop,
                plan: completion.parcelPlan, now: now)
            if case .parcels = completion.content { outcome.events.append(.queued(stream)) }
            return due
        case .goods(let query):
            var page: GoodsPage?
            if case .goods(let answer) = completion.content { page = answer }
            let (due, drops) = try prices.resolve(change, query, page, now: now)
            outcome.drops += drops
            return due
        }
    }

    /// The answer, unless its order is gone: what was purged meanwhile must not come back.
    private func wanted(_ completion: WorkCompletion) throws(StoreError) -> AnswerContent? {
        guard case .order(let id) = completion.change.subject else { return completion.content }
        let isWanted = try queue.isWanted(order: id, shop: completion.change.stream.shop)
        return isWanted ? completion.content : nil
    }
}
