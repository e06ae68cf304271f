-- From version 12 to 13: SQLite builds and drops a b-tree for each row that it checks against
-- `x IN (…)` with more than two constants; `x = … OR x = …` costs comparisons. Only the text of
-- these constraints changes and not what they accept, so the tables are not rebuilt: this is the
-- procedure of https://www.sqlite.org/lang_altertable.html, section 7, for changes that do not
-- affect stored rows. And `goods_watch.owed_at` gets the name that other queues use.

PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (state IN (''active'', ''paused'', ''unauthorized''))',
    'CHECK (state = ''active'' OR state = ''paused'' OR state = ''unauthorized'')')
WHERE type = 'table' AND name = 'shops';

UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (status IN (''unpaid'', ''paid'', ''part_shipped'', ''shipped'',
                                                      ''completed'', ''closed'', ''unknown''))',
    'CHECK (status = ''unpaid'' OR status = ''paid'' OR status = ''part_shipped''
    OR status = ''shipped'' OR status = ''completed'' OR status = ''closed''
    OR status = ''unknown'')')
WHERE type = 'table' AND name = 'orders';

UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (status IN (''unpaid'', ''paid'', ''part_shipped'', ''shipped'',
                                                      ''completed'', ''closed'', ''unknown''))',
    'CHECK (status = ''unpaid'' OR status = ''paid'' OR status = ''part_shipped''
    OR status = ''shipped'' OR status = ''completed'' OR status = ''closed''
    OR status = ''unknown'')')
WHERE type = 'table' AND name = 'order_items';

UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (state IN (''planned'', ''open'', ''suspect'', ''done''))',
    'CHECK (state = ''planned'' OR state = ''open'' OR state = ''suspect''
    OR state = ''done'')')
WHERE type = 'table' AND name = 'windows';

UPDATE sqlite_schema SET sql = replace(replace(sql,
    'CHECK (state IN (''queued'', ''not_found'', ''refused''))',
    'CHECK (state = ''queued'' OR state = ''not_found'' OR state = ''refused'')'),
    'CHECK (reason IN (''hollow'', ''new'', ''changed'', ''contradicted'',
                                               ''history''))',
    'CHECK (reason = ''hollow'' OR reason = ''new'' OR reason = ''changed''
    OR reason = ''contradicted'' OR reason = ''history'')')
WHERE type = 'table' AND name = 'detail_queue';

UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (state IN (''equal'', ''repaired'', ''short'', ''excess''))',
    'CHECK (state = ''equal'' OR state = ''repaired'' OR state = ''short''
    OR state = ''excess'')')
WHERE type = 'table' AND name = 'audits';

UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (state IN (''requested'', ''running'', ''read'', ''abandoned''))',
    'CHECK (state = ''requested'' OR state = ''running'' OR state = ''read''
    OR state = ''abandoned'')')
WHERE type = 'table' AND name = 'verifications';

UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (status IN (''paid'', ''grouped'', ''received'',
                                                            ''verified'', ''failed'', ''settled'',
                                                            ''punished'', ''unknown''))',
    'CHECK (status = ''paid'' OR status = ''grouped'' OR status = ''received''
    OR status = ''verified'' OR status = ''failed'' OR status = ''settled''
    OR status = ''punished'' OR status = ''unknown'')')
WHERE type = 'table' AND name = 'affiliate_orders';

UPDATE sqlite_schema SET sql = replace(replace(sql,
    'CHECK (entity IN (''order'', ''shipment'', ''refund'', ''affiliate_order'',
                                               ''goods_price''))',
    'CHECK (entity = ''order'' OR entity = ''shipment'' OR entity = ''refund''
    OR entity = ''affiliate_order'' OR entity = ''goods_price'')'),
    'CHECK (kind IN (''created'', ''updated'', ''deleted'', ''below''))',
    'CHECK (kind = ''created'' OR kind = ''updated'' OR kind = ''deleted''
    OR kind = ''below'')')
WHERE type = 'table' AND name = 'changes';

UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK (coupon_state IN (''none'', ''usable'', ''future'',
                                                                ''expired'', ''sold_out'',
                                                                ''below_threshold''))',
    'CHECK (coupon_state = ''none'' OR coupon_state = ''usable''
    OR coupon_state = ''future'' OR coupon_state = ''expired''
    OR coupon_state = ''sold_out'' OR coupon_state = ''below_threshold'')')
WHERE type = 'table' AND name = 'goods_prices';

PRAGMA writable_schema = RESET;

ALTER TABLE goods_watch RENAME COLUMN owed_at TO due_at;
