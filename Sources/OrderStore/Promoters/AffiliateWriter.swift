internal import SyncCore

/// Writes orders that a promoter brought, inside a transaction that its caller holds: the newest
/// version wins, and of one version the answer that was asked for later; what an answer leaves out
/// stays as it is.
final class AffiliateWriter {
    private let find: Statement
    private let write: Statement
    private let insertChange: Statement

    private static let stated = [
        "pid", "custom_parameters", "goods_id", "goods_sign", "goods_name", "mall_id", "mall_name",
        "quantity", "goods_price_fen", "order_amount_fen", "promotion_rate_permille",
        "promotion_amount_fen", "status", "platform_status", "fail_reason", "created_at",
        "paid_at", "grouped_at", "received_at", "verified_at", "settled_at", "modified_at",
        "content_hash", "asked_ms", "synced_at", "raw",
    ]

    init(_ database: Database) throws(StoreError) {
        find = try database.prepare(
            """
            SELECT modified_at, content_hash, asked_ms, status FROM affiliate_orders
            WHERE shop_id = ?1 AND order_sn = ?2
            """)
        let names = Self.stated.joined(separator: ", ")
        let values = Self.stated.enumerated().map { index, name in
            // A status left out is unknown in a new order only.
            switch name {
            case "status": "coalesce(?\(index + 3), 'unknown')"
            case "platform_status": "coalesce(?\(index + 3), '')"
            default: "?\(index + 3)"
            }
        }
        let updates = Self.stated.enumerated().map { index, name in
            "\(name) = coalesce(?\(index + 3), \(name))"
        }
        write = try database.prepare(
            """
            INSERT INTO affiliate_orders (shop_id, order_sn, \(names), first_seen_at)
            VALUES (?1, ?2, \(values.joined(separator: ", ")), ?27)
            ON CONFLICT (shop_id, order_sn) DO UPDATE SET \(updates.joined(separator: ", "))
            """)
        insertChange = try database.prepare(
            """
            INSERT INTO changes
                (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
            VALUES (?1, ?2, 'affiliate_order', ?3, ?4, ?5, ?6)
            """)
    }

    func write(
        _ page: AffiliatePage, shop: ShopID, now: UTCInstant
    ) throws(StoreError) -> StoredCounts {
        var counts = StoredCounts()
        for order in page.orders {
            let old = try look(for: order, shop)
            guard Self.isNews(order, old, page) else {
                counts.unchanged += 1
                continue
            }
            try write(order, page, shop, now)
            try writeChange(order, old, shop, now)
            if old == nil { counts.created += 1 } else { counts.updated += 1 }
        }
        return counts
    }

    private struct Stored {
        var modifiedAt: UTCInstant
        var contentHash: UInt64
        var askedMilliseconds: Int64
        var status: String
    }

    private static func isNews(
        _ order: AffiliateRow, _ old: Stored?, _ page: AffiliatePage
    ) -> Bool {
        guard let old else { return true }
        if order.modifiedAt != old.modifiedAt { return order.modifiedAt > old.modifiedAt }
        if order.contentHash == old.contentHash { return false }
        return page.askedMilliseconds >= old.askedMilliseconds
    }

    private func look(for order: AffiliateRow, _ shop: ShopID) throws(StoreError) -> Stored? {
        find.bind(1, shop.rawValue)
        find.bind(2, order.id)
        defer { find.reset() }
        guard try find.step() else { return nil }
        return Stored(
            modifiedAt: UTCInstant(seconds: find.integer(0)),
            contentHash: UInt64(bitPattern: find.integer(1)), askedMilliseconds: find.integer(2),
            status: find.text(3))
    }

    private func write(
        _ order: AffiliateRow, _ page: AffiliatePage, _ shop: ShopID, _ now: UTCInstant
    ) throws(StoreError) {
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
        try write.run()
    }

    private func writeChange(
        _ order: AffiliateRow, _ old: Stored?, _ shop: ShopID, _ now: UTCInstant
    ) throws(StoreError) {
        insertChange.bind(1, now.seconds)
        insertChange.bind(2, shop.rawValue)
        insertChange.bind(3, order.id)
        insertChange.bind(4, old == nil ? StaticString("created") : StaticString("updated"))
        insertChange.bind(5, text: old?.status)
        let stated = order.platformStatus == nil ? old?.status : order.status.rawValue
        insertChange.bind(6, stated ?? AffiliateStatus.unknown.rawValue)
        try insertChange.run()
    }
}
