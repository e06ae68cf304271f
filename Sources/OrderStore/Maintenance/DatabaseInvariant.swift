internal import SyncCore

/// Something that is true of every database between two transactions: `sql` counts what breaks
/// it; it may use `:now`.
struct DatabaseInvariant {
    var subject: String
    /// Said when nothing breaks it.
    var good: String
    /// Said behind the number of what breaks it, with the remedy.
    var bad: String
    var sql: String

    func examine(_ database: Database, _ now: UTCInstant) throws(StoreError) -> DatabaseFinding {
        let statement = try database.prepare(sql)
        if statement.has(.now) { statement.bind(.now, now.seconds) }
        let count = try statement.step() ? statement.integer(0) : 0
        return DatabaseFinding(
            subject: subject, isGood: count == 0, text: count == 0 ? good : "\(count) \(bad)")
    }

    private static let readAgain = "run `ordersync verify --repair`, or restore a backup"

    static let all = [
        DatabaseInvariant(
            subject: "shops", good: "every row has its shop",
            bad: "shop numbers without a shop; restore a backup",
            sql: """
                SELECT count(*) FROM (
                    SELECT shop_id FROM orders UNION SELECT shop_id FROM refunds
                    UNION SELECT shop_id FROM checkpoints UNION SELECT shop_id FROM windows
                    UNION SELECT shop_id FROM shipments UNION SELECT shop_id FROM detail_queue
                    UNION SELECT shop_id FROM affiliate_orders
                    UNION SELECT shop_id FROM goods_prices
                    UNION SELECT shop_id FROM goods_watch
                    UNION SELECT shop_id FROM rejected_rows)
                WHERE shop_id NOT IN (SELECT shop_id FROM shops)
                """),
        DatabaseInvariant(
            subject: "orders", good: "every order has its JSON",
            bad: "orders whose JSON is missing or another's; \(readAgain)",
            sql: """
                SELECT count(*) FROM orders WHERE NOT EXISTS (
                    SELECT 1 FROM order_raw WHERE order_raw.raw_id = orders.raw_id
                    AND order_raw.shop_id = orders.shop_id
                    AND order_raw.order_id = orders.order_id)
                """),
        DatabaseInvariant(
            subject: "raw", good: "every JSON belongs to an order",
            bad: "rows of order_raw that belong to no order; they do no harm",
            sql: """
                SELECT count(*) FROM order_raw WHERE NOT EXISTS (
                    SELECT 1 FROM orders WHERE orders.shop_id = order_raw.shop_id
                    AND orders.order_id = order_raw.order_id
                    AND orders.raw_id = order_raw.raw_id)
                """),
        DatabaseInvariant(
            subject: "items", good: "every item has its order",
            bad: "items without an order; \(readAgain)",
            sql: """
                SELECT count(*) FROM order_items WHERE NOT EXISTS (
                    SELECT 1 FROM orders WHERE orders.shop_id = order_items.shop_id
                    AND orders.order_id = order_items.order_id)
                """),
        DatabaseInvariant(
            subject: "shipments", good: "every parcel has its order",
            bad: "parcels without an order; \(readAgain)",
            sql: """
                SELECT count(*) FROM shipments WHERE NOT EXISTS (
                    SELECT 1 FROM orders WHERE orders.shop_id = shipments.shop_id
                    AND orders.order_id = shipments.order_id)
                """),
        DatabaseInvariant(
            subject: "events", good: "every event has its parcel",
            bad: "events without a parcel; they do no harm",
            sql: """
                SELECT count(*) FROM shipment_events AS event WHERE NOT EXISTS (
                    SELECT 1 FROM shipments WHERE shipments.shop_id = event.shop_id
                    AND shipments.order_id = event.order_id
                    AND shipments.tracking_no = event.tracking_no)
                """),
        DatabaseInvariant(
            subject: "promoted", good: "every promoted order has its JSON",
            bad: "promoted orders whose JSON is missing or another's; restore a backup",
            sql: """
                SELECT count(*) FROM affiliate_orders WHERE
                CASE json_valid(raw) WHEN 1 THEN raw ->> '$.order_sn' END IS NOT order_sn
                """),
        DatabaseInvariant(
            subject: "prices", good: "every price is the group price less its coupon",
            bad: "prices that do not add up; restore a backup",
            sql: """
                SELECT count(*) FROM goods_prices WHERE final_fen IS NOT max(0, group_fen
                    - CASE coupon_state WHEN 'usable' THEN coalesce(coupon_fen, 0) ELSE 0 END)
                OR (state = 'listed' AND final_fen IS NULL)
                """),
        DatabaseInvariant(
            subject: "watches", good: "every good that was read has a price",
            bad: "watched goods without a price, though they were read; they have one again when "
                + "it is read next",
            sql: """
                SELECT count(*) FROM goods_watch WHERE polled_at IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM goods_prices WHERE goods_prices.shop_id = goods_watch.shop_id
                    AND goods_prices.goods_sign = goods_watch.goods_sign
                    AND goods_prices.pid = goods_watch.pid)
                """),
        DatabaseInvariant(
            subject: "cursors", good: "every cursor lies in the past",
            bad: "cursors in the future or before 1970; restore a backup",
            // A platform's clock may be ahead of the machine's; by a day it is not.
            sql: """
                SELECT count(*) FROM checkpoints WHERE cursor_at < 0 OR cursor_at > :now + 86400
                """),
        DatabaseInvariant(
            subject: "windows", good: "every open interval is one, and of a known stream",
            bad: "intervals that are none, or of a stream without a cursor; restore a backup",
            sql: """
                SELECT count(*) FROM windows WHERE start_at >= end_at
                OR open_end_at NOT BETWEEN start_at AND end_at
                OR NOT EXISTS (
                    SELECT 1 FROM checkpoints WHERE checkpoints.shop_id = windows.shop_id
                    AND checkpoints.stream = windows.stream)
                """),
        DatabaseInvariant(
            subject: "changes", good: "numbers only rise",
            bad: "changes whose number could be given out again; restore a backup",
            sql: """
                SELECT count(*) FROM changes WHERE seq > coalesce(
                    (SELECT seq FROM sqlite_sequence WHERE name = 'changes'), 0)
                """),
        DatabaseInvariant(
            subject: "rejected", good: "every rejected row is JSON, and was seen",
            bad: "rejected rows that are no JSON or were never seen; they do no harm",
            sql: """
                SELECT count(*) FROM rejected_rows
                WHERE (raw <> '' AND NOT json_valid(raw)) OR last_seen_at < first_seen_at
                OR seen_count < 1
                """),
        DatabaseInvariant(
            subject: "findings", good: "every finding has its verification",
            bad: "findings of no verification; they do no harm",
            sql: """
                SELECT count(*) FROM verify_findings
                WHERE verify_id NOT IN (SELECT verify_id FROM verifications)
                """),
    ]
}
