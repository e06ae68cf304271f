-- From version 4 to 5: prices with every component that the platform tells; goods that had to be
-- asked for alone come back to the searches, and a PID that is refused stops no price.

DROP VIEW goods_prices_readable;
DROP INDEX goods_prices_by_goods;
DROP INDEX goods_watch_by_poll;
ALTER TABLE goods_prices RENAME TO goods_prices_4;
ALTER TABLE goods_watch RENAME TO goods_watch_4;

-- Prices as they were seen: a row only when something of them changed.
CREATE TABLE goods_prices (
    price_id              INTEGER PRIMARY KEY,
    shop_id               INTEGER NOT NULL,
    goods_sign            TEXT NOT NULL,
    pid                   TEXT NOT NULL, -- in whose name it is watched; '' for none
    is_public             INTEGER NOT NULL DEFAULT 0 CHECK (is_public IN (0, 1)),
                                         -- 1: asked without the PID, for that is refused
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

INSERT INTO goods_prices (
    price_id, shop_id, goods_sign, pid, observed_at, state, goods_id, goods_name,
    mall_name, group_fen, normal_fen, coupon_state, coupon_fen, coupon_min_fen, coupon_start_at,
    coupon_end_at, platform_discount_fen, jinbao_fen, best_fen, final_fen, is_public)
SELECT
    price_id, shop_id, goods_sign, pid, observed_at, state, goods_id, goods_name,
    mall_name, group_fen, normal_fen, coupon_state, coupon_fen, coupon_min_fen, coupon_start_at,
    coupon_end_at, platform_discount_fen, jinbao_fen, best_fen, final_fen, 0
FROM goods_prices_4;
DROP TABLE goods_prices_4;

-- Goods whose prices are watched, and when each is asked for next.
CREATE TABLE goods_watch (
    shop_id        INTEGER NOT NULL,
    goods_sign     TEXT NOT NULL,
    pid            TEXT NOT NULL,
    batch          INTEGER NOT NULL, -- goods of one batch are asked for with one call
    interval_s     INTEGER NOT NULL,
    below_fen      INTEGER,          -- told of when the price falls below; NULL: never
    alone_until_at INTEGER NOT NULL DEFAULT 0, -- asked for alone until then, then searched again
    alone_at       INTEGER,          -- when it was asked for alone last
    pid_error      TEXT NOT NULL DEFAULT '', -- why it is asked for without its PID
    owed_at        INTEGER NOT NULL, -- since when, or from when on, its price is to be had
    next_poll_at   INTEGER NOT NULL,
    poll_count     INTEGER NOT NULL DEFAULT 0,
    polled_at      INTEGER,
    attempts       INTEGER NOT NULL DEFAULT 0, -- failures since it went well last
    last_error     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (shop_id, goods_sign, pid)
) STRICT, WITHOUT ROWID;

CREATE INDEX goods_watch_by_poll ON goods_watch (shop_id, next_poll_at);

INSERT INTO goods_watch (shop_id, goods_sign, pid, batch, interval_s, below_fen, owed_at,
    next_poll_at, poll_count, polled_at, attempts, last_error)
SELECT shop_id, goods_sign, pid, batch, interval_s, below_fen,
    min(next_poll_at, coalesce(polled_at + interval_s, next_poll_at)),
    next_poll_at, poll_count, polled_at, attempts, last_error
FROM goods_watch_4;
DROP TABLE goods_watch_4;

CREATE VIEW goods_prices_readable AS
SELECT shops.name AS promoter,
       goods_sign,
       goods_name,
       pid,
       CASE is_public WHEN 1 THEN '公开价' ELSE '' END AS public,
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
       mall_coupon_percent,
       CASE WHEN mall_coupon_max_fen IS NOT NULL
            THEN printf('%d.%02d', mall_coupon_max_fen / 100, mall_coupon_max_fen % 100)
       END AS mall_coupon_max_yuan,
       CASE WHEN follow_coupon_fen IS NOT NULL
            THEN printf('%d.%02d', follow_coupon_fen / 100, follow_coupon_fen % 100)
       END AS follow_coupon_yuan,
       CASE WHEN extra_coupon_fen IS NOT NULL
            THEN printf('%d.%02d', extra_coupon_fen / 100, extra_coupon_fen % 100)
       END AS extra_coupon_yuan,
       CASE WHEN cash_gift_fen IS NOT NULL
            THEN printf('%d.%02d', cash_gift_fen / 100, cash_gift_fen % 100)
       END AS cash_gift_yuan,
       CASE WHEN final_fen IS NOT NULL
            THEN printf('%d.%02d', final_fen / 100, final_fen % 100) END AS final_yuan,
       CASE WHEN best_fen IS NOT NULL
            THEN printf('%d.%02d', best_fen / 100, best_fen % 100) END AS best_yuan,
       datetime(coupon_end_at, 'unixepoch', '+8 hours') AS coupon_ends
FROM goods_prices JOIN shops USING (shop_id);
