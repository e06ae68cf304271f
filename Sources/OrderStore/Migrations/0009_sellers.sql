-- Whose shop it is, as the platform says: the orders of two sellers must not be mixed in one.
ALTER TABLE shops ADD COLUMN seller_id TEXT NOT NULL DEFAULT '';
ALTER TABLE shops ADD COLUMN seller_nick TEXT NOT NULL DEFAULT '';
