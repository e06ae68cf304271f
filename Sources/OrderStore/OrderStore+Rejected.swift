internal import SyncCore

extension OrderStore {
    /// Keeps the rows of an answer that could not be stored, and queues what they would have been.
    /// Entries of which a later version is stored now are taken out.
    func writeRejected(
        in content: AnswerContent, _ stream: StreamID, askedAt: UTCInstant, now: UTCInstant,
        _ outcome: inout StoreOutcome
    ) throws(StoreError) {
        let isWork = stream.kind == .details || stream.kind == .shipments
        switch content {
        case .orders where !isWork: try rejected.settle(.order, shop: stream.shop)
        case .refunds: try rejected.settle(.refund, shop: stream.shop)
        case .affiliate: try rejected.settle(.affiliateOrder, shop: stream.shop)
        case .goods(let page):
            for offer in page.offers {
                try rejected.settle(.product, id: offer.goods, shop: stream.shop)
            }
        case .orders, .trace, .parcels, .carriers: break
        }
        let new = try rejected.write(
            content.rejected, stream: stream, askedMilliseconds: content.askedMilliseconds,
            now: now)
        for row in new {
            outcome.rejections.append(Rejection(stream: stream, row: row))
            guard content.source != .detail else { continue }
            switch try queue.put(row, shop: stream.shop, platformNow: askedAt) {
            case .order:
                outcome.events.append(.queued(StreamID(shop: stream.shop, kind: .details)))
            case .refund:
                outcome.events.append(.queued(StreamID(shop: stream.shop, kind: .refunds)))
            case nil: break
            }
        }
    }

    /// Takes out the entries of what was read without a fault.
    func settle(
        _ subject: WorkItem.Subject, _ content: AnswerContent, shop: ShopID
    ) throws(StoreError) {
        switch (subject, content) {
        case (.order(let id), .orders): try rejected.settle(.order, id: id, shop: shop)
        case (.refund(let id), .refunds): try rejected.settle(.refund, id: id, shop: shop)
        case (.parcel(let key), .trace):
            try rejected.settleScans(order: key.order, shop: shop)
        case (.order, _), (.refund, _), (.parcel, _), (.goods, _): break
        }
    }
}
