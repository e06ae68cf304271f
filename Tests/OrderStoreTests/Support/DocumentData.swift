import SyncCore

/// The small database that the examples of docs/DATABASE.md ask. Midnight of 2025-11-11 in
/// Beijing is 1762790400; what must be recent is an hour old.
enum DocumentData {
    static let now = UTCInstant(seconds: 1_770_000_000)

    static let sql = [
        orders, items, shipments, refunds, positions, quota, findings, changes,
        promoters,
    ]
    .joined(separator: "\n")

    private static let orders = """
        INSERT INTO shops (shop_id, name, platform, app) VALUES
            (1, 'flagship', 'taobao', 'main'), (2, 'outlet', 'taobao', 'main');
        CREATE TEMP TABLE o (shop_id, order_id, status, title, payment_fen, created_at, paid_at,
                             city, member);
        INSERT INTO o VALUES
            (1, '1001', 'completed', '连衣裙', 10000, 1762736400, 1762736700, '杭州市',
             'AAHk5d-EAAeGwJedwSFu'),
            (1, '1002', 'shipped', '连衣裙等', 25990, 1762779600, 1762779660, '宁波市', 'AAHx'),
            (1, '1003', 'paid', '围巾', 5000, 1762790430, 1762790460, '杭州市', 'AAHy'),
            (1, '1004', 'unpaid', '连衣裙', 9900, 1762826400, NULL, '温州市', 'AAHy'),
            (1, '1005', 'closed', '围巾', 3000, 1762830000, 1762830060, '杭州市', 'AAHz'),
            (1, '1006', 'paid', '围巾', 700, unixepoch() - 7200, unixepoch() - 3600, '杭州市', 'AAHz'),
            (2, '2001', 'completed', '帽子', 8800, 1762833600, 1762833660, '杭州市',
             'AAHk5d-EAAeGwJedwSFu'),
            (2, '2002', 'unpaid', '大衣', 11000, 1765000000, 1765000060, '杭州市', 'AAHw');
        INSERT INTO order_raw (raw_id, shop_id, order_id, source, raw)
            SELECT rowid, shop_id, order_id, 'list',
                CASE order_id WHEN '1005' THEN ''
                ELSE json_object('tid', order_id, 'buyer_open_uid', member,
                                 'shipping_type', 'express') END FROM o;
        INSERT INTO orders (order_key, shop_id, order_id, status, platform_status, buyer, title,
                item_count, payment_fen, created_at, paid_at, modified_at, receiver_city,
                has_details, content_hash, list_hash, raw_id, first_seen_at, synced_at, asked_ms)
            SELECT rowid, shop_id, order_id, status, upper(status), '张**', title, 1, payment_fen,
                created_at, paid_at, coalesce(paid_at, created_at), city, 0, 1, 1, rowid, 1, 1, 1
            FROM o;
        DROP TABLE o;
        UPDATE orders SET step_status = 'deposit_paid', step_paid_fen = 1000,
            deposit_paid_at = paid_at WHERE order_id = '2002';
        """

    private static let items = """
        INSERT INTO order_items (shop_id, order_id, item_id, goods_id, title, quantity, divided_fen,
                                 status)
        VALUES (1, '1001', 'i1', '501', '连衣裙', 1, 10000, 'completed'),
            (1, '1002', 'i2', '501', '连衣裙', 2, 20000, 'shipped'),
            (1, '1002', 'i3', '502', '围巾', 1, 5990, 'shipped'),
            (1, '1003', 'i4', '502', '围巾', 1, 5000, 'paid'),
            (1, '1004', 'i5', '501', '连衣裙', 1, 9900, 'unpaid'),
            (1, '1005', 'i6', '502', '围巾', 1, 3000, 'closed'),
            (1, '1006', 'i7', '502', '围巾', 1, 700, 'paid'),
            (2, '2001', 'i8', '503', '帽子', 1, 8800, 'completed');
        UPDATE order_items SET tracking_no = 'YT200' WHERE item_id = 'i2';
        """

    private static let shipments = """
        INSERT INTO shipments (shop_id, order_id, tracking_no, company, status, last_event,
                               last_event_at, shipped_at, first_seen_at, updated_at)
        VALUES (1, '1001', 'SF100', '顺丰速运', 'delivered', '已签收', 1762995600, 1762768800, 1, 1),
            (1, '1002', 'YT200', '圆通速递', 'in_transit', '到达 杭州转运中心', 1762914000, 1762840800,
             1, 1),
            (1, '1002', 'YT201', '圆通速递', 'in_transit', '已发往 宁波', unixepoch() - 3600, 1762840800,
             1, 1);
        UPDATE shipments SET item_ids = 'i3', named_by = 2 WHERE tracking_no = 'YT201';
        INSERT INTO shipment_events VALUES
            (1, '1002', 'YT200', 1, 1762850000, '已揽收', 'GOT'),
            (1, '1002', 'YT200', 2, 1762914000, '到达 杭州转运中心', 'ARRIVAL');
        """

    private static let refunds = """
        INSERT INTO refunds (shop_id, refund_id, order_id, item_id, status, platform_status,
                             refund_fen, modified_at, content_hash, asked_ms, first_seen_at,
                             synced_at, raw)
        VALUES (1, 'r1', '1005', 'i6', 'completed', 'SUCCESS', 3000, 1762840000, 1, 1, 1, 1, '{}'),
            (1, 'r2', '1002', 'i3', 'closed', 'CLOSED', 5990, 1762850000, 1, 1, 1, 1, '{}');
        """

