internal import SyncCore

/// The statements of the write path. Parameters stand in the order of the columns.
enum OrderSQL {
    static let find = """
        SELECT order_key, modified_at, has_details, list_hash, content_hash, status, payment_fen,
               raw_id, asked_ms, is_future
        FROM orders WHERE shop_id = ?1 AND order_id = ?2
        """

    /// Columns that an answer states, from parameter 3 on; the two before are shop and id.
    static let stated = [
        "status", "platform_status", "type", "buyer", "title", "item_count", "payment_fen",
        "total_fen", "post_fen", "discount_fen", "received_fen", "created_at", "paid_at",
        "shipped_at", "ended_at", "modified_at", "receiver_name", "receiver_phone",
        "receiver_state", "receiver_city", "receiver_district", "receiver_address",
        "receiver_zip", "buyer_message", "seller_memo", "seller_flag", "has_details",
        "content_hash", "list_hash", "synced_at", "asked_ms", "buyer_id", "step_status",
        "step_paid_fen", "deposit_paid_at", "is_future",
    ]

    /// Stated columns that say nothing about the platform's order, and why: all others are compared
    /// with it.
    static let bookkeeping = [
        "has_details": "whether the version was read in full",
        "content_hash": "of the JSON, which lists and details state in different words",
        "list_hash": "of a list's JSON",
        "synced_at": "when the row was written",
        "asked_ms": "when the answer was requested",
        "is_future": "why modified_at may be wrong",
    ]

    /// Columns of the platform's own, in the order of `stated`.
    static let compared = stated.filter { bookkeeping[$0] == nil }

    /// The parameter behind those of the stated columns.
    static let lastParameter = Int32(stated.count + 3)

    static let insert = """
        INSERT INTO orders (shop_id, order_id, \(stated.joined(separator: ", ")),
                            first_seen_at, raw_id)
        VALUES (\((1...stated.count + 4).map { "?\($0)" }.joined(separator: ", ")))
        """

    /// By column the bit of the last parameter that takes its value away.
    static let blanks: [String: OrderRow.Blanks] = [
        "seller_memo": .sellerMemo, "seller_flag": .sellerFlag,
    ]

    /// Absent values keep what is stored: a sparse answer never blanks a detail.
    static let update = """
        UPDATE orders SET \(stated.enumerated().map { index, column in
            let kept = blanks[column].map {
                "iif(?\(lastParameter) & \($0.rawValue), NULL, \(column))"
            }
            return "\(column) = coalesce(?\(index + 3), \(kept ?? column))"
        }.joined(separator: ", "))
        WHERE order_key = ?1
        """

    static let noteListRow = """
        UPDATE orders SET list_hash = ?2, has_details = ?3 WHERE order_key = ?1
        """

    static let confirmDetail = """
        UPDATE orders SET has_details = 1,
            asked_ms = \(RowVersionSQL.lastRequest("asked_ms", confirmedBy: "?2"))
        WHERE order_key = ?1
        """

    static let insertRaw = """
        INSERT INTO order_raw (shop_id, order_id, source, raw) VALUES (?1, ?2, ?3, ?4)
        """

    static let updateRaw = """
        UPDATE order_raw SET source = ?2, raw = ?3
        WHERE raw_id = ?1 AND shop_id = ?4 AND order_id = ?5
        """

    static let setRaw = "UPDATE orders SET raw_id = ?2 WHERE order_key = ?1"

    /// From parameter 4 on; the three before are shop, order and item.
    static let itemStated = [
        "title", "goods_id", "sku_id", "sku_name", "outer_id", "outer_sku_id", "quantity",
        "price_fen", "payment_fen", "discount_fen", "divided_fen", "status", "platform_status",
        "refund_status", "refund_id", "logistics_company", "tracking_no", "shipped_at",
        "ended_at", "is_gift",
    ]

    /// What a new item has where an answer leaves it out.
    private static let itemDefaults = ["status": "'unknown'", "is_gift": "0"]

    /// By column what a new order or item has where an answer leaves it out.
    static let defaults = itemDefaults.merging(["platform_status": "''"]) { $1 }

    /// A default is for a new item only.
    static let insertItem = """
        INSERT INTO order_items (shop_id, order_id, item_id, \(itemStated.joined(separator: ", ")))
        VALUES (?1, ?2, ?3, \(itemStated.enumerated().map { index, column in
            itemDefaults[column].map { "coalesce(?\(index + 4), \($0))" } ?? "?\(index + 4)"
        }.joined(separator: ", ")))
        ON CONFLICT (shop_id, order_id, item_id) DO UPDATE SET
        \(itemStated.enumerated().map { index, column in
            "\(column) = coalesce(?\(index + 4), \(column))"
        }.joined(separator: ", "))
        """

    static let itemIDs =
        "SELECT item_id FROM order_items WHERE shop_id = ?1 AND order_id = ?2 ORDER BY 1"

    static let deleteItem =
        "DELETE FROM order_items WHERE shop_id = ?1 AND order_id = ?2 AND item_id = ?3"

    static let countItems = """
        UPDATE orders SET item_count = (
            SELECT count(*) FROM order_items AS item
            WHERE item.shop_id = orders.shop_id AND item.order_id = orders.order_id)
        WHERE order_key = ?1
        """

    static let insertChange = """
        INSERT INTO changes
            (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
        VALUES (?1, ?2, 'order', ?3, ?4, ?5, ?6)
        """
}
