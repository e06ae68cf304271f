internal import SyncCore

/// Whether the database holds what an answer states, column by column: hashes tell versions
/// apart, but not what a hand or a broken disk has done to a stored one.
final class OrderComparison {
    private let order: Statement
    private let item: Statement

    /// What a platform does not change without a new version. A parameter that is NULL was not
    /// stated, and is not compared.
    private static let orderColumns = [
        "status", "platform_status", "type", "item_count", "payment_fen", "total_fen", "post_fen",
        "discount_fen", "created_at", "paid_at", "shipped_at", "ended_at", "modified_at",
    ]
    private static let itemColumns = [
        "quantity", "price_fen", "payment_fen", "discount_fen", "divided_fen", "status",
        "platform_status", "goods_id", "sku_id", "tracking_no", "refund_status", "refund_id",
    ]

    /// How much is compared.
    enum Extent {
        /// What verification proves.
        case proof
        /// How far the order has come: what lists and details tell alike.
        case progress

        private static let ofProgress: Set = [
            "status", "platform_status", "paid_at", "shipped_at", "ended_at", "tracking_no",
            "refund_status", "refund_id",
        ]
        private static let ofRefunds: Set = ["refund_status", "refund_id"]

        func includes(_ column: String) -> Bool {
            switch self {
            case .proof: !Self.ofRefunds.contains(column)
            case .progress: Self.ofProgress.contains(column)
            }
        }
    }

    init(_ database: Database, _ extent: Extent) throws(StoreError) {
        order = try database.prepare(
            """
            SELECT 1 FROM orders WHERE shop_id = ?1 AND order_id = ?2
              AND EXISTS (SELECT 1 FROM order_raw AS kept
                          WHERE kept.raw_id = orders.raw_id AND kept.shop_id = ?1
                            AND kept.order_id = ?2)
            """ + Self.conditions(Self.orderColumns, extent, from: 3))
        item = try database.prepare(
            """
            SELECT 1 FROM order_items WHERE shop_id = ?1 AND order_id = ?2 AND item_id = ?3
            """ + Self.conditions(Self.itemColumns, extent, from: 4))
    }

    /// A parameter that is not compared is bound all the same.
    private static func conditions(
        _ columns: [String], _ extent: Extent, from first: Int
    ) -> String {
        columns.enumerated().map { index, column in
            let test = extent.includes(column) ? "\(column) IS ?\(index + first)" : "TRUE"
            return " AND (?\(index + first) IS NULL OR \(test))"
        }.joined()
    }

    func isStored(
        _ row: OrderRow, of page: OrderPage, shop: ShopID
    ) throws(StoreError) -> Bool {
        if row.isSparse { return true }
        let answer: Result<Bool, StoreError> = page.bytes.withUnsafeBytes { bytes in
            do throws(StoreError) {
                defer {
                    order.clear()
                    item.clear()
                }
                return .success(try isStored(row, page, bytes, shop))
            } catch {
                return .failure(error)
            }
        }
        return try answer.get()
    }

    private func isStored(
        _ row: OrderRow, _ page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID
    ) throws(StoreError) -> Bool {
        order.bind(1, shop.rawValue)
        order.bind(2, row.id, in: bytes)
        let isStated = !row.platformStatus.isAbsent
        order.bind(3, text: isStated ? row.status.rawValue : nil)
        order.bind(4, row.platformStatus, in: bytes)
        order.bind(5, row.type, in: bytes)
        order.bind(6, row.items.isEmpty ? nil : Int64(row.items.count))
        order.bind(7, row.paymentFen)
        order.bind(8, row.totalFen)
        order.bind(9, row.postFen)
        order.bind(10, row.discountFen)
        order.bind(11, row.createdAt)
        order.bind(12, row.paidAt)
        order.bind(13, row.shippedAt)
        order.bind(14, row.endedAt)
        order.bind(15, row.modifiedAt.seconds)
        guard try holds(order) else { return false }
        for line in page.items[row.items] {
            guard try isStored(line, of: row, bytes, shop) else { return false }
        }
        return true
    }

    private func isStored(
        _ line: ItemRow, of row: OrderRow, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID
    ) throws(StoreError) -> Bool {
        item.bind(1, shop.rawValue)
        item.bind(2, row.id, in: bytes)
        item.bind(3, line.id, in: bytes)
        item.bind(4, line.quantity)
        item.bind(5, line.priceFen)
        item.bind(6, line.paymentFen)
        item.bind(7, line.discountFen)
        item.bind(8, line.dividedFen)
        item.bind(9, text: line.platformStatus.isAbsent ? nil : line.status.rawValue)
        item.bind(10, line.platformStatus, in: bytes)
        item.bind(11, line.goodsID, in: bytes)
        item.bind(12, line.skuID, in: bytes)
        item.bind(13, line.trackingNumber, in: bytes)
        item.bind(14, line.refundStatus, in: bytes)
        item.bind(15, line.refundID, in: bytes)
        return try holds(item)
    }

    private func holds(_ statement: Statement) throws(StoreError) -> Bool {
        defer { statement.reset() }
        return try statement.step()
    }
}
