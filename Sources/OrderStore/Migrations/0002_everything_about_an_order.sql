-- Version 2: everything about an order. Details, shipments, refunds, measured lag, audits and
-- verifications; `changes` takes more kinds of entities, which needs a new table.

-- Tells buyers apart where `buyer` is blurred.
ALTER TABLE orders ADD COLUMN buyer_id TEXT;
UPDATE orders SET buyer_id = (
    SELECT CASE WHEN json_valid(raw) THEN json_extract(raw, '$.buyer_open_uid') END
    FROM order_raw WHERE order_raw.raw_id = orders.raw_id);

-- Orders and refunds that are to be read in full, one by one. A row goes when that is done; what
-- the platform says does not exist stays, and is asked for again only when it changes.
CREATE TABLE detail_queue (
    shop_id    INTEGER NOT NULL,
    entity     TEXT NOT NULL CHECK (entity IN ('order', 'refund')),
    entity_id  TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('queued', 'not_found', 'refused')),
    reason     TEXT NOT NULL CHECK (reason IN ('hollow', 'new', 'changed', 'contradicted',
                                               'history')),
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
    status          TEXT NOT NULL CHECK (status IN ('pending', 'collected', 'in_transit',
                                                    'out_for_delivery', 'delivered',
                                                    'exception', 'returned', 'unknown')),
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

CREATE TABLE refunds (
    shop_id            INTEGER NOT NULL,
    refund_id          TEXT NOT NULL,
    order_id           TEXT,
    item_id            TEXT,
    status             TEXT NOT NULL CHECK (status IN ('requested', 'returning', 'returned',
                                                       'refused', 'exchanging', 'completed',
                                                       'closed', 'unknown')),
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
    PRIMARY KEY (shop_id, refund_id)
) STRICT;

CREATE INDEX refunds_by_order ON refunds (shop_id, order_id);
CREATE INDEX refunds_by_modified ON refunds (shop_id, modified_at);

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
    state          TEXT NOT NULL CHECK (state IN ('equal', 'repaired', 'short', 'excess')),
    platform_count INTEGER NOT NULL,
    stored_count   INTEGER NOT NULL,
    repaired       INTEGER NOT NULL DEFAULT 0, -- orders that were missing and are stored now
    calls          INTEGER NOT NULL,
    checked_at     INTEGER NOT NULL,
    PRIMARY KEY (shop_id, day)
) STRICT, WITHOUT ROWID;

-- What was purged: orders that ended before are not missing, they were deleted on purpose.
CREATE TABLE purges (
    shop_id   INTEGER PRIMARY KEY,
    before_at INTEGER NOT NULL, -- the latest limit
    purged_at INTEGER NOT NULL
) STRICT;

-- What `ordersync verify` was asked for, and how it went.
CREATE TABLE verifications (
    verify_id    INTEGER PRIMARY KEY,
    shop_id      INTEGER NOT NULL,
    from_at      INTEGER NOT NULL,
    to_at        INTEGER NOT NULL,
    is_repair    INTEGER NOT NULL CHECK (is_repair IN (0, 1)),
    state        TEXT NOT NULL CHECK (state IN ('requested', 'running', 'read', 'abandoned')),
    orders       INTEGER NOT NULL DEFAULT 0, -- orders that the platform showed
    requested_at INTEGER NOT NULL,
    ended_at     INTEGER
) STRICT;

CREATE TABLE verify_findings (
    verify_id            INTEGER NOT NULL,
    order_id             TEXT NOT NULL,
    kind                 TEXT NOT NULL CHECK (kind IN ('missing', 'stale', 'differs', 'extra')),
    platform_modified_at INTEGER,
    stored_modified_at   INTEGER,
    asked_at             INTEGER NOT NULL,
    is_repaired          INTEGER NOT NULL CHECK (is_repaired IN (0, 1)),
    PRIMARY KEY (verify_id, order_id)
) STRICT, WITHOUT ROWID;

-- Orders that the platform showed to a verification under way; emptied at its end.
CREATE TABLE verify_seen (
    verify_id INTEGER NOT NULL,
    order_id  TEXT NOT NULL,
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

ALTER TABLE changes RENAME TO changes_1;

CREATE TABLE changes (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    changed_at INTEGER NOT NULL,
    shop_id    INTEGER NOT NULL,
    entity     TEXT NOT NULL CHECK (entity IN ('order', 'shipment', 'refund', 'affiliate_order',
                                               'goods')),
    entity_id  TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('created', 'updated', 'deleted')),
    old_status TEXT,
    new_status TEXT
) STRICT;

INSERT INTO changes SELECT * FROM changes_1;
-- Numbers are never given out again, not even those of rows that were deleted.
UPDATE sqlite_sequence
    SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'changes_1')
    WHERE name = 'changes';
DROP TABLE changes_1;

CREATE VIEW shipments_readable AS
SELECT shops.name AS shop,
       order_id,
       tracking_no,
       company,
       CASE shipments.status
           WHEN 'pending' THEN '待揽收' WHEN 'collected' THEN '已揽收' WHEN 'in_transit' THEN '运输中'
           WHEN 'out_for_delivery' THEN '派送中' WHEN 'delivered' THEN '已签收'
           WHEN 'exception' THEN '异常' WHEN 'returned' THEN '已退回' ELSE '未知'
       END AS status,
       last_event,
       datetime(last_event_at, 'unixepoch', '+8 hours') AS last_event_time,
       datetime(shipped_at, 'unixepoch', '+8 hours') AS shipped,
       datetime(delivered_at, 'unixepoch', '+8 hours') AS delivered,
       datetime(next_poll_at, 'unixepoch', '+8 hours') AS next_poll
FROM shipments JOIN shops USING (shop_id);

CREATE VIEW refunds_readable AS
SELECT shops.name AS shop,
       refund_id,
       order_id,
       item_id,
       CASE refunds.status
           WHEN 'requested' THEN '待卖家处理' WHEN 'returning' THEN '待买家退货'
           WHEN 'returned' THEN '待卖家收货' WHEN 'refused' THEN '卖家拒绝'
           WHEN 'exchanging' THEN '换货中' WHEN 'completed' THEN '退款成功'
           WHEN 'closed' THEN '退款关闭' ELSE refunds.platform_status
       END AS status,
       CASE WHEN refund_fen IS NOT NULL
            THEN printf('%d.%02d', refund_fen / 100, refund_fen % 100) END AS refund_yuan,
       reason,
       title,
       datetime(created_at, 'unixepoch', '+8 hours') AS created,
       datetime(modified_at, 'unixepoch', '+8 hours') AS modified
FROM refunds JOIN shops USING (shop_id);

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
