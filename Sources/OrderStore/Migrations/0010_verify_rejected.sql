-- From version 9 to 10: verifications also report rows that could not be read, and so not compared.

ALTER TABLE verify_findings RENAME TO verify_findings_9;

CREATE TABLE verify_findings (
    verify_id            INTEGER NOT NULL,
    order_id             TEXT NOT NULL,
    kind                 TEXT NOT NULL CHECK (kind = 'missing' OR kind = 'stale' OR kind = 'differs'
                                             OR kind = 'extra' OR kind = 'rejected'),
    platform_modified_at INTEGER,
    stored_modified_at   INTEGER,
    asked_at             INTEGER NOT NULL,
    is_repaired          INTEGER NOT NULL CHECK (is_repaired IN (0, 1)),
    columns              TEXT NOT NULL DEFAULT '',
    asked_ms             INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (verify_id, order_id)
) STRICT, WITHOUT ROWID;

INSERT INTO verify_findings (verify_id, order_id, kind, platform_modified_at, stored_modified_at,
                             asked_at, is_repaired, columns, asked_ms)
SELECT verify_id, order_id, kind, platform_modified_at, stored_modified_at, asked_at, is_repaired,
       columns, asked_ms
FROM verify_findings_9;

DROP TABLE verify_findings_9;
