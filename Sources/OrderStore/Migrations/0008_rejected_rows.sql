-- From version 7 to 8: rows of answers that could not be stored. The program also repairs stored
-- JSON with raw control characters, before step 7 reads it.

CREATE TABLE rejected_rows (
    rejected_id   INTEGER PRIMARY KEY,
    shop_id       INTEGER NOT NULL,
    stream        TEXT NOT NULL,
    entity        TEXT NOT NULL,
    entity_id     TEXT,
    order_id      TEXT,
    reason        TEXT NOT NULL,
    modified_at   INTEGER,
    raw_hash      INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL,
    seen_count    INTEGER NOT NULL DEFAULT 1,
    asked_ms      INTEGER NOT NULL,
    raw           TEXT NOT NULL,
    UNIQUE (shop_id, stream, raw_hash)
) STRICT;

CREATE INDEX rejected_rows_by_id ON rejected_rows (shop_id, entity, entity_id);
