-- From version 5 to 6: what a verification found in detail, and versions whose time was in the
-- future.

ALTER TABLE verify_findings ADD COLUMN columns TEXT NOT NULL DEFAULT '';
ALTER TABLE verify_findings ADD COLUMN asked_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE verify_seen ADD COLUMN is_purged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE verify_seen ADD COLUMN hidden_columns INTEGER NOT NULL DEFAULT 0;
ALTER TABLE verifications ADD COLUMN purged_orders INTEGER NOT NULL DEFAULT 0;
ALTER TABLE verifications ADD COLUMN hidden_orders INTEGER NOT NULL DEFAULT 0;

ALTER TABLE orders ADD COLUMN is_future INTEGER NOT NULL DEFAULT 0;
ALTER TABLE refunds ADD COLUMN is_future INTEGER NOT NULL DEFAULT 0;
ALTER TABLE affiliate_orders ADD COLUMN is_future INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shops ADD COLUMN clock_stepped_ms INTEGER NOT NULL DEFAULT 0;
