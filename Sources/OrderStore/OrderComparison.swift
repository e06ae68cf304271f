internal import SyncCore
internal import WireFormat

/// Compares what an answer states of an order with the database, column by column and line by
/// line. The columns are those that `OrderWriter` writes, bound by the same code: a new column is
/// compared from the day it is written. Hashes tell versions apart, but not what a hand or a broken
/// disk has done to a stored one.
final class OrderComparison {
    /// How much is compared.
    enum Extent {
        /// Everything that the answer states, and that it states all lines.
        case proof
        /// Everything but what a privacy policy may have hidden since.
        case unhidden
        /// How far the order has come: what lists and details tell alike.
        case progress

        private static let ofProgress: Set = [
            "status", "platform_status", "paid_at", "shipped_at", "ended_at", "tracking_no",
            "refund_status", "refund_id",
        ]

        fileprivate func includes(_ column: String) -> Bool {
            switch self {
            case .proof: true
            case .unhidden: OrderComparison.personal[column] == nil
            case .progress: Self.ofProgress.contains(column)
            }
        }
    }

    /// What differs.
    struct Difference: Equatable {
        /// Columns of the order, `raw`, and for each line `item ID COLUMN`, `item ID missing` or
        /// `item ID surplus`.
        var names: [String] = []
        /// Columns whose stored value was hidden: they cannot be compared.
        var hidden: [String] = []
    }

    /// Columns of `orders` that no answer states, and why.
    static let notStated = [
        "order_key": "ours", "shop_id": "the key", "order_id": "the key",
        "raw_id": "the row of order_raw, whose existence is compared",
        "first_seen_at": "when the row was first written",
    ]

    fileprivate static let personal = Dictionary(
        uniqueKeysWithValues: HiddenRows.orders.columns.map { ($0.name, $0.kind) })

    /// What a privacy policy hides.
    static let personalColumns = Set(personal.keys)

    private let extent: Extent
    private let orderColumns: [String]
    private let order: Statement
    private let item: Statement
    private let itemIDs: Statement
    private let hidden: Statement

    init(_ database: Database, _ extent: Extent) throws(StoreError) {
        self.extent = extent
        let columns = OrderSQL.compared.filter { extent.includes($0) }
        orderColumns = columns
        let flags = OrderSQL.stated.enumerated().compactMap { index, column -> String? in
            guard columns.contains(column) else { return nil }
            let differs = Self.differs(column, index + 3)
            guard let blank = OrderSQL.blanks[column] else { return differs }
            let isBlank = "?\(OrderSQL.lastParameter) & \(blank.rawValue) <> 0"
            return "\(differs) OR (\(isBlank) AND \(column) IS NOT NULL)"
        }
        order = try database.prepare(
            """
            SELECT NOT EXISTS (SELECT 1 FROM order_raw AS kept
                               WHERE kept.raw_id = orders.raw_id AND kept.shop_id = ?1
                                 AND kept.order_id = ?2),
                   \(flags.joined(separator: ", "))
            FROM orders WHERE shop_id = ?1 AND order_id = ?2
            """)
        let itemFlags = OrderSQL.itemStated.enumerated().compactMap { index, column in
            extent.includes(column) ? Self.differs(column, index + 4) : nil
        }
        item = try database.prepare(
            """
            SELECT \(itemFlags.joined(separator: ", "))
            FROM order_items WHERE shop_id = ?1 AND order_id = ?2 AND item_id = ?3
            """)
        itemIDs = try database.prepare(OrderSQL.itemIDs)
        hidden = try database.prepare(
            """
            SELECT content_hash, order_raw.raw, \(Self.personalNames.joined(separator: ", "))
            FROM orders LEFT JOIN order_raw USING (raw_id)
            WHERE orders.shop_id = ?1 AND orders.order_id = ?2
            """)
    }

    private static let personalNames = HiddenRows.orders.columns.map { "orders.\($0.name)" }

    /// A value left out is not compared.
    private static func differs(_ column: String, _ parameter: Int) -> String {
        "(?\(parameter) IS NOT NULL AND \(column) IS NOT ?\(parameter))"
    }

    /// Nil when nothing is stored of the order.
    func difference(
        of row: OrderRow, in page: OrderPage, shop: ShopID
    ) throws(StoreError) -> Difference? {
        let answer: Result<Difference?, StoreError> = page.bytes.withUnsafeBytes { bytes in
            do throws(StoreError) {
                defer { clear() }
                return .success(try difference(of: row, in: page, bytes, shop))
            } catch {
                return .failure(error)
            }
        }
        return try answer.get()
    }

