internal import SyncCore

/// Writes checkpoints and the ledger of windows, inside a transaction that its caller holds.
final class LedgerWriter {
    private let database: Database
    private let insertCheckpoint: Statement
    private let moveCursor: Statement
    private let addRows: Statement
    private let noteWork: Statement
    private let writeWindow: Statement
    private let removeWindow: Statement

    init(_ database: Database) throws(StoreError) {
        self.database = database
        insertCheckpoint = try database.prepare(
            """
            INSERT INTO checkpoints (shop_id, stream, cursor_at, began_at, updated_at)
            VALUES (?1, ?2, ?3, ?4, ?4)
            ON CONFLICT (shop_id, stream) DO UPDATE SET cursor_at = excluded.cursor_at,
                updated_at = excluded.updated_at
            """)
        moveCursor = try database.prepare(
            """
            UPDATE checkpoints SET cursor_at = ?3, rows_stored = rows_stored + ?5, updated_at = ?4,
                last_success_at = ?4, last_error = CASE WHEN ?7 THEN last_error ELSE '' END
            WHERE shop_id = ?1 AND stream = ?2 AND cursor_at = ?6
            """)
        addRows = try database.prepare(
            """
            UPDATE checkpoints SET rows_stored = rows_stored + ?4, updated_at = ?3,
                last_success_at = ?3, last_error = CASE WHEN ?5 THEN last_error ELSE '' END
            WHERE shop_id = ?1 AND stream = ?2
            """)
        noteWork = try database.prepare(
            """
            UPDATE checkpoints SET rows_stored = rows_stored + ?4, updated_at = ?3,
                last_success_at = ?3, last_error = '',
                cursor_at = CASE WHEN stream IN ('details', 'shipments') THEN max(cursor_at, ?3)
                                 ELSE cursor_at END
            WHERE shop_id = ?1 AND stream = ?2
            """)
        writeWindow = try database.prepare(
            """
            INSERT INTO windows (shop_id, stream, start_at, end_at, open_end_at, state, calls, rows,
                                 opened_at, updated_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)
            ON CONFLICT (shop_id, stream, start_at) DO UPDATE SET
                end_at = excluded.end_at, open_end_at = excluded.open_end_at,
                state = excluded.state, calls = excluded.calls, rows = excluded.rows,
                updated_at = excluded.updated_at
            """)
        removeWindow = try database.prepare(
            "DELETE FROM windows WHERE shop_id = ?1 AND stream = ?2 AND start_at = ?3")
    }

    func write(
        _ change: LedgerChange, storedRows: Int, hasPage: Bool, now: UTCInstant
    ) throws(StoreError) {
        let shop = change.stream.shop.rawValue
        let stream = change.stream.kind.rawValue
        for start in change.removed {
            removeWindow.bind(1, shop)
            removeWindow.bind(2, stream)
            removeWindow.bind(3, start.seconds)
            try removeWindow.run()
        }
        for record in change.written { try write(record, shop, stream, now) }
        switch (change.cursor, change.cursorBefore) {
        case (let cursor?, let before?):
            moveCursor.bind(1, shop)
            moveCursor.bind(2, stream)
            moveCursor.bind(3, cursor.seconds)
            moveCursor.bind(4, now.seconds)
            moveCursor.bind(5, Int64(storedRows))
            moveCursor.bind(6, before.seconds)
            moveCursor.bind(7, change.keepsError ? 1 : 0)
            try moveCursor.run()
            // Compare-and-set: a second writer fails here instead of rewinding the cursor.
            guard database.changedRowCount == 1 else {
                throw .cursorMoved(stream: stream, expected: before.seconds)
            }
        case (let cursor?, nil):
            insertCheckpoint.bind(1, shop)
            insertCheckpoint.bind(2, stream)
            insertCheckpoint.bind(3, cursor.seconds)
            insertCheckpoint.bind(4, now.seconds)
            try insertCheckpoint.run()
        case (nil, _):
            guard hasPage else { return }
            addRows.bind(1, shop)
            addRows.bind(2, stream)
            addRows.bind(3, now.seconds)
            addRows.bind(4, Int64(storedRows))
            addRows.bind(5, change.keepsError ? 1 : 0)
            try addRows.run()
        }
    }

    /// An entry of a queue was read: such a stream has no cursor, only a time of its last success.
    func noteWork(_ stream: StreamID, rows: Int, now: UTCInstant) throws(StoreError) {
        noteWork.bind(1, stream.shop.rawValue)
        noteWork.bind(2, stream.kind.rawValue)
        noteWork.bind(3, now.seconds)
        noteWork.bind(4, Int64(rows))
        try noteWork.run()
    }

    private func write(
        _ record: WindowRecord, _ shop: Int64, _ stream: String, _ now: UTCInstant
    ) throws(StoreError) {
        writeWindow.bind(1, shop)
        writeWindow.bind(2, stream)
        writeWindow.bind(3, record.window.start.seconds)
        writeWindow.bind(4, record.window.end.seconds)
        writeWindow.bind(5, record.openEnd.seconds)
        writeWindow.bind(6, record.state.rawValue)
        writeWindow.bind(7, Int64(record.calls))
        writeWindow.bind(8, Int64(record.rows))
        writeWindow.bind(9, now.seconds)
        try writeWindow.run()
    }
}
