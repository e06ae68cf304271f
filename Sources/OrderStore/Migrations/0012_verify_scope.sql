-- From version 11 to 12: a purge notes whether it included open orders, and a verification which
-- columns it could not compare because the platform's lists do not state them.

ALTER TABLE purges ADD COLUMN open_before_at INTEGER;
ALTER TABLE verifications ADD COLUMN unstated_orders INTEGER NOT NULL DEFAULT 0;
ALTER TABLE verify_seen ADD COLUMN unstated_columns TEXT NOT NULL DEFAULT '';
