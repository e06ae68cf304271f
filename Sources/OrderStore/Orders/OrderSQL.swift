internal import SyncCore

/// The statements of the write path. A parameter has the name of its column.
enum OrderSQL {
    static let find = """
        SELECT order_key, modified_at, has_details, list_hash, content_hash, status, payment_fen,
               raw_id, asked_ms, is_future
        FROM orders WHERE shop_id = :shop_id AND order_id = :order_id
        """

    /// Columns that an answer states.
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

    static let insert = """
        INSERT INTO orders (shop_id, order_id, \(stated.joined(separator: ", ")),
                            first_seen_at, raw_id)
        VALUES (:shop_id, :order_id, \(stated.map { ":\($0)" }.joined(separator: ", ")),
                :synced_at, :raw_id)
        """

    /// By column the bit of `:blanks` that deletes its value.
    static let blanks: [String: OrderRow.Blanks] = [
        "seller_memo": .sellerMemo, "seller_flag": .sellerFlag,
    ]

    /// Absent values keep what is stored: a sparse answer never blanks a detail.
    static let update = """
        UPDATE orders SET \(stated.map { column in
            let kept = blanks[column].map {
                "iif(:blanks & \($0.rawValue), NULL, \(column))"
            }
            return "\(column) = coalesce(:\(column), \(kept ?? column))"
        }.joined(separator: ", "))
        WHERE order_key = :order_key
        """

    static let noteListRow = """
        UPDATE orders SET list_hash = :list_hash, has_details = :has_details
            WHERE order_key = :order_key
        """

    static let confirmDetail = """
        UPDATE orders SET has_details = 1,
            asked_ms = \(RowVersionSQL.lastRequest("asked_ms", confirmedBy: ":asked_ms"))
        WHERE order_key = :order_key
        """

    static let insertRaw = """
        INSERT INTO order_raw (shop_id, order_id, source, raw) VALUES (:shop_id, :order_id,
            :source, :raw)
        """

    static let updateRaw = """
        UPDATE order_raw SET source = :source, raw = :raw
        WHERE raw_id = :raw_id AND shop_id = :shop_id AND order_id = :order_id
        """

    static let setRaw = "UPDATE orders SET raw_id = :raw_id WHERE order_key = :order_key"

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
        VALUES (:shop_id, :order_id, :item_id, \(itemStated.map { column in
            itemDefaults[column].map { "coalesce(:\(column), \($0))" } ?? ":\(column)"
        }.joined(separator: ", ")))
        ON CONFLICT (shop_id, order_id, item_id) DO UPDATE SET
        \(itemStated.map { column in
            "\(column) = coalesce(:\(column), \(column))"
        }.joined(separator: ", "))
        """

    static let itemIDs =
        """
        SELECT item_id FROM order_items
        WHERE shop_id = :shop_id AND order_id = :order_id ORDER BY 1
        """

    static let deleteItem =
        """
        DELETE FROM order_items
        WHERE shop_id = :shop_id AND order_id = :order_id AND item_id = :item_id
        """

    static let countItems = """
        UPDATE orders SET item_count = (
            SELECT count(*) FROM order_items AS item
            WHERE item.shop_id = orders.shop_id AND item.order_id = orders.order_id)
        WHERE order_key = :order_key
        """

    static let insertChange = """
        INSERT INTO changes
            (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
        VALUES (:now, :shop_id, 'order', :entity_id, :kind, :old_status, :new_status)
        """
}
