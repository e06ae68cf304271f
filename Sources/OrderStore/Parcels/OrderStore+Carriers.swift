public import SyncCore

/// The companies that carry parcels, as each platform lists them.
extension OrderStore {
    /// When a platform's carriers were last stored; nil for never.
    public func carriersStored(platform: String) throws(StoreError) -> UTCInstant? {
        let statement = try database.prepare(
            "SELECT max(updated_at) FROM carriers WHERE platform = :platform")
        statement.bind(.platform, platform)
        guard try statement.step() else { return nil }
        return statement.optionalInteger(0).map { UTCInstant(seconds: $0) }
    }

    /// Stores what the platform lists now. One that it lists no more stays: old parcels name it.
    func setCarriers(
        _ rows: [CarrierRow], platform: String, now: UTCInstant
    ) throws(StoreError) {
        let statement = try database.prepare(
            """
            INSERT INTO carriers (platform, carrier_id, code, name, updated_at)
            VALUES (:platform, :carrier_id, :code, :name, :now)
            ON CONFLICT (platform, carrier_id) DO UPDATE SET
                code = excluded.code, name = excluded.name, updated_at = excluded.updated_at
            """)
        for row in rows {
            statement.bind(.platform, platform)
            statement.bind(.carrierID, row.id)
            statement.bind(.code, row.code)
            statement.bind(.name, row.name)
            statement.bind(.now, now.seconds)
            try statement.run()
        }
    }
}