    /// Whether nothing differs. A row without content proves nothing about the progress.
    func isStored(
        _ row: OrderRow, of page: OrderPage, shop: ShopID
    ) throws(StoreError) -> Bool {
        if row.isSparse, extent == .progress { return true }
        return try difference(of: row, in: page, shop: shop)?.names == []
    }

    /// The same, for a caller that holds the page's bytes and clears.
    func isStored(
        _ row: OrderRow, of page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID
    ) throws(StoreError) -> Bool {
        try difference(of: row, in: page, bytes, shop)?.names == []
    }

    /// Releases the page's bytes.
    func clear() {
        for statement in [order, item, itemIDs, hidden] { statement.clear() }
    }

    private func difference(
        of row: OrderRow, in page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID
    ) throws(StoreError) -> Difference? {
        OrderWriter.bind(
            row, of: page, bytes, MergeClocks(), row.modifiedAt, to: order, isNew: false)
        order.bind(1, shop.rawValue)
        order.bind(2, row.id, in: bytes)
        order.bind(
            OrderSQL.lastParameter, page.source(of: row) == .detail ? row.blanks.rawValue : 0)
        defer { order.reset() }
        guard try order.step() else { return nil }
        var difference = Difference()
        if order.integer(0) != 0 { difference.names.append("raw") }
        let differing = orderColumns.enumerated()
            .filter { order.integer(Int32($0.offset) + 1) != 0 }.map(\.element)
        difference.names += differing.filter { Self.personal[$0] == nil }
        let personal = differing.filter { Self.personal[$0] != nil }
        if !personal.isEmpty {
            difference.hidden = try hiddenColumns(personal, row, bytes, shop)
            difference.names += personal.filter { !difference.hidden.contains($0) }
        }
        difference.names += try lines(of: row, in: page, bytes, shop)
        return difference
    }

    // MARK: Lines

    private func lines(
        of row: OrderRow, in page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID
    ) throws(StoreError) -> [String] {
        guard !row.items.isEmpty else { return [] }
        let columns = OrderSQL.itemStated.filter { extent.includes($0) }
        var names: [String] = []
        var stated: Set<String> = []
        item.bind(1, shop.rawValue)
        item.bind(2, row.id, in: bytes)
        for line in page.items[row.items] {
            OrderWriter.bind(line, bytes, to: item)
            defer { item.reset() }
            let id = String(decoding: bytes[line.id.range], as: UTF8.self)
            stated.insert(id)
            guard try item.step() else {
                names.append("item \(id) missing")
                continue
            }
            for (index, column) in columns.enumerated() where item.integer(Int32(index)) != 0 {
                names.append("item \(id) \(column)")
            }
        }
        guard extent == .proof, row.statesAllItems else { return names }
        itemIDs.bind(1, shop.rawValue)
        itemIDs.bind(2, row.id, in: bytes)
        defer { itemIDs.reset() }
        while try itemIDs.step() {
            let id = itemIDs.text(0)
            if !stated.contains(id) { names.append("item \(id) surplus") }
        }
        return names
    }

    // MARK: Hidden values

    /// Of columns that differ those whose stored value is the mask of the answer's, or that were
    /// emptied together with the JSON, which is not any more what it was hashed as.
    private func hiddenColumns(
        _ columns: [String], _ row: OrderRow, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID
    ) throws(StoreError) -> [String] {
        hidden.bind(1, shop.rawValue)
        hidden.bind(2, row.id, in: bytes)
        defer { hidden.reset() }
        guard try hidden.step() else { return [] }
        let hash = UInt64(bitPattern: hidden.integer(0))
        let raw = hidden.bytes(1) ?? []
        let isRewritten = raw.withUnsafeBytes {
            ContentHash.hash($0) != hash && ContentHash.earlier($0) != hash
        }
        return HiddenRows.orders.columns.enumerated().filter { index, column in
            guard columns.contains(column.name) else { return false }
            guard let stored = hidden.bytes(Int32(index) + 2), !stored.isEmpty else {
                return isRewritten
            }
            guard let slot = Self.slot(of: column.name, in: row) else { return false }
            let mask = column.kind.mask(UnsafeRawBufferPointer(rebasing: bytes[slot.range]))
            return mask == stored
        }.map(\.element.name)
    }

    private static func slot(of column: String, in row: OrderRow) -> Slot? {
        let slots: [String: Slot] = [
            "buyer": row.buyer, "buyer_id": row.buyerID, "receiver_name": row.receiverName,
            "receiver_phone": row.receiverPhone, "receiver_state": row.receiverState,
            "receiver_city": row.receiverCity, "receiver_district": row.receiverDistrict,
            "receiver_address": row.receiverAddress, "receiver_zip": row.receiverZip,
            "buyer_message": row.buyerMessage,
        ]
        return slots[column]
    }
}
