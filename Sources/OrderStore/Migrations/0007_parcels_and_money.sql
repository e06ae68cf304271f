-- From version 6 to 7: presale orders with what was paid of them, gifts, parcels whose number was
-- corrected, refunds whose money is on its way; views with numbers for money and Chinese words.

DROP VIEW orders_with_raw;
DROP VIEW orders_readable;
DROP VIEW order_items_readable;
DROP VIEW shipments_readable;
DROP VIEW refunds_readable;
DROP VIEW affiliate_orders_readable;
DROP VIEW goods_prices_readable;

ALTER TABLE orders ADD COLUMN step_status TEXT
    CHECK (step_status = 'unpaid' OR step_status = 'deposit_paid' OR step_status = 'paid'
           OR step_status = 'deposit_forfeited' OR step_status = 'unknown');
ALTER TABLE orders ADD COLUMN step_paid_fen INTEGER;
ALTER TABLE orders ADD COLUMN deposit_paid_at INTEGER;
ALTER TABLE order_items ADD COLUMN is_gift INTEGER NOT NULL DEFAULT 0
    CHECK (is_gift = 0 OR is_gift = 1);

-- What is kept of the JSON contains what was paid.
UPDATE orders SET (step_status, step_paid_fen) = (
    SELECT CASE trade ->> '$.step_trade_status'
               WHEN 'FRONT_NOPAID_FINAL_NOPAID' THEN 'unpaid'
               WHEN 'FRONT_PAID_FINAL_NOPAID' THEN 'deposit_paid'
               WHEN 'FRONT_PAID_FINAL_PAID' THEN 'paid'
               WHEN 'FRONT_PAID_FRONT_FORFEITED' THEN 'deposit_forfeited'
               ELSE iif(trade ->> '$.step_trade_status' <> '', 'unknown', NULL)
           END,
           CAST(round(CAST(trade ->> '$.step_paid_fee' AS REAL) * 100) AS INTEGER)
    FROM (SELECT CASE json_valid(raw) WHEN 1 THEN raw END AS trade FROM order_raw
          WHERE order_raw.raw_id = orders.raw_id))
WHERE type = 'step' AND shop_id IN (SELECT shop_id FROM shops WHERE platform = 'taobao');

UPDATE orders SET (step_status, step_paid_fen) = (
    SELECT CASE step ->> '$.step_trade_status'
               WHEN 0 THEN 'unpaid' WHEN 1 THEN 'deposit_paid' WHEN 2 THEN 'paid'
               ELSE iif(step ->> '$.step_trade_status' IS NULL, NULL, 'unknown')
           END,
           CASE step ->> '$.step_trade_status'
               WHEN 0 THEN 0
               WHEN 1 THEN CAST(round(100 * CAST(coalesce(step ->> '$.advanced_paid_fee',
                                                 step ->> '$.step_paid_fee') AS REAL)) AS INTEGER)
               WHEN 2 THEN payment_fen
           END
    FROM (SELECT CASE json_valid(raw) WHEN 1 THEN raw -> '$.step_order_info' END AS step
          FROM order_raw WHERE order_raw.raw_id = orders.raw_id))
WHERE type = '1' AND shop_id IN (SELECT shop_id FROM shops WHERE platform = 'pinduoduo');

UPDATE orders SET deposit_paid_at = paid_at
WHERE step_status = 'deposit_paid' OR step_status = 'deposit_forfeited';

