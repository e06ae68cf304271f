internal import SyncCore

extension OrderStore {
    /// By shop the number of rows that could not be stored; none without a database of this
    /// version.
    public static func readRejectedCounts(path: String) throws(StoreError) -> [String: Int64] {
        let database = try ExistingDatabase.open(path: path, isReadOnly: true)
        guard try Migrations.check(database) == Migrations.latest else { return [:] }
        let statement = try database.prepare(
            """
            SELECT name, count(DISTINCT raw_hash) FROM rejected_rows JOIN shops USING (shop_id)
            GROUP BY shop_id
            """)
        var counts: [String: Int64] = [:]
        while try statement.step() { counts[statement.text(0)] = statement.integer(1) }
        return counts
    }

    /// Keeps the rows of an answer that could not be stored, and queues what they would have been.
    /// Entries of which a later version is stored now are taken out, and entries without an id of a
    /// time that the answer shows in full without them.
    /// - Parameter proven: that time, by the time that the list selects by.
    func recordRejected(
        in content: AnswerContent, _ stream: StreamID, proven: TimeWindow? = nil,
        askedAt: UTCInstant, now: UTCInstant, _ outcome: inout StoreOutcome
    ) throws(StoreError) {
        let isWork = stream.kind == .details || stream.kind == .shipments
        func settle(_ entity: RejectedRow.Entity) throws(StoreError) {
            try rejected.settle(
                entity, shop: stream.shop, askedMilliseconds: content.askedMilliseconds)
        }
        switch content {
        case .orders where !isWork: try settle(.order)
        case .refunds: try settle(.refund)
        case .affiliate: try settle(.affiliateOrder)
        case .goods(let page):
            for offer in page.offers {
                try rejected.settle(product: offer.goods, shop: stream.shop)
            }
        case .orders, .trace, .parcels, .carriers: break
        }
        if let proven, let entity = Self.entitySelectedByChange(stream.kind) {
            try rejected.settle(
                unnamed: entity, in: proven, but: content.rejected,
                askedMilliseconds: content.askedMilliseconds, shop: stream.shop)
        }
        try rejected.dropOld(shop: stream.shop, now: now)
        let new = try rejected.keep(
            content.rejected, stream: stream, askedMilliseconds: content.askedMilliseconds,
            now: now)
        for row in new {
            outcome.rejections.append(Rejection(stream: stream, row: row))
            guard content.source != .detail else { continue }
            switch try queue.enqueue(row, shop: stream.shop, platformNow: askedAt) {
            case .order:
                outcome.events.append(.queued(StreamID(shop: stream.shop, kind: .details)))
            case .refund:
                outcome.events.append(.queued(StreamID(shop: stream.shop, kind: .refunds)))
            case nil: break
            }
        }
    }

    /// What the lists of a stream are of, where they select by the time of change, as
    /// `rejected_rows.modified_at` does.
    private static func entitySelectedByChange(_ kind: StreamKind) -> RejectedRow.Entity? {
        switch kind {
        case .orders, .sweep, .sweepSecond, .sweepThird, .ahead: .order
        case .refunds, .refundHistory: .refund
        case .affiliate: .affiliateOrder
        case .backfill, .requested, .verify, .details, .shipments, .audit, .prices: nil
        }
    }

    /// Takes out the entries of what was read without a fault.
    /// - Returns: what is left, and so has to be read again.
    func settle(
        _ subject: WorkItem.Subject, _ content: AnswerContent, shop: ShopID
    ) throws(StoreError) -> RejectedRowWriter.Remainder? {
        let asked = content.askedMilliseconds
        switch (subject, content) {
        case (.order(let id), .orders):
            return try rejected.settle(.order, id: id, shop: shop, askedMilliseconds: asked)
        case (.refund(let id), .refunds):
            return try rejected.settle(.refund, id: id, shop: shop, askedMilliseconds: asked)
        case (.parcel(let key), .trace):
            try rejected.settle(.parcelEvent, ofOrder: key.order, shop: shop)
            return nil
        case (.parcel(let key), .parcels):
            try rejected.settle(.parcel, ofOrder: key.order, shop: shop)
            return nil
        case (.order, _), (.refund, _), (.parcel, _), (.goods, _): return nil
        }
    }

    /// Why an order or refund has to be read again although its answer came; nil if it has not.
    func retry(
        _ subject: WorkItem.Subject, _ content: AnswerContent?, shop: ShopID
    ) throws(StoreError) -> DetailQueueWriter.Retry? {
        guard let content else { return nil }
        if let row = content.rejected.first {
            return DetailQueueWriter.Retry(
                error: "the answer cannot be stored: \(row.reason.rawValue)")
        }
        switch try settle(subject, content, shop: shop) {
        case .newer:
            return DetailQueueWriter.Retry(
                error: "the answer is older than a row that cannot be read")
        case .untimed:
            return DetailQueueWriter.Retry(
                error: "the answer may be older than a row whose time cannot be read",
                seconds: RowVersion.lagMillisecondsMax / 1_000)
        case nil: return nil
        }
    }
}
