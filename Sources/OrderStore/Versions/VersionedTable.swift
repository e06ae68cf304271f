internal import SyncCore

/// A table whose rows come in versions by the platform's time of change: the newest wins, and of
/// one version the answer that was asked for later; what an answer leaves out stays as it is. To be
/// used inside a transaction that the caller holds.
final class VersionedTable {
    /// What is stored of a row.
    struct Version {
        var row: RowVersion
        var status: String
    }

    /// Parameter 1 is the shop, 2 the row's key, from 3 on the columns in their order.
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
            WHERE shop_id = ?1 AND \(key) = ?2
            """)
        let parameters = zip(columns, 3...).map { (name: $0, number: $1) }
        let values = parameters.map { name, number in
            // A status left out is unknown in a new row only.
            switch name {
            case "status": "coalesce(?\(number), 'unknown')"
            case "platform_status": "coalesce(?\(number), '')"
            default: "?\(number)"
            }
        }
        let updates = parameters.map { "\($0.name) = coalesce(?\($0.number), \($0.name))" }
        guard let now = parameters.first(where: { $0.name == "synced_at" })?.number else {
            preconditionFailure("\(table) does not say when a row was stored")
        }
        let conditions = parameters.filter { !Self.bookkeeping.contains($0.name) }
            .filter { !hidden.contains($0.name) }
            .map { " AND (?\($0.number) IS NULL OR \($0.name) IS ?\($0.number))" }
        compare = try database.prepare(
            "SELECT 1 FROM \(table) WHERE shop_id = ?1 AND \(key) = ?2" + conditions.joined())
        write = try database.prepare(
            """
            INSERT INTO \(table) (shop_id, \(key), \(columns.joined(separator: ", ")),
                                  first_seen_at)
            VALUES (?1, ?2, \(values.joined(separator: ", ")), ?\(now))
            ON CONFLICT (shop_id, \(key)) DO UPDATE SET \(updates.joined(separator: ", "))
            """)
        insertChange = try database.prepare(
            """
            INSERT INTO changes
                (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
            VALUES (?1, ?2, '\(entity)', ?3, ?4, ?5, ?6)
            """)
    }

    /// Stated columns that say nothing about the platform's row.
    private static let bookkeeping: Set = [
        "content_hash", "asked_ms", "synced_at", "raw", "is_future",
    ]

    /// What is stored of a row, nil for nothing.
    func version(of key: String, _ shop: ShopID) throws(StoreError) -> Version? {
        find.bind(1, shop.rawValue)
        find.bind(2, key)
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

    /// Tells `changes` of a row that was written.
    /// - Parameter status: as the answer states it; nil where it leaves it out.
    func noteChange(
        of key: String, _ shop: ShopID, from old: Version?, status: String?, now: UTCInstant
    ) throws(StoreError) {
        insertChange.bind(1, now.seconds)
        insertChange.bind(2, shop.rawValue)
        insertChange.bind(3, key)
        insertChange.bind(4, old == nil ? StaticString("created") : StaticString("updated"))
        insertChange.bind(5, text: old?.status)
        insertChange.bind(6, status ?? old?.status ?? "unknown")
        try insertChange.run()
    }
}
