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
            VALUES (:shop_id, :stream, :cursor_at, :now, :now)
            ON CONFLICT (shop_id, stream) DO UPDATE SET cursor_at = excluded.cursor_at,
                updated_at = excluded.updated_at
            """)
        moveCursor = try database.prepare(
            """
            UPDATE checkpoints SET cursor_at = :cursor_at, rows_stored = rows_stored + :rows,
                updated_at = :now,
                last_success_at = :now, last_error = CASE WHEN :keeps_error THEN last_error
                ELSE '' END
            WHERE shop_id = :shop_id AND stream = :stream AND cursor_at = :cursor_before
            """)
        addRows = try database.prepare(
            """
            UPDATE checkpoints SET rows_stored = rows_stored + :rows, updated_at = :now,
                last_success_at = :now, last_error = CASE WHEN :keeps_error THEN last_error
                ELSE '' END
            WHERE shop_id = :shop_id AND stream = :stream
            """)
        noteWork = try database.prepare(
            """
            UPDATE checkpoints SET rows_stored = rows_stored + :rows, updated_at = :now,
                last_success_at = :now, last_error = '',
                cursor_at = CASE WHEN stream IN ('details', 'shipments') THEN max(cursor_at, :now)
                                 ELSE cursor_at END
            WHERE shop_id = :shop_id AND stream = :stream
            """)
        writeWindow = try database.prepare(
            """
            INSERT INTO windows (shop_id, stream, start_at, end_at, open_end_at, state, calls, rows,
                                 opened_at, updated_at)
            VALUES (:shop_id, :stream, :start_at, :end_at, :open_end_at, :state, :calls, :rows,
                :now, :now)
            ON CONFLICT (shop_id, stream, start_at) DO UPDATE SET
                end_at = excluded.end_at, open_end_at = excluded.open_end_at,
                state = excluded.state, calls = excluded.calls, rows = excluded.rows,
                updated_at = excluded.updated_at
            """)
        removeWindow = try database.prepare(
            """
            DELETE FROM windows
            WHERE shop_id = :shop_id AND stream = :stream AND start_at = :start_at
            """
        )
    }

    func record(
        _ change: LedgerChange, storedRows: Int, hasPage: Bool, now: UTCInstant
    ) throws(StoreError) {
        let shop = change.stream.shop.rawValue
        let stream = change.stream.kind.rawValue
        for start in change.removed {
            removeWindow.bind(.shopID, shop)
            removeWindow.bind(.stream, stream)
            removeWindow.bind(.startAt, start.seconds)
            try removeWindow.run()
        }
        for record in change.written { try writeWindow(record, shop, stream, now) }
        switch (change.cursor, change.cursorBefore) {
        case (let cursor?, let before?):
            moveCursor.bind(.shopID, shop)
            moveCursor.bind(.stream, stream)
            moveCursor.bind(.cursorAt, cursor.seconds)
            moveCursor.bind(.now, now.seconds)
            moveCursor.bind(.rows, Int64(storedRows))
            moveCursor.bind(.cursorBefore, before.seconds)
            moveCursor.bind(.keepsError, change.keepsError ? 1 : 0)
            try moveCursor.run()
            // Compare-and-set: a second writer fails here instead of rewinding the cursor.
            guard database.changedRowCount == 1 else {
                throw .cursorMoved(stream: stream, expected: before.seconds)
            }
        case (let cursor?, nil):
            insertCheckpoint.bind(.shopID, shop)
            insertCheckpoint.bind(.stream, stream)
            insertCheckpoint.bind(.cursorAt, cursor.seconds)
            insertCheckpoint.bind(.now, now.seconds)
            try insertCheckpoint.run()
        case (nil, _):
            guard hasPage else { return }
            addRows.bind(.shopID, shop)
            addRows.bind(.stream, stream)
            addRows.bind(.now, now.seconds)
            addRows.bind(.rows, Int64(storedRows))
            addRows.bind(.keepsError, change.keepsError ? 1 : 0)
            try addRows.run()
        }
    }

    /// An entry of a queue was read: such a stream has no cursor, only a time of its last success.
    func noteWork(_ stream: StreamID, rows: Int, now: UTCInstant) throws(StoreError) {
        noteWork.bind(.shopID, stream.shop.rawValue)
        noteWork.bind(.stream, stream.kind.rawValue)
        noteWork.bind(.now, now.seconds)
        noteWork.bind(.rows, Int64(rows))
        try noteWork.run()
    }

    private func writeWindow(
        _ record: WindowRecord, _ shop: Int64, _ stream: String, _ now: UTCInstant
    ) throws(StoreError) {
        writeWindow.bind(.shopID, shop)
        writeWindow.bind(.stream, stream)
        writeWindow.bind(.startAt, record.window.start.seconds)
        writeWindow.bind(.endAt, record.window.end.seconds)
        writeWindow.bind(.openEndAt, record.openEnd.seconds)
        writeWindow.bind(.state, record.state.rawValue)
        writeWindow.bind(.calls, Int64(record.calls))
        writeWindow.bind(.rows, Int64(record.rows))
        writeWindow.bind(.now, now.seconds)
        try writeWindow.run()
    }
}