    private static let positions = """
        INSERT INTO checkpoints (shop_id, stream, cursor_at, rows_stored, began_at, updated_at,
                                 last_error)
        VALUES (1, 'orders', 1762833600, 34, 1, 1, 'isp.top-remote-connection-timeout'),
            (1, 'backfill', 1755014400, 1200, 1, 1, '');
        INSERT INTO windows VALUES
            (1, 'orders', 1762833600, 1762834800, 1762834800, 'suspect', 3, 0, 1762834800, 1),
            (1, 'orders', 1762834800, 1762836600, 1762836600, 'done', 1, 12, 1762836600, 1),
            (1, 'backfill', 1755014400, 1755100800, 1755100800, 'planned', 0, 0, 1762834800, 1);
        """

    private static let quota = """
        INSERT INTO quota_usage VALUES
            ('main', '2025-11-11', 'taobao.trades.sold.increment.get', 600),
            ('main', '2025-11-11', 'taobao.trade.fullinfo.get', 200),
            ('main', '2025-11-10', 'taobao.trade.fullinfo.get', 5);
        INSERT INTO call_classes VALUES ('main', '2025-11-11', 'live', 600),
            ('main', '2025-11-11', 'details', 200), ('main', '2025-11-10', 'live', 5);
        """

    private static let findings = """
        INSERT INTO detail_queue VALUES
            (1, 'order', '1003', 'queued', 'hollow', 0, 1762790500, 0, 1762790500, ''),
            (1, 'refund', 'r1', 'queued', 'changed', 1, 1762790000, 2, 1762790000,
             'isp.system-busy'),
            (1, 'order', '1004', 'not_found', 'new', 0, 1762790000, 1, 1762790000,
             'isv.trade-not-exist');
        INSERT INTO index_lag VALUES (1, 45, 60, 2, 1234, 7, 1, '', 1762833600);
        INSERT INTO audits VALUES (1, '2025-11-09', 'repaired', 120, 119, 1, 9, 1762833600),
            (1, '2025-11-10', 'equal', 130, 130, 0, 1, 1762833600);
        INSERT INTO verifications VALUES
            (1, 1, 1762704000, 1762790400, 1, 'read', 130, 1762833600, 1762833700, 4, 2, 0);
        INSERT INTO verify_findings VALUES (1, '1002', 'differs', 2, 2, 1762833650, 1,
                'payment_fen, item 11 title', 0),
            (1, '1999', 'missing', 2, NULL, 1762833650, 0, '', 0);
        """

    private static let changes = """
        INSERT INTO changes (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
        VALUES (1762736800, 1, 'order', '1001', 'created', NULL, 'paid'),
            (1762768900, 1, 'order', '1001', 'updated', 'paid', 'shipped'),
            (1762779700, 1, 'order', '1002', 'created', NULL, 'paid'),
            (1762826400, 1, 'order', '1004', 'created', NULL, 'unpaid'),
            (1762830000, 1, 'order', '1001', 'updated', 'shipped', 'completed'),
            (1762835000, 1, 'refund', 'r1', 'created', NULL, 'requested'),
            (1762840000, 1, 'refund', 'r1', 'updated', 'requested', 'completed'),
            (1762850000, 1, 'order', '900', 'deleted', 'completed', NULL);
        """

    /// November 2025 begins in Beijing at 1761926400.
    private static let promoters = """
        INSERT INTO shops (shop_id, name, platform, app)
        VALUES (3, 'promoter', 'pinduoduo', 'jinbao');
        CREATE TEMP TABLE a (order_sn, pid, uid, fen, status, paid_at);
        INSERT INTO a VALUES
            ('251020-1', '1000001_1', '{"uid":"u-1"}', 276, 'settled', 1761926399),
            ('251101-1', '1000001_1', '{"uid":"u-1"}', 104, 'grouped', 1761926400),
            ('251102-1', '1000001_1', '{"uid":"u-2"}', 676, 'verified', 1762012800),
            ('251103-1', '1000001_1', 'abcd', 900, 'failed', 1762099200),
            ('251104-1', '1000001_2', NULL, 686, 'paid', 1762185600);
        INSERT INTO affiliate_orders (shop_id, order_sn, pid, custom_parameters, order_amount_fen,
                promotion_rate_permille, promotion_amount_fen, status, platform_status, paid_at,
                modified_at, content_hash, asked_ms, first_seen_at, synced_at, raw)
            SELECT 3, order_sn, pid, uid, fen * 10, 100, fen, status, '1', paid_at, paid_at, 1, 1,
                   1, 1, json_object('order_sn', order_sn) FROM a;
        DROP TABLE a;
        INSERT INTO goods_prices (shop_id, goods_sign, pid, observed_at, state, goods_name,
                                  group_fen, coupon_state, coupon_fen, final_fen, best_fen)
        VALUES (3, 'E9v2A', '1000001_1', unixepoch() - 90 * 86400, 'listed', '卫生纸', 720, 'usable',
                320, 400, 400),
            (3, 'E9v2A', '1000001_1', unixepoch() - 60 * 86400, 'listed', '卫生纸', 720, 'none', NULL,
             720, 720),
            (3, 'E9v2A', '1000001_1', unixepoch() - 86400, 'listed', '卫生纸', 720, 'usable', 200, 520,
             520),
            (3, 'E9v2B', '1000001_1', unixepoch() - 60 * 86400, 'listed', '护手霜', 990, 'usable', 200,
             790, 790),
            (3, 'E9v2B', '1000001_1', unixepoch() - 86400, 'delisted', '护手霜', 990, 'usable', 200,
             790, 790);
        INSERT INTO goods_watch (shop_id, goods_sign, pid, batch, interval_s, below_fen,
                                 due_at, next_poll_at)
        VALUES (3, 'E9v2A', '1000001_1', 0, 600, 600, unixepoch() + 300, unixepoch() + 300);
        INSERT INTO changes (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
        VALUES (1762860000, 3, 'goods_price', 'E9v2A', 'below', '720', '520');
        """
}
