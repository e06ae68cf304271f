public import SyncCore

extension OrderStore {
    /// What an earlier run left of a shop's streams.
    public func restore(_ shop: ShopID) throws(StoreError) -> MachineConfiguration.Restored {
        var restored = MachineConfiguration.Restored()
        let cursors = try database.prepare(
            "SELECT stream, cursor_at, updated_at FROM checkpoints WHERE shop_id = :shop_id")
        cursors.bind(.shopID, shop.rawValue)
        while try cursors.step() {
            guard let kind = StreamKind(rawValue: cursors.text(0)) else { continue }
            restored.cursors[kind] = UTCInstant(seconds: cursors.integer(1))
            restored.storedAt[kind] = UTCInstant(seconds: cursors.integer(2))
        }
        let windows = try database.prepare(
            """
            SELECT stream, start_at, end_at, open_end_at, state, calls, rows
            FROM windows WHERE shop_id = :shop_id ORDER BY stream, start_at
            """)
        windows.bind(.shopID, shop.rawValue)
        while try windows.step() {
            guard let kind = StreamKind(rawValue: windows.text(0)),
                let state = WindowRecord.State(rawValue: windows.text(4))
            else { continue }
            let window = TimeWindow(
                start: UTCInstant(seconds: windows.integer(1)),
                end: UTCInstant(seconds: windows.integer(2)))
            restored.windows[kind, default: []].append(
                WindowRecord(
                    window: window, openEnd: UTCInstant(seconds: windows.integer(3)),
                    state: state, calls: Int(windows.integer(5)), rows: Int(windows.integer(6))))
        }
        restored.lag = try readLag(shop)
        restored.audits = try readAudits(shop)
        restored.purgedBefore = try readPurge(shop)?.before
        return restored
    }

    /// When the first stream of this database began, by the machine's clock; nil for a
    /// new one.
    public func firstCheckpoint() throws(StoreError) -> UTCInstant? {
        let statement = try database.prepare("SELECT min(began_at) FROM checkpoints")
        guard try statement.step() else { return nil }
        return statement.optionalInteger(0).map { UTCInstant(seconds: $0) }
    }
}
