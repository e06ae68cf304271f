internal import SyncCore

/// A table whose rows have versions, which `RowVersion` compares. What an answer leaves out stays
/// as it is. Its caller begins and ends the transaction.
final class VersionedTable {
    /// What is stored of a row.
    struct Version {
        var row: RowVersion
        var status: String
    }

    /// A parameter has the name of its column; the row's key is `:entity_id`.
    let write: Statement
    private let find: Statement
    /// Takes the parameters of `write`: whether what they state is stored, hidden columns aside.
    private let compare: Statement
    private let insertChange: Statement

    /// - Parameters:
    ///   - entity: its name in `changes`.
    ///   - columns: `status`, `platform_status`, `modified_at`, `content_hash`, `asked_ms` and
    ///     `synced_at` among them.
    ///   - hidden: columns that the privacy policy may have changed since.
    init(
        _ database: Database, _ table: String, key: String, entity: String, columns: [String],
        hidden: Set<String> = []
    ) throws(StoreError) {
        find = try database.prepare(
            """
            SELECT modified_at, content_hash, asked_ms, status, is_future FROM \(table)
            WHERE shop_id = :shop_id AND \(key) = :entity_id
            """)
        let values = columns.map { name in
            // A status left out is unknown in a new row only.
            switch name {
            case "status": "coalesce(:\(name), 'unknown')"
            case "platform_status": "coalesce(:\(name), '')"
            default: ":\(name)"
            }
        }
        let updates = columns.map { "\($0) = coalesce(:\($0), \($0))" }
        let conditions = columns.filter { !Self.bookkeeping.contains($0) && !hidden.contains($0) }
            .map { " AND (:\($0) IS NULL OR \($0) IS :\($0))" }
        compare = try database.prepare(
            "SELECT 1 FROM \(table) WHERE shop_id = :shop_id AND \(key) = :entity_id"
                + conditions.joined(),
            ignoring: columns)
        write = try database.prepare(
            """
            INSERT INTO \(table) (shop_id, \(key), \(columns.joined(separator: ", ")),
                                  first_seen_at)
            VALUES (:shop_id, :entity_id, \(values.joined(separator: ", ")), :synced_at)
            ON CONFLICT (shop_id, \(key)) DO UPDATE SET \(updates.joined(separator: ", "))
            """)
        insertChange = try database.prepare(
            """
            INSERT INTO changes
                (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
            VALUES (:now, :shop_id, '\(entity)', :entity_id, :kind, :old_status, :new_status)
            """)
    }

    /// Stated columns that say nothing about the platform's row.
    private static let bookkeeping: Set = [
        "content_hash", "asked_ms", "synced_at", "raw", "is_future",
    ]

    /// What is stored of a row, nil for nothing.
    func version(of key: String, _ shop: ShopID) throws(StoreError) -> Version? {
        find.bind(.shopID, shop.rawValue)
        find.bind(.entityID, key)
        defer { find.reset() }
        guard try find.step() else { return nil }
        return Version(
            row: RowVersion(
                modifiedAt: UTCInstant(seconds: find.integer(0)),
                askedMilliseconds: find.integer(2),
                contentHash: UInt64(bitPattern: find.integer(1)),
                doubt: RowVersion.TimeDoubt(rawValue: find.integer(4)) ?? .none),
            status: find.text(3))
    }

    /// Replaces a hash of the earlier scheme that this very answer has. Those collide, so what the
    /// answer states has to be stored as well.
    /// - Parameter bind: binds the answer as for `write`.
    func renew(
        _ version: inout Version?, earlierHash: UInt64, contentHash: UInt64,
        bind: (Statement) -> Void
    ) throws(StoreError) {
        guard earlierHash != 0, version?.row.contentHash == earlierHash else { return }
        bind(compare)
        defer { compare.clear() }
        if try compare.step() { version?.row.contentHash = contentHash }
    }

    /// Adds a row that was written to `changes`.
    /// - Parameter status: as the answer states it; nil where it leaves it out.
    func noteChange(
        of key: String, _ shop: ShopID, from old: Version?, status: String?, now: UTCInstant
    ) throws(StoreError) {
        insertChange.bind(.now, now.seconds)
        insertChange.bind(.shopID, shop.rawValue)
        insertChange.bind(.entityID, key)
        insertChange.bind(.kind, old == nil ? StaticString("created") : StaticString("updated"))
        insertChange.bind(.oldStatus, text: old?.status)
        insertChange.bind(.newStatus, status ?? old?.status ?? "unknown")
        try insertChange.run()
    }
}
