-- From version 10 to 11: what step 7 could not read in JSON with raw control characters, which step
-- 8 repaired later; and orders that were given up because their details could not be stored.

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
WHERE type = 'step' AND step_status IS NULL
  AND shop_id IN (SELECT shop_id FROM shops WHERE platform = 'taobao');

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
WHERE type = '1' AND step_status IS NULL
  AND shop_id IN (SELECT shop_id FROM shops WHERE platform = 'pinduoduo');

UPDATE orders SET deposit_paid_at = paid_at
WHERE deposit_paid_at IS NULL
  AND (step_status = 'deposit_paid' OR step_status = 'deposit_forfeited');

UPDATE detail_queue SET state = 'queued', due_at = unixepoch()
WHERE state = 'refused' AND last_error LIKE 'the answer cannot be stored: %';
