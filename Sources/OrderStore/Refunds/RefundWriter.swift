internal import SyncCore

/// Writes refunds, inside a transaction that its caller holds: the newest version wins, and of
/// one version the answer that was asked for later; what an answer leaves out stays as it is.
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
    func write(
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
        write.bind(1, shop.rawValue)
        write.bind(2, refund.id)
        write.bind(3, text: refund.order)
        write.bind(4, text: refund.item)
        write.bind(5, text: refund.platformStatus == nil ? nil : refund.status.rawValue)
        write.bind(6, text: refund.platformStatus)
        write.bind(7, refund.refundFen)
        write.bind(8, refund.paymentFen)
        write.bind(9, text: refund.reason)
        write.bind(10, text: refund.text)
        write.bind(11, text: refund.goodStatus)
        write.bind(12, text: refund.phase)
        write.bind(13, text: refund.kind)
        write.bind(14, text: refund.buyer)
        write.bind(15, text: refund.title)
        write.bind(16, text: refund.returnCompany)
        write.bind(17, text: refund.returnTrackingNumber)
        write.bind(18, refund.createdAt)
        write.bind(19, refund.modifiedAt)
        write.bind(20, refund.endedAt)
        write.bind(21, Int64(bitPattern: refund.contentHash))
        write.bind(22, page.askedMilliseconds)
        write.bind(23, now.seconds)
        write.bind(24, refund.raw)
        write.bind(25, clocks.doubt(of: refund.modifiedAt).rawValue)
    }
}
