internal import SyncCore

/// Writes the lines of an order, inside a transaction that its caller holds.
final class OrderItemWriter {
    private let insert: Statement
    private let ids: Statement
    private let delete: Statement
    private let count: Statement

    init(_ database: Database) throws(StoreError) {
        insert = try database.prepare(OrderSQL.insertItem)
        ids = try database.prepare(OrderSQL.itemIDs)
        delete = try database.prepare(OrderSQL.deleteItem)
        count = try database.prepare(OrderSQL.countItems)
    }

    func write(
        _ order: OrderRow, of page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID
    ) throws(StoreError) {
        guard !order.items.isEmpty else { return }
        insert.bind(.shopID, shop.rawValue)
        insert.bind(.orderID, order.id, in: bytes)
        for item in page.items[order.items] {
            OrderWriter.bind(item, bytes, to: insert)
            try insert.run()
        }
    }

    /// Deletes the lines that the platform shows no more: the buyer took another variant, or the
    /// line was taken out of the order. An answer without lines says nothing about them.
    /// - Parameter onlyDerived: the answer may be cut short. It takes the place only of lines whose
    ///   id was derived because an earlier answer did not state one.
    /// - Returns: whether there were any.
    func delete(
        notIn order: OrderRow, of page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID,
        onlyDerived: Bool = false
    ) throws(StoreError) -> Bool {
        guard !order.items.isEmpty, order.statesAllItems else { return false }
        let stated = page.items[order.items].map(\.id)
        if onlyDerived, stated.contains(where: { ItemRow.isDerived(id: bytes[$0.range]) }) {
            return false
        }
        ids.bind(.shopID, shop.rawValue)
        ids.bind(.orderID, order.id, in: bytes)
        var gone: [String] = []
        while try ids.step() {
            let id = ids.text(0)
            if onlyDerived, !ItemRow.isDerived(id: id.utf8) { continue }
            if !stated.contains(where: { bytes[$0.range].elementsEqual(id.utf8) }) {
                gone.append(id)
            }
        }
        ids.reset()
        if onlyDerived, gone.count > stated.count { return false }
        for id in gone {
            delete.bind(.shopID, shop.rawValue)
            delete.bind(.orderID, order.id, in: bytes)
            delete.bind(.itemID, id)
            try delete.run()
        }
        return !gone.isEmpty
    }

    /// Sets an order's `item_count` to the number of stored lines: the answer does not state all.
    func count(orderKey: Int64) throws(StoreError) {
        count.bind(.orderKey, orderKey)
        try count.run()
    }

    /// Releases the page's bytes.
    func clear() {
        for statement in [insert, ids, delete] { statement.clear() }
    }
}
