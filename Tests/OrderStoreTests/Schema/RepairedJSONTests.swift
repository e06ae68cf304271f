import SyncCore
import Testing

@testable import OrderStore

/// JSON with raw control characters that earlier versions stored.
@Suite struct RepairedJSONTests {
    private func hex(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count < 2 ? "0" + digits : digits
        }.joined()
    }

    /// Raw control characters that earlier versions stored are escaped once, by the migration.
    @Test func earlierJSONIsRepaired() async throws {
        let old = try TestDatabase()
        let steps = Migrations.steps.prefix(7).map { String(decoding: $0, as: UTF8.self) }
        try old.execute(
            steps.joined(separator: ";") + """
                ;INSERT INTO order_raw (raw_id, shop_id, order_id, source, raw) VALUES
                    (1, 1, 'a', 'list', '{"t":"x' || char(10, 9, 1) || 'y"' || char(10) || '}'),
                    (2, 1, 'b', 'list', ''), (3, 1, 'c', 'list', '{"t": 1}');
                PRAGMA user_version = 7; PRAGMA application_id = \(Migrations.applicationID)
                """)
        _ = try old.open()
        #expect(
            try old.rows("SELECT hex(raw) FROM order_raw ORDER BY raw_id")
                == [#"{"t":"x\n\t\u0001y""# + "\n}", "", #"{"t": 1}"#].map(hex))
    }

    /// Rows of version 5 whose JSON SQLite could not read get what the JSON states.
    @Test func whatEarlierStepsCouldNotReadIsRead() async throws {
        let old = try TestDatabase()
        let steps = Migrations.steps.prefix(5).map { String(decoding: $0, as: UTF8.self) }
        func order(_ id: Int, _ shop: Int, _ type: String, _ json: String) -> String {
            """
            ;INSERT INTO order_raw (raw_id, shop_id, order_id, source, raw)
                VALUES (\(id), \(shop), '\(id)', 'detail', replace('\(json)', '~', char(10)));
            INSERT INTO orders (order_key, shop_id, order_id, status, platform_status, type,
                item_count, payment_fen, paid_at, modified_at, has_details, content_hash, list_hash,
                raw_id, first_seen_at, synced_at, asked_ms)
            VALUES (\(id), \(shop), '\(id)', 'unpaid', 'x', '\(type)', 0, 5000, 90, 100, 1, 7, 0,
                \(id), 1, 1, 1)
            """
        }
        let deposit =
            #""step_trade_status":"FRONT_PAID_FINAL_NOPAID","step_paid_fee":"12.34"}"#
        try old.execute(
            steps.joined(separator: ";") + """
                ;INSERT INTO shops (shop_id, name, platform, app)
                VALUES (1, 'one', 'taobao', 'a'), (2, 'two', 'pinduoduo', 'b')
                """
                + order(1, 1, "step", #"{"buyer_message":"a~b",\#(deposit)"#)
                + order(2, 1, "step", #"{"buyer_message":"ab",\#(deposit)"#)
                + order(3, 1, "fixed", #"{"buyer_message":"a~b",\#(deposit)"#)
                + order(
                    4, 2, "1",
                    #"{"buyer_memo":"~","step_order_info":{"step_trade_status":1,"#
                        + #""advanced_paid_fee":12.34}}"#)
                + order(
                    5, 2, "1",
                    #"{"buyer_memo":"~","step_order_info":{"step_trade_status":2}}"#)
                + order(6, 1, "step", #"{"buyer_message":"~","step_trade_status":"#)
                    + """
                    ;INSERT INTO detail_queue VALUES
                        (1, 'order', '1', 'refused', 'hollow', 0, 5, 13, 5,
                         'the answer cannot be stored: malformed_money'),
                        (1, 'order', '2', 'refused', 'hollow', 0, 5, 13, 5, 'isv.x');
                    PRAGMA user_version = 5; PRAGMA application_id = \(Migrations.applicationID)
                    """)
        _ = try old.open()
        #expect(
            try old.rows(
                """
                SELECT order_id, step_status, step_paid_fen, deposit_paid_at FROM orders
                ORDER BY order_id
                """) == [
                    "1|deposit_paid|1234|90", "2|deposit_paid|1234|90", "3|-|-|-",
                    "4|deposit_paid|1234|90", "5|paid|5000|-", "6|-|-|-",
                ])
        #expect(
            try old.rows("SELECT entity_id, state FROM detail_queue ORDER BY 1")
                == ["1|queued", "2|refused"])
    }
}
