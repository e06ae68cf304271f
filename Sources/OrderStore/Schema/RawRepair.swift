internal import WireFormat

/// Repairs JSON that earlier versions stored with raw control characters inside strings: SQLite's
/// JSON functions fail on it. Hashes stay those of the JSON as received.
enum RawRepair {
    private static let tables = [
        (name: "order_raw", key: "raw_id"), (name: "refunds", key: "rowid"),
        (name: "affiliate_orders", key: "rowid"), (name: "goods_prices", key: "price_id"),
    ]

    /// Inside a transaction that the caller holds.
    static func run(_ database: Database) throws(StoreError) {
        for (table, key) in tables {
            let broken = try database.prepare(
                "SELECT \(key) FROM \(table) WHERE raw <> '' AND NOT json_valid(raw)")
            var keys: [Int64] = []
            while try broken.step() { keys.append(broken.integer(0)) }
            let select = try database.prepare("SELECT raw FROM \(table) WHERE \(key) = :row_key")
            let update = try database.prepare(
                "UPDATE \(table) SET raw = :raw WHERE \(key) = :row_key")
            for key in keys {
                select.bind(.rowKey, key)
                let raw = try select.step() ? select.bytes(0) : nil
                select.reset()
                guard let repaired = raw?.withUnsafeBytes({ JSONText.repaired($0) }) else {
                    continue
                }
                update.bind(.rowKey, key)
                update.bind(.raw, repaired)
                try update.run()
            }
        }
    }
}
