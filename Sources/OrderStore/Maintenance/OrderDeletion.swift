internal import SyncCore

/// Deletes one order with all that belongs to it, inside a transaction that its caller holds.
final class OrderDeletion {
    private let database: Database
    private let items: Statement
    private let shipments: Statement
    private let refunds: Statement
    private let order: Statement
    private let others: [Statement]
    private let note: Statement

    init(_ database: Database) throws(StoreError) {
        self.database = database
        let mine = "shop_id = :shop_id AND order_id = :order_id"
        items = try database.prepare("DELETE FROM order_items WHERE \(mine)")
        shipments = try database.prepare("DELETE FROM shipments WHERE \(mine)")
        refunds = try database.prepare("DELETE FROM refunds WHERE \(mine)")
        order = try database.prepare("DELETE FROM orders WHERE \(mine)")
        var others: [Statement] = []
        for sql in [
            "DELETE FROM order_raw WHERE raw_id = (SELECT raw_id FROM orders WHERE \(mine))",
            "DELETE FROM shipment_events WHERE \(mine)",
            """
            DELETE FROM detail_queue
            WHERE shop_id = :shop_id AND entity = 'order' AND entity_id = :order_id
            """,
            """
            DELETE FROM detail_queue WHERE shop_id = :shop_id AND entity = 'refund'
            AND entity_id IN (SELECT refund_id FROM refunds WHERE \(mine))
            """,
            "DELETE FROM rejected_rows WHERE \(mine)",
            """
            DELETE FROM verify_findings WHERE order_id = :order_id
            AND verify_id IN (SELECT verify_id FROM verifications WHERE shop_id = :shop_id)
            """,
        ] {
            others.append(try database.prepare(sql))
        }
        self.others = others
        note = try database.prepare(
            """
            INSERT INTO changes
                (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
            VALUES (:now, :shop_id, 'order', :order_id, 'deleted', :old_status, NULL)
            """)
    }

    /// `changes` gets an entry, because its readers may have copies.
    func delete(
        shop: Int64, id: String, status: String, now: UTCInstant
    ) throws(StoreError) -> PurgeCounts {
        var counts = PurgeCounts()
        // First what finds its rows by others that go, too.
        for statement in others { _ = try run(statement, shop, id) }
        counts.items = try run(items, shop, id)
        counts.shipments = try run(shipments, shop, id)
        counts.refunds = try run(refunds, shop, id)
        counts.orders = try run(order, shop, id)
        note.bind(.now, now.seconds)
        note.bind(.oldStatus, status)
        _ = try run(note, shop, id)
        return counts
    }

    private func run(
        _ statement: Statement, _ shop: Int64, _ id: String
    ) throws(StoreError) -> Int64 {
        statement.bind(.shopID, shop)
        statement.bind(.orderID, id)
        try statement.run()
        return Int64(database.changedRowCount)
    }
}
