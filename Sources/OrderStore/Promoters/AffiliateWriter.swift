internal import SyncCore

/// Writes orders that a promoter brought, inside a transaction that its caller holds: the newest
/// version wins, and of one version the answer that was asked for later; what an answer leaves out
/// stays as it is.
final class AffiliateWriter {
    private let table: VersionedTable

    private static let columns = [
        "pid", "custom_parameters", "goods_id", "goods_sign", "goods_name", "mall_id", "mall_name",
        "quantity", "goods_price_fen", "order_amount_fen", "promotion_rate_permille",
        "promotion_amount_fen", "status", "platform_status", "fail_reason", "created_at",
        "paid_at", "grouped_at", "received_at", "verified_at", "settled_at", "modified_at",
        "content_hash", "asked_ms", "synced_at", "raw", "is_future",
    ]

    init(_ database: Database) throws(StoreError) {
        table = try VersionedTable(
            database, "affiliate_orders", key: "order_sn", entity: "affiliate_order",
            columns: Self.columns)
    }

    func write(
        _ page: AffiliatePage, shop: ShopID, _ clocks: MergeClocks, now: UTCInstant
    ) throws(StoreError) -> StoredCounts {
        var counts = StoredCounts()
        for order in page.orders {
            var old = try table.version(of: order.id, shop)
            try table.renew(
                &old, earlierHash: order.earlierHash, contentHash: order.contentHash
            ) { bind(order, page, shop, clocks, now, to: $0) }
            let stated = RowVersion(
                stating: order.modifiedAt, contentHash: order.contentHash,
                askedMilliseconds: page.askedMilliseconds, by: clocks)
            guard old.map({ stated.supersedes($0.row, by: clocks) }) ?? true else {
                counts.unchanged += 1
                continue
            }
            bind(order, page, shop, clocks, now, to: table.write)
            try table.write.run()
            try table.noteChange(
                of: order.id, shop, from: old,
                status: order.platformStatus == nil ? nil : order.status.rawValue, now: now)
            if old == nil { counts.created += 1 } else { counts.updated += 1 }
        }
        return counts
    }

    private func bind(
        _ order: AffiliateRow, _ page: AffiliatePage, _ shop: ShopID, _ clocks: MergeClocks,
        _ now: UTCInstant, to write: Statement
    ) {
        write.bind(1, shop.rawValue)
        write.bind(2, order.id)
        write.bind(3, text: order.pid)
        write.bind(4, text: order.customParameters)
        write.bind(5, text: order.goodsID)
        write.bind(6, text: order.goodsSign)
        write.bind(7, text: order.goodsName)
        write.bind(8, text: order.mallID)
        write.bind(9, text: order.mallName)
        write.bind(10, order.quantity)
        write.bind(11, order.goodsPriceFen)
        write.bind(12, order.orderAmountFen)
        write.bind(13, order.promotionRatePermille)
        write.bind(14, order.promotionAmountFen)
        write.bind(15, text: order.platformStatus == nil ? nil : order.status.rawValue)
        write.bind(16, text: order.platformStatus)
        write.bind(17, text: order.failReason)
        write.bind(18, order.createdAt)
        write.bind(19, order.paidAt)
        write.bind(20, order.groupedAt)
        write.bind(21, order.receivedAt)
        write.bind(22, order.verifiedAt)
        write.bind(23, order.settledAt)
        write.bind(24, order.modifiedAt)
        write.bind(25, Int64(bitPattern: order.contentHash))
        write.bind(26, page.askedMilliseconds)
        write.bind(27, now.seconds)
        write.bind(28, order.raw)
        write.bind(29, clocks.doubt(of: order.modifiedAt).rawValue)
    }
}
