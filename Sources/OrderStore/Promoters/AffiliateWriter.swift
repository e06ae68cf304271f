internal import SyncCore

/// Writes orders that a promoter brought, inside its caller's transaction. `RowVersion` decides
/// which version wins. What an answer leaves out stays as it is.
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

    func merge(
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
        write.bind(.shopID, shop.rawValue)
        write.bind(.entityID, order.id)
        write.bind(.pid, text: order.pid)
        write.bind(.customParameters, text: order.customParameters)
        write.bind(.goodsID, text: order.goodsID)
        write.bind(.goodsSign, text: order.goodsSign)
        write.bind(.goodsName, text: order.goodsName)
        write.bind(.mallID, text: order.mallID)
        write.bind(.mallName, text: order.mallName)
        write.bind(.quantity, order.quantity)
        write.bind(.goodsPriceFen, order.goodsPriceFen)
        write.bind(.orderAmountFen, order.orderAmountFen)
        write.bind(.promotionRatePermille, order.promotionRatePermille)
        write.bind(.promotionAmountFen, order.promotionAmountFen)
        write.bind(.status, text: order.platformStatus == nil ? nil : order.status.rawValue)
        write.bind(.platformStatus, text: order.platformStatus)
        write.bind(.failReason, text: order.failReason)
        write.bind(.createdAt, order.createdAt)
        write.bind(.paidAt, order.paidAt)
        write.bind(.groupedAt, order.groupedAt)
        write.bind(.receivedAt, order.receivedAt)
        write.bind(.verifiedAt, order.verifiedAt)
        write.bind(.settledAt, order.settledAt)
        write.bind(.modifiedAt, order.modifiedAt)
        write.bind(.contentHash, Int64(bitPattern: order.contentHash))
        write.bind(.askedMs, page.askedMilliseconds)
        write.bind(.syncedAt, now.seconds)
        write.bind(.raw, order.raw)
        write.bind(.isFuture, clocks.doubt(of: order.modifiedAt).rawValue)
    }
}
