extension OrderStore {
    /// The number of the newest change; 0 for none.
    public static func newestChange(path: String) throws(StoreError) -> Int64 {
        try Database(path: path, isReadOnly: true)
            .integer("SELECT coalesce(max(seq), 0) FROM changes")
    }

    /// The changes after one, oldest first.
    public static func readChanges(
        path: String, after sequence: Int64, limit: Int64
    ) throws(StoreError) -> [ChangeLine] {
        let database = try Database(path: path, isReadOnly: true)
        let statement = try database.prepare(
            """
            SELECT seq, changed_at, shops.name, entity,
                   CASE entity
                       WHEN 'shipment' THEN substr(entity_id, 1, instr(entity_id, '/') - 1)
                       WHEN 'refund' THEN coalesce(
                           (SELECT order_id FROM refunds
                            WHERE refunds.shop_id = changes.shop_id AND refund_id = entity_id),
                           entity_id)
                       ELSE entity_id END,
                   kind, old_status, new_status
            FROM changes JOIN shops USING (shop_id)
            WHERE seq > :seq ORDER BY seq LIMIT :limit
            """)
        statement.bind(.seq, sequence)
        statement.bind(.limit, limit)
        var lines: [ChangeLine] = []
        while try statement.step() {
            lines.append(
                ChangeLine(
                    sequence: statement.integer(0), changedAt: statement.integer(1),
                    shop: statement.text(2), entity: statement.text(3), order: statement.text(4),
                    kind: statement.text(5), oldStatus: statement.optionalText(6),
                    newStatus: statement.optionalText(7)))
        }
        return lines
    }
}
