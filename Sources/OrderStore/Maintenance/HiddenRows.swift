internal import SyncCore
internal import WireFormat

/// Where a table contains personal data of buyers and receivers, and how it is hidden there.
struct HiddenRows {
    let entity: String
    let table: String
    let key: String
    let id: String
    let columns: [(name: String, kind: PersonalText)]
    /// An expression for the JSON, and the statement that replaces it.
    let raw: String
    let updateRaw: String
    let condition: String

    static let orders = HiddenRows(
        entity: "order", table: "orders", key: "order_key", id: "order_id",
        columns: [
            ("buyer", .name), ("buyer_id", .identity), ("receiver_name", .name),
            ("receiver_phone", .phone),
            ("receiver_state", .area), ("receiver_city", .area), ("receiver_district", .area),
            ("receiver_address", .place), ("receiver_zip", .place), ("buyer_message", .message),
        ],
        raw: "(SELECT raw FROM order_raw WHERE order_raw.raw_id = orders.raw_id)",
        updateRaw: """
            UPDATE order_raw SET raw = :raw
            WHERE raw_id = (SELECT raw_id FROM orders WHERE order_key = :row_key)
            """,
        condition: PurgeSQL.order)

    static let refunds = HiddenRows(
        entity: "refund", table: "refunds", key: "rowid", id: "refund_id",
        columns: [("buyer", .name), ("description", .message)],
        raw: "refunds.raw", updateRaw: "UPDATE refunds SET raw = :raw WHERE rowid = :row_key",
        condition: PurgeSQL.refund)

    /// The next rows of the scope.
    func keys(
        _ database: Database, _ scope: PurgeScope, after key: Int64, _ limit: Int64
    ) throws(StoreError) -> [Int64] {
        let statement = try database.prepare(
            """
            SELECT \(self.key) FROM \(table) WHERE \(self.key) > :row_key AND \(condition)
            ORDER BY 1 LIMIT :limit
            """)
        scope.bind(to: statement)
        statement.bind(.rowKey, key)
        statement.bind(.limit, limit)
        var keys: [Int64] = []
        while try statement.step() { keys.append(statement.integer(0)) }
        return keys
    }

    /// Hides these rows, inside a transaction that the caller holds; rows without such data
    /// are not written.
    /// - Returns: the number of rows that were.
    func hide(
        _ keys: [Int64], _ database: Database, _ scope: PurgeScope,
        _ filters: [String: PersonalFilter], _ now: UTCInstant
    ) throws(StoreError) -> Int64 {
        let names = columns.map { "\(table).\($0.name)" }.joined(separator: ", ")
        let select = try database.prepare(
            """
            SELECT platform, \(table).shop_id, \(id), status, \(raw), \(names)
            FROM \(table) JOIN shops USING (shop_id) WHERE \(table).\(key) = :row_key
            AND \(condition)
            """)
        scope.bind(to: select)
        let update = try database.prepare(
            "UPDATE \(table) SET "
                + columns.map { "\($0.name) = :\($0.name)" }.joined(separator: ", ")
                + " WHERE \(key) = :row_key")
        let replace = try database.prepare(updateRaw)
        let note = try database.prepare(
            """
            INSERT INTO changes
                (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
            VALUES (:now, :shop_id, :entity, :entity_id, 'updated', :status, :status)
            """)
        var changed: Int64 = 0
        for row in keys {
            select.bind(.rowKey, row)
            defer { select.reset() }
            guard try select.step(), let filter = filters[select.text(0)] else { continue }
            let json = select.bytes(4).flatMap { raw in
                raw.withUnsafeBytes { filter.json($0) }
            }
            let hidesColumns = hide(select, filter, update)
            guard hidesColumns || json != nil else { continue }
            if let json {
                replace.bind(.rowKey, row)
                replace.bind(.raw, json)
                try replace.run()
            }
            if hidesColumns {
                update.bind(.rowKey, row)
                try update.run()
            }
            note.bind(.now, now.seconds)
            note.bind(.shopID, select.integer(1))
            note.bind(.entity, entity)
            note.bind(.entityID, select.text(2))
            note.bind(.status, select.text(3))
            try note.run()
            changed += 1
        }
        return changed
    }

    /// Fills the statement with the columns as they shall be; false if they are so.
    private func hide(
        _ row: Statement, _ filter: PersonalFilter, _ update: Statement
    ) -> Bool {
        var isChanged = false
        for (index, column) in columns.enumerated() {
            var bytes = row.bytes(Int32(index) + 5)
            if var text = bytes {
                let slot = ByteRange(offset: 0, count: text.count)
                let hidden = filter.column(slot, column.kind, in: &text)
                if hidden != slot {
                    isChanged = true
                    bytes = hidden.isAbsent ? nil : Array(text[hidden.range])
                }
            }
            update.bind(Parameter(named: column.name), bytes)
        }
        return isChanged
    }
}