-- A refund after the order was sent can be of a part of it: such an order goes on.
INSERT INTO changes (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
SELECT unixepoch(), shop_id, 'order', order_id, 'updated', status,
       iif(platform_status LIKE '2/%', 'shipped', 'completed')
FROM orders
WHERE status = 'closed' AND (platform_status LIKE '2/4/%' OR platform_status LIKE '3/4/%')
  AND platform_status NOT LIKE '%/2'
  AND shop_id IN (SELECT shop_id FROM shops WHERE platform = 'pinduoduo');

UPDATE order_items SET status = iif(platform_status LIKE '2/%', 'shipped', 'completed')
WHERE status = 'closed' AND (platform_status LIKE '2/4/%' OR platform_status LIKE '3/4/%')
  AND platform_status NOT LIKE '%/2'
  AND shop_id IN (SELECT shop_id FROM shops WHERE platform = 'pinduoduo');

UPDATE orders SET status = iif(platform_status LIKE '2/%', 'shipped', 'completed')
WHERE status = 'closed' AND (platform_status LIKE '2/4/%' OR platform_status LIKE '3/4/%')
  AND platform_status NOT LIKE '%/2'
  AND shop_id IN (SELECT shop_id FROM shops WHERE platform = 'pinduoduo');

-- Refunds that are agreed, with the money on its way.
DROP INDEX refunds_by_order;
DROP INDEX refunds_by_modified;
ALTER TABLE refunds RENAME TO refunds_6;

CREATE TABLE refunds (
    shop_id            INTEGER NOT NULL,
    refund_id          TEXT NOT NULL,
    order_id           TEXT,
    item_id            TEXT,
    status             TEXT NOT NULL
                       CHECK (status = 'requested' OR status = 'returning'
                              OR status = 'returned' OR status = 'refused'
                              OR status = 'refunding' OR status = 'exchanging'
                              OR status = 'completed' OR status = 'closed'
                              OR status = 'unknown'),
    platform_status    TEXT NOT NULL,
    refund_fen         INTEGER,
    payment_fen        INTEGER, -- what the platform calls so: what is left to the seller
    reason             TEXT,
    description        TEXT,
    good_status        TEXT,
    phase              TEXT,
    kind               TEXT,
    buyer              TEXT,
    title              TEXT,
    return_company     TEXT,
    return_tracking_no TEXT,
    created_at         INTEGER,
    modified_at        INTEGER NOT NULL,
    ended_at           INTEGER,
    content_hash       INTEGER NOT NULL, -- of raw
    asked_ms           INTEGER NOT NULL, -- when its answer was asked for, Unix milliseconds
    first_seen_at      INTEGER NOT NULL,
    synced_at          INTEGER NOT NULL,
    raw                TEXT NOT NULL,    -- the JSON of the newest version, as received
    is_future          INTEGER NOT NULL DEFAULT 0, -- 1: modified_at was in the platform's future
    PRIMARY KEY (shop_id, refund_id)
) STRICT;

INSERT INTO refunds (
    shop_id, refund_id, order_id, item_id, status, platform_status, refund_fen, payment_fen,
    reason, description, good_status, phase, kind, buyer, title, return_company,
    return_tracking_no, created_at, modified_at, ended_at, content_hash, asked_ms,
    first_seen_at, synced_at, raw, is_future)
SELECT
    shop_id, refund_id, order_id, item_id, status, platform_status, refund_fen, payment_fen,
    reason, description, good_status, phase, kind, buyer, title, return_company,
    return_tracking_no, created_at, modified_at, ended_at, content_hash, asked_ms,
    first_seen_at, synced_at, raw, is_future
FROM refunds_6;
DROP TABLE refunds_6;

CREATE INDEX refunds_by_order ON refunds (shop_id, order_id);
CREATE INDEX refunds_by_modified ON refunds (shop_id, modified_at);

INSERT INTO changes (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
SELECT unixepoch(), shop_id, 'refund', refund_id, 'updated', status, 'refunding'
FROM refunds JOIN shops USING (shop_id)
WHERE status = 'requested' AND platform = 'pinduoduo' AND platform_status IN ('4', '5');

UPDATE refunds SET status = 'refunding'
WHERE status = 'requested' AND platform_status IN ('4', '5')
  AND shop_id IN (SELECT shop_id FROM shops WHERE platform = 'pinduoduo');

-- Blanks around waybill numbers and names: one number is one parcel.
CREATE TEMP TABLE blanks AS SELECT char(
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
    27, 28, 29, 30, 31, 32, 127, 133, 160, 173, 5760, 6158, 8192, 8193, 8194, 8195, 8196, 8197,
    8198, 8199, 8200, 8201, 8202, 8203, 8204, 8205, 8206, 8207, 8232, 8233, 8234, 8235, 8236, 8237,
    8238, 8239, 8287, 8288, 8289, 8290, 8291, 8292, 8293, 8294, 8295, 8296, 8297, 8298, 8299, 8300,
    8301, 8302, 8303, 12288, 65279) AS them;

UPDATE order_items SET tracking_no = trim(tracking_no, (SELECT them FROM blanks)),
    logistics_company = trim(logistics_company, (SELECT them FROM blanks))
WHERE tracking_no <> trim(tracking_no, (SELECT them FROM blanks))
   OR logistics_company <> trim(logistics_company, (SELECT them FROM blanks));

UPDATE refunds SET return_tracking_no = trim(return_tracking_no, (SELECT them FROM blanks)),
    return_company = trim(return_company, (SELECT them FROM blanks))
WHERE return_tracking_no <> trim(return_tracking_no, (SELECT them FROM blanks))
   OR return_company <> trim(return_company, (SELECT them FROM blanks));

DROP INDEX shipments_by_poll;
ALTER TABLE shipments RENAME TO shipments_6;

CREATE TABLE shipments (
    shop_id         INTEGER NOT NULL,
    order_id        TEXT NOT NULL,
    tracking_no     TEXT NOT NULL,
    company         TEXT,
    status          TEXT NOT NULL
                    CHECK (status = 'pending' OR status = 'collected' OR status = 'in_transit'
                           OR status = 'out_for_delivery' OR status = 'delivered'
                           OR status = 'exception' OR status = 'returned'
                           OR status = 'replaced' OR status = 'unknown'),
    platform_status TEXT,
    last_event      TEXT,
    last_event_at   INTEGER,
    shipped_at      INTEGER,
    delivered_at    INTEGER,
    item_ids        TEXT NOT NULL DEFAULT '', -- commas between; '' means: see order_items
    is_split        INTEGER CHECK (is_split IN (0, 1)), -- NULL: the platform was not asked
    next_poll_at    INTEGER,                  -- NULL: not polled any more
    poll_count      INTEGER NOT NULL DEFAULT 0,
    polled_at       INTEGER,
    failures        INTEGER NOT NULL DEFAULT 0, -- polls in a row that failed
    last_error      TEXT NOT NULL DEFAULT '',
    first_seen_at   INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    named_by        INTEGER NOT NULL DEFAULT 1, -- bits: 1 a line, 2 the order's list of further
                                                -- parcels, 4 the list of its parcels; 0 replaced
    PRIMARY KEY (shop_id, order_id, tracking_no)
) STRICT, WITHOUT ROWID;

-- Of several rows of one parcel the one that was polled most stays.
INSERT INTO shipments
SELECT shop_id, order_id, trim(tracking_no, (SELECT them FROM blanks)), 
       trim(company, (SELECT them FROM blanks)), status, platform_status, last_event, last_event_at,
       shipped_at, delivered_at, item_ids, is_split, next_poll_at, poll_count, polled_at, failures,
       last_error, first_seen_at, updated_at, 1
FROM shipments_6
WHERE trim(tracking_no, (SELECT them FROM blanks)) <> ''
ORDER BY last_event_at IS NULL, poll_count DESC
ON CONFLICT (shop_id, order_id, tracking_no) DO NOTHING;
DROP TABLE shipments_6;

UPDATE OR IGNORE shipment_events SET tracking_no = trim(tracking_no, (SELECT them FROM blanks))
WHERE tracking_no <> trim(tracking_no, (SELECT them FROM blanks))
  AND NOT EXISTS (SELECT 1 FROM shipment_events AS kept
                  WHERE kept.shop_id = shipment_events.shop_id
                    AND kept.order_id = shipment_events.order_id
                    AND kept.tracking_no
                        = trim(shipment_events.tracking_no, (SELECT them FROM blanks)));
DELETE FROM shipment_events
WHERE tracking_no <> trim(tracking_no, (SELECT them FROM blanks));
DROP TABLE blanks;

-- Numbers that no line names are from lists of parcels, or were corrected: those are in no JSON of
-- the order any more, while another parcel is.
UPDATE shipments SET named_by = iif(item_ids = '' AND EXISTS (
        SELECT 1 FROM orders JOIN order_raw USING (raw_id)
        WHERE orders.shop_id = shipments.shop_id AND orders.order_id = shipments.order_id
          AND raw <> '' AND instr(raw, shipments.tracking_no) = 0)
    AND EXISTS (
        SELECT 1 FROM order_items AS item
        WHERE item.shop_id = shipments.shop_id AND item.order_id = shipments.order_id
          AND item.tracking_no <> ''), 0, iif(item_ids = '', 2, 4))
WHERE NOT EXISTS (
    SELECT 1 FROM order_items AS item
    WHERE item.shop_id = shipments.shop_id AND item.order_id = shipments.order_id
      AND item.tracking_no = shipments.tracking_no);

INSERT INTO changes (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
SELECT unixepoch(), shop_id, 'shipment', order_id || '/' || tracking_no, 'updated', status,
       'replaced'
FROM shipments WHERE named_by = 0;

UPDATE shipments SET status = 'replaced', next_poll_at = NULL WHERE named_by = 0;

CREATE INDEX shipments_by_poll ON shipments (shop_id, next_poll_at)
    WHERE next_poll_at IS NOT NULL;

CREATE VIEW orders_with_raw AS
SELECT orders.*, order_raw.source, order_raw.raw
FROM orders JOIN order_raw USING (raw_id);

CREATE VIEW orders_readable AS
SELECT shops.name AS shop,
       orders.order_id,
       CASE orders.status
           WHEN 'unpaid' THEN '待付款' WHEN 'paid' THEN '待发货' WHEN 'part_shipped' THEN '部分发货'
           WHEN 'shipped' THEN '已发货' WHEN 'completed' THEN '交易成功'
           WHEN 'closed' THEN '交易关闭'
           ELSE '未知' || iif(orders.platform_status <> '', '（' || orders.platform_status || '）', '')
       END AS status,
       payment_fen / 100.0 AS payment_yuan,
       orders.buyer,
       orders.title,
       item_count,
       datetime(created_at, 'unixepoch', '+8 hours') AS created,
       datetime(paid_at, 'unixepoch', '+8 hours') AS paid,
       datetime(shipped_at, 'unixepoch', '+8 hours') AS shipped,
       datetime(ended_at, 'unixepoch', '+8 hours') AS ended,
       datetime(modified_at, 'unixepoch', '+8 hours') AS modified,
       receiver_name, receiver_state, receiver_city, receiver_district,
       CASE
           WHEN step_status = 'unpaid' THEN 0
           WHEN step_status = 'deposit_paid' OR step_status = 'deposit_forfeited'
           THEN step_paid_fen
           WHEN step_status = 'paid' OR paid_at IS NOT NULL THEN payment_fen
           ELSE 0
       END / 100.0 AS paid_yuan,
       CASE step_status
           WHEN 'unpaid' THEN '定金未付' WHEN 'deposit_paid' THEN '定金已付'
           WHEN 'paid' THEN '已付清' WHEN 'deposit_forfeited' THEN '定金不退'
           WHEN 'unknown' THEN '未知' ELSE ''
       END AS presale
FROM orders JOIN shops USING (shop_id);

CREATE VIEW order_items_readable AS
SELECT shops.name AS shop,
       order_items.order_id,
       order_items.title,
       sku_name,
       quantity,
       price_fen / 100.0 AS price_yuan,
       payment_fen / 100.0 AS payment_yuan,
       CASE order_items.status
           WHEN 'unpaid' THEN '待付款' WHEN 'paid' THEN '待发货' WHEN 'part_shipped' THEN '部分发货'
           WHEN 'shipped' THEN '已发货' WHEN 'completed' THEN '交易成功'
           WHEN 'closed' THEN '交易关闭'
           ELSE '未知' || iif(order_items.platform_status <> '',
                            '（' || order_items.platform_status || '）', '')
       END AS status,
       CASE refund_status
           WHEN 'NO_REFUND' THEN '无退款' WHEN 'WAIT_SELLER_AGREE' THEN '待卖家处理'
           WHEN 'WAIT_BUYER_RETURN_GOODS' THEN '待买家退货'
           WHEN 'WAIT_SELLER_CONFIRM_GOODS' THEN '待卖家收货'
           WHEN 'SELLER_REFUSE_BUYER' THEN '卖家拒绝' WHEN 'CLOSED' THEN '退款关闭'
           WHEN 'SUCCESS' THEN '退款成功'
           WHEN '1' THEN '无退款' WHEN '2' THEN '退款处理中' WHEN '3' THEN '退款中'
           WHEN '4' THEN '退款成功'
           ELSE '未知（' || refund_status || '）'
       END AS refund_status,
       coalesce(carriers.name, logistics_company) AS logistics_company,
       tracking_no,
       iif(is_gift, '赠品', '') AS gift
FROM order_items JOIN shops USING (shop_id)
     LEFT JOIN carriers ON carriers.platform = shops.platform AND carrier_id = logistics_company;

CREATE VIEW shipment_items AS
SELECT shipments.shop_id, shipments.order_id, shipments.tracking_no, line.item_id
FROM shipments JOIN order_items AS line USING (shop_id, order_id)
WHERE line.tracking_no = shipments.tracking_no
   OR instr(',' || shipments.item_ids || ',', ',' || line.item_id || ',') > 0;

CREATE VIEW shipments_readable AS
SELECT shops.name AS shop,
       order_id,
       tracking_no,
       coalesce(carriers.name, company) AS company,
       CASE shipments.status
           WHEN 'pending' THEN '待揽收' WHEN 'collected' THEN '已揽收' WHEN 'in_transit' THEN '运输中'
           WHEN 'out_for_delivery' THEN '派送中' WHEN 'delivered' THEN '已签收'
           WHEN 'exception' THEN '异常' WHEN 'returned' THEN '已退回'
           WHEN 'replaced' THEN '单号已更换' ELSE '未知'
       END AS status,
       last_event,
       datetime(last_event_at, 'unixepoch', '+8 hours') AS last_event_time,
       datetime(shipped_at, 'unixepoch', '+8 hours') AS shipped,
       datetime(delivered_at, 'unixepoch', '+8 hours') AS delivered,
       datetime(next_poll_at, 'unixepoch', '+8 hours') AS next_poll
FROM shipments JOIN shops USING (shop_id)
     LEFT JOIN carriers ON carriers.platform = shops.platform AND carrier_id = company;

CREATE VIEW refunds_readable AS
SELECT shops.name AS shop,
       refund_id,
       order_id,
       item_id,
       CASE refunds.status
           WHEN 'requested' THEN '待卖家处理' WHEN 'returning' THEN '待买家退货'
           WHEN 'returned' THEN '待卖家收货' WHEN 'refused' THEN '卖家拒绝'
           WHEN 'refunding' THEN '退款中'
           WHEN 'exchanging' THEN '换货中' WHEN 'completed' THEN '退款成功'
           WHEN 'closed' THEN '退款关闭'
           ELSE '未知' || iif(refunds.platform_status <> '', '（' || refunds.platform_status || '）', '')
       END AS status,
       refund_fen / 100.0 AS refund_yuan,
       reason,
       title,
       datetime(created_at, 'unixepoch', '+8 hours') AS created,
       datetime(modified_at, 'unixepoch', '+8 hours') AS modified
FROM refunds JOIN shops USING (shop_id);

CREATE VIEW affiliate_orders_readable AS
SELECT shops.name AS promoter,
       order_sn,
       CASE affiliate_orders.status
           WHEN 'paid' THEN '已支付' WHEN 'grouped' THEN '已成团' WHEN 'received' THEN '确认收货'
           WHEN 'verified' THEN '审核成功' WHEN 'failed' THEN '审核失败' WHEN 'settled' THEN '已结算'
           WHEN 'punished' THEN '已处罚'
           ELSE '未知' || iif(affiliate_orders.platform_status <> '', '（' || affiliate_orders.platform_status || '）', '')
       END AS status,
       fail_reason,
       pid,
       custom_parameters,
       goods_name,
       quantity,
       order_amount_fen / 100.0 AS order_yuan,
       promotion_rate_permille / 10.0 AS commission_percent,
       promotion_amount_fen / 100.0 AS commission_yuan,
       datetime(created_at, 'unixepoch', '+8 hours') AS created,
       datetime(paid_at, 'unixepoch', '+8 hours') AS paid,
       datetime(settled_at, 'unixepoch', '+8 hours') AS settled,
       datetime(modified_at, 'unixepoch', '+8 hours') AS modified
FROM affiliate_orders JOIN shops USING (shop_id);

CREATE VIEW goods_prices_readable AS
SELECT shops.name AS promoter,
       goods_sign,
       goods_name,
       pid,
       CASE is_public WHEN 1 THEN '公开价' ELSE '' END AS public,
       datetime(observed_at, 'unixepoch', '+8 hours') AS observed,
       CASE goods_prices.state WHEN 'listed' THEN '在售' ELSE '已下架' END AS state,
       group_fen / 100.0 AS group_yuan,
       normal_fen / 100.0 AS single_yuan,
       CASE coupon_state
           WHEN 'usable' THEN '可用' WHEN 'future' THEN '未开始' WHEN 'expired' THEN '已过期'
           WHEN 'sold_out' THEN '已领完' WHEN 'below_threshold' THEN '未达门槛' ELSE '无券'
       END AS coupon,
       coupon_fen / 100.0 AS coupon_yuan,
       mall_coupon_percent,
       mall_coupon_max_fen / 100.0 AS mall_coupon_max_yuan,
       follow_coupon_fen / 100.0 AS follow_coupon_yuan,
       extra_coupon_fen / 100.0 AS extra_coupon_yuan,
       cash_gift_fen / 100.0 AS cash_gift_yuan,
       final_fen / 100.0 AS final_yuan,
       best_fen / 100.0 AS best_yuan,
       datetime(coupon_end_at, 'unixepoch', '+8 hours') AS coupon_ends
FROM goods_prices JOIN shops USING (shop_id);
