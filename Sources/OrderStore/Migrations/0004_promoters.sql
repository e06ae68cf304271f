-- From version 3 to 4: what promoters have: the orders they brought, and the prices of goods.
-- `changes` takes more kinds of changes and entities, which needs a new table.

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
    status                  TEXT NOT NULL CHECK (status IN ('paid', 'grouped', 'received',
                                                            'verified', 'failed', 'settled',
                                                            'punished', 'unknown')),
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
    PRIMARY KEY (shop_id, order_sn)
) STRICT;

CREATE INDEX affiliate_orders_by_modified ON affiliate_orders (shop_id, modified_at);
CREATE INDEX affiliate_orders_by_paid ON affiliate_orders (shop_id, paid_at);

-- Prices as they were seen: a row only when something of them changed.
CREATE TABLE goods_prices (
    price_id              INTEGER PRIMARY KEY,
    shop_id               INTEGER NOT NULL,
    goods_sign            TEXT NOT NULL,
    pid                   TEXT NOT NULL, -- in whose name it was asked for; '' for none
    observed_at           INTEGER NOT NULL,
    state                 TEXT NOT NULL CHECK (state IN ('listed', 'delisted')),
    goods_id              TEXT,
    goods_name            TEXT,
    mall_name             TEXT,
    group_fen             INTEGER,       -- before coupons; of a delisted good what was last seen
    normal_fen            INTEGER,       -- bought alone
    coupon_state          TEXT NOT NULL CHECK (coupon_state IN ('none', 'usable', 'future',
                                                                'expired', 'sold_out',
                                                                'below_threshold')),
    coupon_fen            INTEGER,
    coupon_min_fen        INTEGER,
    coupon_start_at       INTEGER,
    coupon_end_at         INTEGER,       -- the last second in which it holds
    platform_discount_fen INTEGER,       -- what best_fen counts on; 0 for none
    jinbao_fen            INTEGER,       -- the platform's own price
    best_fen              INTEGER,
    final_fen             INTEGER
) STRICT;

CREATE INDEX goods_prices_by_goods ON goods_prices (shop_id, goods_sign, pid, observed_at);

-- Goods whose prices are watched, and when each is asked for next.
CREATE TABLE goods_watch (
    shop_id      INTEGER NOT NULL,
    goods_sign   TEXT NOT NULL,
    pid          TEXT NOT NULL,
    batch        INTEGER NOT NULL, -- goods of one batch are asked for with one call
    interval_s   INTEGER NOT NULL,
    below_fen    INTEGER,          -- told of when the price falls below; NULL: never
    by_detail    INTEGER NOT NULL DEFAULT 0 CHECK (by_detail IN (0, 1)), -- 1: asked for alone
    next_poll_at INTEGER NOT NULL,
    poll_count   INTEGER NOT NULL DEFAULT 0,
    polled_at    INTEGER,
    attempts     INTEGER NOT NULL DEFAULT 0, -- failures since it went well last
    last_error   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (shop_id, goods_sign, pid)
) STRICT, WITHOUT ROWID;

CREATE INDEX goods_watch_by_poll ON goods_watch (shop_id, next_poll_at);

ALTER TABLE changes RENAME TO changes_3;

CREATE TABLE changes (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    changed_at INTEGER NOT NULL,
    shop_id    INTEGER NOT NULL,
    entity     TEXT NOT NULL CHECK (entity IN ('order', 'shipment', 'refund', 'affiliate_order',
                                               'goods_price')),
    entity_id  TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('created', 'updated', 'deleted', 'below')),
    old_status TEXT,
    new_status TEXT
) STRICT;

INSERT INTO changes SELECT * FROM changes_3;
-- Numbers are never given out again, not even those of rows that were deleted.
UPDATE sqlite_sequence
    SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'changes_3')
    WHERE name = 'changes';
DROP TABLE changes_3;

CREATE VIEW affiliate_orders_readable AS
SELECT shops.name AS promoter,
       order_sn,
       CASE affiliate_orders.status
           WHEN 'paid' THEN '已支付' WHEN 'grouped' THEN '已成团' WHEN 'received' THEN '确认收货'
           WHEN 'verified' THEN '审核成功' WHEN 'failed' THEN '审核失败' WHEN 'settled' THEN '已结算'
           WHEN 'punished' THEN '已处罚' ELSE affiliate_orders.platform_status
       END AS status,
       fail_reason,
       pid,
       custom_parameters,
       goods_name,
       quantity,
       CASE WHEN order_amount_fen IS NOT NULL
            THEN printf('%d.%02d', order_amount_fen / 100, order_amount_fen % 100)
       END AS order_yuan,
       CASE WHEN promotion_rate_permille IS NOT NULL
            THEN printf('%d.%d', promotion_rate_permille / 10, promotion_rate_permille % 10)
       END AS commission_percent,
       CASE WHEN promotion_amount_fen IS NOT NULL
            THEN printf('%d.%02d', promotion_amount_fen / 100, promotion_amount_fen % 100)
       END AS commission_yuan,
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
       datetime(observed_at, 'unixepoch', '+8 hours') AS observed,
       CASE goods_prices.state WHEN 'listed' THEN '在售' ELSE '已下架' END AS state,
       CASE WHEN group_fen IS NOT NULL
            THEN printf('%d.%02d', group_fen / 100, group_fen % 100) END AS group_yuan,
       CASE WHEN normal_fen IS NOT NULL
            THEN printf('%d.%02d', normal_fen / 100, normal_fen % 100) END AS single_yuan,
       CASE coupon_state
           WHEN 'usable' THEN '可用' WHEN 'future' THEN '未开始' WHEN 'expired' THEN '已过期'
           WHEN 'sold_out' THEN '已领完' WHEN 'below_threshold' THEN '未达门槛' ELSE '无券'
       END AS coupon,
       CASE WHEN coupon_fen IS NOT NULL
            THEN printf('%d.%02d', coupon_fen / 100, coupon_fen % 100) END AS coupon_yuan,
       CASE WHEN final_fen IS NOT NULL
            THEN printf('%d.%02d', final_fen / 100, final_fen % 100) END AS final_yuan,
       CASE WHEN best_fen IS NOT NULL
            THEN printf('%d.%02d', best_fen / 100, best_fen % 100) END AS best_yuan,
       datetime(coupon_end_at, 'unixepoch', '+8 hours') AS coupon_ends
FROM goods_prices JOIN shops USING (shop_id);
