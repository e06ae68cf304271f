-- Version 3: the companies that carry parcels, for platforms whose orders name them by number.

CREATE TABLE carriers (
    platform   TEXT NOT NULL CHECK (platform IN ('taobao', 'pinduoduo')),
    carrier_id TEXT NOT NULL, -- what `company` of a parcel says
    code       TEXT NOT NULL, -- what its parcels are asked about by; '' for those that cannot be
    name       TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (platform, carrier_id)
) STRICT, WITHOUT ROWID;

DROP VIEW order_items_readable;

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
       coalesce(carriers.name, logistics_company) AS logistics_company,
       tracking_no
FROM order_items JOIN shops USING (shop_id)
     LEFT JOIN carriers ON carriers.platform = shops.platform AND carrier_id = logistics_company;

DROP VIEW shipments_readable;

CREATE VIEW shipments_readable AS
SELECT shops.name AS shop,
       order_id,
       tracking_no,
       coalesce(carriers.name, company) AS company,
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
FROM shipments JOIN shops USING (shop_id)
     LEFT JOIN carriers ON carriers.platform = shops.platform AND carrier_id = company;
