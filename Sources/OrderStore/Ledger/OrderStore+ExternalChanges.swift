internal import SyncCore

extension OrderStore {
    /// What another program may have written to the database since the last call; nil if none has
    /// written.
    public func externalChanges() throws(StoreError) -> ExternalChanges? {
        let version = try database.integer("PRAGMA data_version")
        guard version != dataVersion else { return nil }
        let changes = ExternalChanges(requests: try requests(), bans: try allBans())
        // Only now, so that a read that failed is repeated.
        dataVersion = version
        return changes
    }

    private func requests() throws(StoreError) -> [StreamID: [WindowRecord]] {
        let statement = try database.prepare(
            """
            SELECT shop_id, stream, start_at, end_at, open_end_at, calls, rows FROM windows
            WHERE stream IN ('backfill_range', 'verify') AND state IN ('open', 'suspect')
            """)
        var requests: [StreamID: [WindowRecord]] = [:]
        while try statement.step() {
            guard let kind = StreamKind(rawValue: statement.text(1)) else { continue }
            let window = TimeWindow(
                start: UTCInstant(seconds: statement.integer(2)),
                end: UTCInstant(seconds: statement.integer(3)))
            requests[StreamID(shop: ShopID(statement.integer(0)), kind: kind), default: []].append(
                WindowRecord(
                    window: window, openEnd: UTCInstant(seconds: statement.integer(4)),
                    state: .open, calls: Int(statement.integer(5)),
                    rows: Int(statement.integer(6))))
        }
        return requests
    }

    private func allBans() throws(StoreError) -> [(
        app: String, method: String, until: UTCInstant, code: String
    )] {
        let statement = try database.prepare(
            "SELECT app, method, banned_until_at, code FROM bans ORDER BY app, method")
        var bans: [(app: String, method: String, until: UTCInstant, code: String)] = []
        while try statement.step() {
            bans.append(
                (
                    statement.text(0), statement.text(1),
                    UTCInstant(seconds: statement.integer(2)), statement.text(3)
                ))
        }
        return bans
    }
}
