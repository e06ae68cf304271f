-- The whole schema of an ordersync database, version 1. It is a public contract: see docs.
--
-- *_at    Unix seconds, UTC            *_fen   integer fen, 1/100 yuan
-- NULL    the platform never said      TEXT    UTF-8, as the platform sent it
--
-- No foreign keys: every row is written by one writer, in one transaction with its order, and a
-- look-up per row would cost what nobody gains.

CREATE TABLE shops (
    shop_id             INTEGER PRIMARY KEY,
    name                TEXT NOT NULL UNIQUE,
    platform            TEXT NOT NULL CHECK (platform IN ('taobao', 'pinduoduo')),
    app                 TEXT NOT NULL,
    nick                TEXT NOT NULL DEFAULT '',
    state               TEXT NOT NULL DEFAULT 'active'
                        CHECK (state IN ('active', 'paused', 'unauthorized')),
    state_reason        TEXT NOT NULL DEFAULT '',
    authorized_until_at INTEGER
) STRICT;

CREATE TABLE orders (
    order_key         INTEGER PRIMARY KEY,
    shop_id           INTEGER NOT NULL,
    order_id          TEXT NOT NULL,
    status            TEXT NOT NULL CHECK (status IN ('unpaid', 'paid', 'part_shipped', 'shipped',
                                                      'completed', 'closed', 'unknown')),
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
    UNIQUE (shop_id, order_id)
) STRICT;

CREATE INDEX orders_by_modified ON orders (shop_id, modified_at);
CREATE INDEX orders_by_created ON orders (shop_id, created_at);

-- The JSON of an order's newest version, byte for byte as received. In order of arrival: under a
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
    status            TEXT NOT NULL CHECK (status IN ('unpaid', 'paid', 'part_shipped', 'shipped',
                                                      'completed', 'closed', 'unknown')),
    platform_status   TEXT,
    refund_status     TEXT,
    refund_id         TEXT,
    logistics_company TEXT,
    tracking_no       TEXT,
    shipped_at        INTEGER,
    ended_at          INTEGER,
    UNIQUE (shop_id, order_id, item_id)
) STRICT;

-- How far each stream has come: every change before cursor_at is stored (orders), or every order
-- created from cursor_at on (backfill).
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
    state       TEXT NOT NULL CHECK (state IN ('planned', 'open', 'suspect', 'done')),
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

-- An append-only feed for programs that follow the database: SELECT … WHERE seq > ?
CREATE TABLE changes (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    changed_at INTEGER NOT NULL,
    shop_id    INTEGER NOT NULL,
    entity     TEXT NOT NULL CHECK (entity IN ('order')),
    entity_id  TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('created', 'updated')),
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
           WHEN 'closed' THEN '交易关闭' ELSE orders.platform_status
       END AS status,
       CASE WHEN payment_fen IS NOT NULL
            THEN printf('%d.%02d', payment_fen / 100, payment_fen % 100) END AS payment_yuan,
       orders.buyer,
       orders.title,
       item_count,
       datetime(created_at, 'unixepoch', '+8 hours') AS created,
       datetime(paid_at, 'unixepoch', '+8 hours') AS paid,
       datetime(shipped_at, 'unixepoch', '+8 hours') AS shipped,
       datetime(ended_at, 'unixepoch', '+8 hours') AS ended,
       datetime(modified_at, 'unixepoch', '+8 hours') AS modified,
       receiver_name, receiver_state, receiver_city, receiver_district
FROM orders JOIN shops USING (shop_id);

CREATE VIEW order_items_readable AS
SELECT shops.name AS shop,
       order_items.order_id,
       order_items.title,
       sku_name,
       quantity,
       CASE WHEN price_fen IS NOT NULL
            THEN printf('%d.%02d', price_fen / 100, price_fen % 100) END AS price_yuan,
       CASE WHEN payment_fen IS NOT NULL
            THEN printf('%d.%02d', payment_fen / 100, payment_fen % 100) END AS payment_yuan,
       order_items.platform_status AS status,
       refund_status,
       logistics_company,
       tracking_no
FROM order_items JOIN shops USING (shop_id);
