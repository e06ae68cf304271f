internal import SyncCore

/// Writes refunds, inside its caller's transaction. `RowVersion` decides which version wins. What
/// an answer leaves out stays as it is.
final class RefundWriter {
    private let table: VersionedTable

    private static let columns = [
        "order_id", "item_id", "status", "platform_status", "refund_fen", "payment_fen", "reason",
        "description", "good_status", "phase", "kind", "buyer", "title", "return_company",
        "return_tracking_no", "created_at", "modified_at", "ended_at", "content_hash", "asked_ms",
        "synced_at", "raw", "is_future",
    ]

    init(_ database: Database) throws(StoreError) {
        table = try VersionedTable(
            database, "refunds", key: "refund_id", entity: "refund", columns: Self.columns,
            hidden: Set(HiddenRows.refunds.columns.map(\.name)))
    }

    /// - Returns: what was written, and the refunds that have to be read in full.
    func merge(
        _ page: RefundPage, shop: ShopID, _ clocks: MergeClocks, now: UTCInstant
    ) throws(StoreError) -> (counts: StoredCounts, lacking: [RefundRow]) {
        var counts = StoredCounts()
        var lacking: [RefundRow] = []
        for refund in page.refunds {
            var old = try table.version(of: refund.id, shop)
            try table.renew(
                &old, earlierHash: refund.earlierHash, contentHash: refund.contentHash
            ) { bind(refund, page, shop, clocks, now, to: $0) }
            let stated = RowVersion(
                stating: refund.modifiedAt, contentHash: refund.contentHash,
                askedMilliseconds: page.askedMilliseconds, by: clocks)
            // A sparse row of a version that is stored states nothing new.
            let isSparse = page.source == .list && refund.lacksEssentials
            let isKnown = old.map { isSparse && stated.isSameVersion(as: $0.row) } ?? false
            guard !isKnown, old.map({ stated.supersedes($0.row, by: clocks) }) ?? true else {
                counts.unchanged += 1
                continue
            }
            bind(refund, page, shop, clocks, now, to: table.write)
            try table.write.run()
            try table.noteChange(
                of: refund.id, shop, from: old,
                status: refund.platformStatus == nil ? nil : refund.status.rawValue, now: now)
            if old == nil { counts.created += 1 } else { counts.updated += 1 }
            if refund.lacksEssentials || refund.isPartial { lacking.append(refund) }
        }
        return (counts, lacking)
    }

    private func bind(
        _ refund: RefundRow, _ page: RefundPage, _ shop: ShopID, _ clocks: MergeClocks,
        _ now: UTCInstant, to write: Statement
    ) {
        write.bind(.shopID, shop.rawValue)
        write.bind(.entityID, refund.id)
        write.bind(.orderID, text: refund.order)
        write.bind(.itemID, text: refund.item)
        write.bind(.status, text: refund.platformStatus == nil ? nil : refund.status.rawValue)
        write.bind(.platformStatus, text: refund.platformStatus)
        write.bind(.refundFen, refund.refundFen)
        write.bind(.paymentFen, refund.paymentFen)
        write.bind(.reason, text: refund.reason)
        write.bind(.description, text: refund.text)
        write.bind(.goodStatus, text: refund.goodStatus)
        write.bind(.phase, text: refund.phase)
        write.bind(.kind, text: refund.kind)
        write.bind(.buyer, text: refund.buyer)
        write.bind(.title, text: refund.title)
        write.bind(.returnCompany, text: refund.returnCompany)
        write.bind(.returnTrackingNo, text: refund.returnTrackingNumber)
        write.bind(.createdAt, refund.createdAt)
        write.bind(.modifiedAt, refund.modifiedAt)
        write.bind(.endedAt, refund.endedAt)
        write.bind(.contentHash, Int64(bitPattern: refund.contentHash))
        write.bind(.askedMs, page.askedMilliseconds)
        write.bind(.syncedAt, now.seconds)
        write.bind(.raw, refund.raw)
        write.bind(.isFuture, clocks.doubt(of: refund.modifiedAt).rawValue)
    }
}
