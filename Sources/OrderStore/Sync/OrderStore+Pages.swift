internal import SyncCore

/// Pages of lists, inside the transaction of `apply`.
extension OrderStore {
    /// Stores a page and what it changes in the ledger.
    func storePage(
        _ commit: PageCommit, now: UTCInstant, _ outcome: inout StoreOutcome
    ) throws(StoreError) {
        let (change, stream) = (commit.change, commit.change.stream)
        var content = commit.content
        let clocks = MergeClocks(change, &content)
        var counts = StoredCounts()
        switch content {
        case .orders(let page):
            let context = OrderWriter.Context(commit, clocks, now: now)
            var result =
                stream.kind == .verify
                ? try verify.compare(page, context)
                : try orders.merge(try unpurged(page, stream), context)
            if stream.kind.isSweep, try sweep.queueContradicted(on: page, context) {
                result.isDetailQueued = true
            }
            outcome.add(result, of: change)
            counts = result.counts
        case .refunds(let page):
            counts = try storeRefunds(page, stream.shop, clocks, now: now, &outcome)
        case .affiliate(let page):
            counts = try affiliate.merge(page, shop: stream.shop, clocks, now: now)
            outcome.affiliate += counts
        case .trace, .parcels, .goods, .carriers:
            preconditionFailure("a window contains orders or refunds")
        case nil:
            break
        }
        if let content {
            try recordRejected(
                in: content, stream, proven: change.provenSpan, askedAt: change.askedAt, now: now,
                &outcome)
        }
        try ledger.record(
            change, storedRows: counts.created + counts.updated, hasPage: content != nil, now: now)
        guard stream.kind == .verify else { return }
        if let span = change.doubtful {
            try verify.note(span, shop: stream.shop, askedAt: change.askedAt)
        }
        try verify.finishIfRead(shop: stream.shop, now: now)
    }

    /// The page without orders that were deleted on purpose: the audit must not bring them back.
    private func unpurged(_ page: OrderPage, _ stream: StreamID) throws(StoreError) -> OrderPage {
        guard stream.kind == .audit, let limit = try readPurge(stream.shop) else { return page }
        var page = page
        page.orders.removeAll { limit.covers($0) }
        return page
    }

    /// - Returns: what was written. Refunds that the list states in part are queued.
    private func storeRefunds(
        _ page: RefundPage, _ shop: ShopID, _ clocks: MergeClocks, now: UTCInstant,
        _ outcome: inout StoreOutcome
    ) throws(StoreError) -> StoredCounts {
        let (counts, lacking) = try refunds.merge(page, shop: shop, clocks, now: now)
        outcome.refunds += counts
        guard page.source == .list, !lacking.isEmpty else { return counts }
        for refund in lacking { try queue.enqueue(refund: refund, shop: shop, now: now) }
        outcome.events.append(.queued(StreamID(shop: shop, kind: .refunds)))
        return counts
    }
}

extension StoreOutcome {
    /// Adds what became of a page of orders.
    fileprivate mutating func add(_ result: OrderWriter.Result, of change: LedgerChange) {
        counts += result.counts
        let stream = change.stream
        let fresh = result.counts.created + result.counts.updated
        if change.freshFrom != nil, fresh > 0 {
            events.append(
                .stored(
                    stream, onTime: stream.kind == .orders ? fresh - result.late.count : 0,
                    late: result.late, askedAt: change.askedAt))
        }
        if result.isDetailQueued {
            events.append(.queued(StreamID(shop: stream.shop, kind: .details)))
        }
        if result.isParcelQueued {
            events.append(.queued(StreamID(shop: stream.shop, kind: .shipments)))
        }
    }
}
