-- The whole schema of an ordersync database, version 13. It is a public contract: see
-- docs/DATABASE.md.
--
-- *_at    Unix seconds, UTC            *_fen   integer fen, 1/100 yuan
-- NULL    the platform never said      TEXT    UTF-8, as the platform sent it
--
-- No foreign keys: every row is written by one writer, in one transaction with its order, and a
-- look-up per row would gain nothing.

CREATE TABLE shops (
    shop_id             INTEGER PRIMARY KEY,
    name                TEXT NOT NULL UNIQUE,
    platform            TEXT NOT NULL CHECK (platform IN ('taobao', 'pinduoduo')),
    app                 TEXT NOT NULL,
    nick                TEXT NOT NULL DEFAULT '',
    state               TEXT NOT NULL DEFAULT 'active'
                        CHECK (state = 'active' OR state = 'paused' OR state = 'unauthorized'),
    state_reason        TEXT NOT NULL DEFAULT '',
    authorized_until_at INTEGER,
    clock_stepped_ms    INTEGER NOT NULL DEFAULT 0, -- see docs/DATABASE.md
    seller_id           TEXT NOT NULL DEFAULT '', -- whose shop it is, as the platform says
    seller_nick         TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE orders (
    order_key         INTEGER PRIMARY KEY,
    shop_id           INTEGER NOT NULL,
    order_id          TEXT NOT NULL,
    status            TEXT NOT NULL CHECK (status = 'unpaid' OR status = 'paid'
                                           OR status = 'part_shipped' OR status = 'shipped'
                                           OR status = 'completed' OR status = 'closed'
                                           OR status = 'unknown'),
    platform_status   TEXT NOT NULL,
    type              TEXT,
    buyer             TEXT,
    title             TEXT,
    item_count        INTEGER NOT NULL,
    payment_fen       INTEGER,
    total_fen         INTEGER,
    post_fen          INTEGER,
    discount_fen      INTEGER,
    received_fen      INTEGER,
    created_at        INTEGER,
    paid_at           INTEGER,
    shipped_at        INTEGER,
    ended_at          INTEGER,
    modified_at       INTEGER NOT NULL,
    receiver_name     TEXT,
    receiver_phone    TEXT,
    receiver_state    TEXT,
    receiver_city     TEXT,
    receiver_district TEXT,
    receiver_address  TEXT,
    receiver_zip      TEXT,
    buyer_message     TEXT,
    seller_memo       TEXT,
    seller_flag       INTEGER,
    has_details       INTEGER NOT NULL CHECK (has_details IN (0, 1)),
    content_hash      INTEGER NOT NULL, -- of the JSON in order_raw
    list_hash         INTEGER NOT NULL, -- of the newest list row seen for this version, or 0
    raw_id            INTEGER NOT NULL, -- the row of order_raw
    first_seen_at     INTEGER NOT NULL,
    synced_at         INTEGER NOT NULL, -- when this version was stored
    asked_ms          INTEGER NOT NULL, -- when its answer was asked for, Unix milliseconds
    buyer_id          TEXT,             -- distinguishes buyers where `buyer` is blurred
    is_future         INTEGER NOT NULL DEFAULT 0, -- 1: modified_at was in the platform's future
    step_status       TEXT              -- of an order that is paid in two steps (presale)
                      CHECK (step_status = 'unpaid' OR step_status = 'deposit_paid'
                             OR step_status = 'paid' OR step_status = 'deposit_forfeited'
                             OR step_status = 'unknown'),
    step_paid_fen     INTEGER,          -- paid so far in these steps
    deposit_paid_at   INTEGER,
    UNIQUE (shop_id, order_id)
) STRICT;

CREATE INDEX orders_by_modified ON orders (shop_id, modified_at);
CREATE INDEX orders_by_created ON orders (shop_id, created_at);

-- The JSON of an order's newest version, as received; raw control characters are escaped. In order of arrival: under a
-- random key, or in the wide rows above, storing it costs a third more.
CREATE TABLE order_raw (
    raw_id   INTEGER PRIMARY KEY,
    shop_id  INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    source   TEXT NOT NULL CHECK (source IN ('list', 'detail')),
    raw      TEXT NOT NULL
) STRICT;

CREATE TABLE order_items (
    shop_id           INTEGER NOT NULL,
    order_id          TEXT NOT NULL,
    item_id           TEXT NOT NULL,
    title             TEXT,
    goods_id          TEXT,
    sku_id            TEXT,
    sku_name          TEXT,
    outer_id          TEXT,
    outer_sku_id      TEXT,
    quantity          INTEGER,
    price_fen         INTEGER,
    payment_fen       INTEGER,
    discount_fen      INTEGER,
    divided_fen       INTEGER, -- the item's part of what the order cost the buyer
    status            TEXT NOT NULL CHECK (status = 'unpaid' OR status = 'paid'
                                           OR status = 'part_shipped' OR status = 'shipped'
                                           OR status = 'completed' OR status = 'closed'
                                           OR status = 'unknown'),
    platform_status   TEXT,
    refund_status     TEXT,
    refund_id         TEXT,
    logistics_company TEXT,
    tracking_no       TEXT,
    shipped_at        INTEGER,
    ended_at          INTEGER,
    is_gift           INTEGER NOT NULL DEFAULT 0 CHECK (is_gift = 0 OR is_gift = 1),
    UNIQUE (shop_id, order_id, item_id)
) STRICT;

-- Orders and refunds that are to be read in full, one by one. A row goes when that is done; what
-- the platform says does not exist stays, and is asked for again only when it changes.
CREATE TABLE detail_queue (
    shop_id    INTEGER NOT NULL,
    entity     TEXT NOT NULL CHECK (entity IN ('order', 'refund')),
    entity_id  TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state = 'queued' OR state = 'not_found' OR state = 'refused'),
    reason     TEXT NOT NULL CHECK (reason = 'hollow' OR reason = 'new' OR reason = 'changed'
                                    OR reason = 'contradicted' OR reason = 'history'),
    priority   INTEGER NOT NULL, -- 0 is read first
    due_at     INTEGER NOT NULL,
    attempts   INTEGER NOT NULL,
    queued_at  INTEGER NOT NULL,
    last_error TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (shop_id, entity, entity_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX detail_queue_by_priority
    ON detail_queue (shop_id, entity, state, priority, due_at);

-- Parcels. They come from the orders' own items; the poller adds what the couriers say.
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

CREATE INDEX shipments_by_poll ON shipments (shop_id, next_poll_at)
    WHERE next_poll_at IS NOT NULL;

CREATE TABLE shipment_events (
    shop_id     INTEGER NOT NULL,
    order_id    TEXT NOT NULL,
    tracking_no TEXT NOT NULL,
    seq         INTEGER NOT NULL, -- from 1, oldest first
    event_at    INTEGER NOT NULL,
    description TEXT NOT NULL,
    action      TEXT NOT NULL,
    PRIMARY KEY (shop_id, order_id, tracking_no, seq)
) STRICT, WITHOUT ROWID;

-- The companies that carry parcels, for platforms whose orders name them by number.
CREATE TABLE carriers (
    platform   TEXT NOT NULL CHECK (platform IN ('taobao', 'pinduoduo')),
    carrier_id TEXT NOT NULL, -- what `company` of a parcel says
    code       TEXT NOT NULL, -- what its parcels are asked about by; '' for those that cannot be
    name       TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (platform, carrier_id)
) STRICT, WITHOUT ROWID;

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

CREATE INDEX refunds_by_order ON refunds (shop_id, order_id);
CREATE INDEX refunds_by_modified ON refunds (shop_id, modified_at);

-- Orders that a promoter brought, each in its newest version.
CREATE TABLE affiliate_orders (
    shop_id                 INTEGER NOT NULL, -- the promoter's row of shops
    order_sn                TEXT NOT NULL,
    pid                     TEXT,
    custom_parameters       TEXT,             -- of the link, unchanged
    goods_id                TEXT,
    goods_sign              TEXT,
    goods_name              TEXT,
    mall_id                 TEXT,
    mall_name               TEXT,
    quantity                INTEGER,
    goods_price_fen         INTEGER,          -- of one piece
    order_amount_fen        INTEGER,          -- what the buyer paid
    promotion_rate_permille INTEGER,
    promotion_amount_fen    INTEGER,
    status                  TEXT NOT NULL CHECK (status = 'paid' OR status = 'grouped'
                                                 OR status = 'received' OR status = 'verified'
                                                 OR status = 'failed' OR status = 'settled'
                                                 OR status = 'punished' OR status = 'unknown'),
    platform_status         TEXT NOT NULL,
    fail_reason             TEXT,
    created_at              INTEGER,
    paid_at                 INTEGER,
    grouped_at              INTEGER,
    received_at             INTEGER,
    verified_at             INTEGER,
    settled_at              INTEGER,
    modified_at             INTEGER NOT NULL,
    content_hash            INTEGER NOT NULL, -- of raw
    asked_ms                INTEGER NOT NULL, -- when its answer was asked for, Unix milliseconds
    first_seen_at           INTEGER NOT NULL,
    synced_at               INTEGER NOT NULL,
    raw                     TEXT NOT NULL,    -- the JSON of the newest version, as received
    is_future               INTEGER NOT NULL DEFAULT 0, -- 1: modified_at was in the future
    PRIMARY KEY (shop_id, order_sn)
) STRICT;

CREATE INDEX affiliate_orders_by_modified ON affiliate_orders (shop_id, modified_at);
CREATE INDEX affiliate_orders_by_paid ON affiliate_orders (shop_id, paid_at);

-- Prices as they were seen: a row only when something of them changed.
CREATE TABLE goods_prices (
    price_id              INTEGER PRIMARY KEY,
    shop_id               INTEGER NOT NULL,
    goods_sign            TEXT NOT NULL,
    pid                   TEXT NOT NULL, -- in whose name it is watched; '' for none
    is_public             INTEGER NOT NULL DEFAULT 0 CHECK (is_public IN (0, 1)),
                                         -- 1: requested without the PID, which is refused
    observed_at           INTEGER NOT NULL,
    state                 TEXT NOT NULL CHECK (state IN ('listed', 'delisted')),
    goods_id              TEXT,
    goods_name            TEXT,
    mall_name             TEXT,
    group_fen             INTEGER,       -- before coupons; of a delisted good what was last seen
    normal_fen            INTEGER,       -- bought alone
    coupon_state          TEXT NOT NULL CHECK (coupon_state = 'none' OR coupon_state = 'usable'
                                               OR coupon_state = 'future'
                                               OR coupon_state = 'expired'
                                               OR coupon_state = 'sold_out'
                                               OR coupon_state = 'below_threshold'),
    coupon_fen            INTEGER,
    coupon_min_fen        INTEGER,
    coupon_start_at       INTEGER,
    coupon_end_at         INTEGER,       -- the last second in which it holds
    coupon_remaining      INTEGER,       -- at observed_at
    coupon_total          INTEGER,
    mall_coupon_percent   INTEGER,       -- the shop's coupon; no price is reckoned with it
    mall_coupon_min_fen   INTEGER,
    mall_coupon_max_fen   INTEGER,
    mall_coupon_start_at  INTEGER,
    mall_coupon_end_at    INTEGER,
    follow_coupon_fen     INTEGER,       -- for following the shop
    follow_coupon_min_fen INTEGER,
    extra_coupon_fen      INTEGER,
    cash_gift_fen         INTEGER,       -- paid by the promoter, through a link of its own
    platform_discount_fen INTEGER,       -- what best_fen counts on; 0 for none
    jinbao_fen            INTEGER,       -- the platform's own price
    best_fen              INTEGER,
    final_fen             INTEGER,
    raw                   TEXT           -- the JSON of the good, as received; NULL: not offered
) STRICT;

CREATE INDEX goods_prices_by_goods ON goods_prices (shop_id, goods_sign, pid, observed_at);

-- Goods whose prices are watched, and when each is asked for next.
CREATE TABLE goods_watch (
    shop_id        INTEGER NOT NULL,
    goods_sign     TEXT NOT NULL,
    pid            TEXT NOT NULL,
    batch          INTEGER NOT NULL, -- goods of one batch are asked for with one call
    interval_s     INTEGER NOT NULL,
    below_fen      INTEGER,          -- a lower price is reported; NULL: never
    alone_until_at INTEGER NOT NULL DEFAULT 0, -- asked for alone until then, then searched again
    alone_at       INTEGER,          -- when it was asked for alone last
    pid_error      TEXT NOT NULL DEFAULT '', -- why it is asked for without its PID
    due_at         INTEGER NOT NULL, -- since when, or from when on, its price is to be had
    next_poll_at   INTEGER NOT NULL,
    poll_count     INTEGER NOT NULL DEFAULT 0,
    polled_at      INTEGER,
    attempts       INTEGER NOT NULL DEFAULT 0, -- failures since it went well last
    last_error     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (shop_id, goods_sign, pid)
) STRICT, WITHOUT ROWID;

CREATE INDEX goods_watch_by_poll ON goods_watch (shop_id, next_poll_at);

-- How far each stream has come: every change before cursor_at is stored (orders), or all of the
-- history from cursor_at on (backfill).
CREATE TABLE checkpoints (
    shop_id         INTEGER NOT NULL,
    stream          TEXT NOT NULL,
    cursor_at       INTEGER NOT NULL,
    rows_stored     INTEGER NOT NULL DEFAULT 0,
    began_at        INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    last_success_at INTEGER,
    last_error      TEXT NOT NULL DEFAULT '',
    last_error_at   INTEGER,
    PRIMARY KEY (shop_id, stream)
) STRICT, WITHOUT ROWID;

-- The ledger of intervals that are not read for good: [start_at, open_end_at) is still open.
CREATE TABLE windows (
    shop_id     INTEGER NOT NULL,
    stream      TEXT NOT NULL,
    start_at    INTEGER NOT NULL,
    end_at      INTEGER NOT NULL,
    open_end_at INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state = 'planned' OR state = 'open' OR state = 'suspect'
                                     OR state = 'done'),
    calls       INTEGER NOT NULL,
    rows        INTEGER NOT NULL,
    opened_at   INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (shop_id, stream, start_at)
) STRICT, WITHOUT ROWID;

-- Calls made, by Beijing day (yyyy-mm-dd).
CREATE TABLE quota_usage (
    app    TEXT NOT NULL,
    day    TEXT NOT NULL,
    method TEXT NOT NULL,
    calls  INTEGER NOT NULL,
    PRIMARY KEY (app, day, method)
) STRICT, WITHOUT ROWID;

-- Calls of the day that may have been made: reserved before the first of them is.
CREATE TABLE quota_reserved (
    app   TEXT NOT NULL,
    day   TEXT NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY (app, day)
) STRICT, WITHOUT ROWID;

-- What a platform has banned; method is empty for the whole app.
CREATE TABLE bans (
    app             TEXT NOT NULL,
    method          TEXT NOT NULL,
    banned_until_at INTEGER NOT NULL,
    code            TEXT NOT NULL,
    PRIMARY KEY (app, method)
) STRICT, WITHOUT ROWID;

-- Rows of answers that could not be stored as what they are. An entry goes when a later version of
-- the same order or refund is stored.
CREATE TABLE rejected_rows (
    rejected_id   INTEGER PRIMARY KEY,
    shop_id       INTEGER NOT NULL,
    stream        TEXT NOT NULL,
    entity        TEXT NOT NULL,
    entity_id     TEXT,
    order_id      TEXT,
    reason        TEXT NOT NULL,
    modified_at   INTEGER,
    raw_hash      INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL,
    seen_count    INTEGER NOT NULL DEFAULT 1,
    asked_ms      INTEGER NOT NULL,
    raw           TEXT NOT NULL,
    UNIQUE (shop_id, stream, raw_hash)
) STRICT;

CREATE INDEX rejected_rows_by_id ON rejected_rows (shop_id, entity, entity_id);

-- How late changes become visible in a shop's lists, and what follows for its reads.
CREATE TABLE index_lag (
    shop_id      INTEGER PRIMARY KEY,
    lag_s        INTEGER NOT NULL, -- 99.9 of 100 changes are visible after so long
    overlap_s    INTEGER NOT NULL, -- what live reads repeat
    settle_s     INTEGER NOT NULL, -- what live reads stay behind
    rows         INTEGER NOT NULL, -- changes seen, since the beginning
    late         INTEGER NOT NULL, -- of those, found by a repeated read
    missed       INTEGER NOT NULL, -- of those, found by the sweep only
    histogram    TEXT NOT NULL,    -- weights by lag: see docs/DATABASE.md
    updated_at   INTEGER NOT NULL
) STRICT;

-- Closed days whose number of orders was compared with the platform's.
CREATE TABLE audits (
    shop_id        INTEGER NOT NULL,
    day            TEXT NOT NULL, -- Beijing day, yyyy-mm-dd, of creation
    state          TEXT NOT NULL CHECK (state = 'equal' OR state = 'repaired' OR state = 'short'
                                        OR state = 'excess'),
    platform_count INTEGER NOT NULL,
    stored_count   INTEGER NOT NULL,
    repaired       INTEGER NOT NULL DEFAULT 0, -- orders that were missing and are stored now
    calls          INTEGER NOT NULL,
    checked_at     INTEGER NOT NULL,
    PRIMARY KEY (shop_id, day)
) STRICT, WITHOUT ROWID;

-- What was purged: orders that ended before are not missing, they were deleted on purpose.
CREATE TABLE purges (
    shop_id        INTEGER PRIMARY KEY,
    before_at      INTEGER NOT NULL, -- the latest limit
    purged_at      INTEGER NOT NULL,
    open_before_at INTEGER           -- the latest limit of purges that included open orders
) STRICT;

-- What `ordersync verify` was asked for, and how it went.
CREATE TABLE verifications (
    verify_id    INTEGER PRIMARY KEY,
    shop_id      INTEGER NOT NULL,
    from_at      INTEGER NOT NULL,
    to_at        INTEGER NOT NULL,
    is_repair    INTEGER NOT NULL CHECK (is_repair IN (0, 1)),
    state        TEXT NOT NULL CHECK (state = 'requested' OR state = 'running' OR state = 'read'
                                      OR state = 'abandoned'),
    orders       INTEGER NOT NULL DEFAULT 0, -- orders that the platform showed
    requested_at INTEGER NOT NULL,
    ended_at     INTEGER,
    purged_orders INTEGER NOT NULL DEFAULT 0, -- of those, purged here: not compared
    hidden_orders INTEGER NOT NULL DEFAULT 0, -- of those, with columns that a policy hides
    unstated_orders INTEGER NOT NULL DEFAULT 0 -- of those, with columns that lists do not state
) STRICT;

CREATE TABLE verify_findings (
    verify_id            INTEGER NOT NULL,
    order_id             TEXT NOT NULL,
    kind                 TEXT NOT NULL CHECK (kind = 'missing' OR kind = 'stale' OR kind = 'differs'
                                             OR kind = 'extra' OR kind = 'rejected'),
    platform_modified_at INTEGER,
    stored_modified_at   INTEGER,
    asked_at             INTEGER NOT NULL,
    is_repaired          INTEGER NOT NULL CHECK (is_repaired IN (0, 1)),
    columns              TEXT NOT NULL DEFAULT '', -- what differed, commas between
    asked_ms             INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (verify_id, order_id)
) STRICT, WITHOUT ROWID;

-- Orders that the platform showed to a verification under way; emptied at its end.
CREATE TABLE verify_seen (
    verify_id      INTEGER NOT NULL,
    order_id       TEXT NOT NULL,
    is_purged      INTEGER NOT NULL DEFAULT 0, -- 1: purged here, so nothing to compare
    hidden_columns INTEGER NOT NULL DEFAULT 0, -- hidden by a privacy policy, so not compared
    unstated_columns TEXT NOT NULL DEFAULT '', -- stored, and not stated by the list: not compared
    PRIMARY KEY (verify_id, order_id)
) STRICT, WITHOUT ROWID;

-- Calls made, by Beijing day and what they were for.
CREATE TABLE call_classes (
    app   TEXT NOT NULL,
    day   TEXT NOT NULL,
    class TEXT NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY (app, day, class)
) STRICT, WITHOUT ROWID;

-- An append-only feed for programs that follow the database: SELECT … WHERE seq > ?
CREATE TABLE changes (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    changed_at INTEGER NOT NULL,
    shop_id    INTEGER NOT NULL,
    entity     TEXT NOT NULL CHECK (entity = 'order' OR entity = 'shipment' OR entity = 'refund'
                                    OR entity = 'affiliate_order' OR entity = 'goods_price'),
    entity_id  TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind = 'created' OR kind = 'updated' OR kind = 'deleted'
                                    OR kind = 'below'),
    old_status TEXT,
    new_status TEXT
) STRICT;

CREATE VIEW orders_with_raw AS
SELECT orders.*, order_raw.source, order_raw.raw
FROM orders JOIN order_raw USING (raw_id);

-- For people: Beijing time, yuan, Chinese status.
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

-- Which lines are in which parcel.
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

-- What is not read for good yet, in words.
CREATE VIEW gaps AS
SELECT shops.name AS shop,
       windows.stream,
       windows.state,
       datetime(start_at, 'unixepoch', '+8 hours') AS open_from,
       datetime(open_end_at, 'unixepoch', '+8 hours') AS open_to,
       open_end_at - start_at AS open_s,
       CAST(strftime('%s', 'now') AS INTEGER) - opened_at AS age_s,
       CASE windows.state
           WHEN 'planned' THEN 'waits for its turn'
           WHEN 'open' THEN 'being read'
           ELSE 'asked for again: ' || coalesce(nullif(checkpoints.last_error, ''), 'doubted')
       END AS what_is_done
FROM windows JOIN shops USING (shop_id) LEFT JOIN checkpoints USING (shop_id, stream)
WHERE windows.state <> 'done';
