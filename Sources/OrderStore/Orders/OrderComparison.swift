internal import SyncCore
internal import WireFormat

/// Compares what an answer states of an order with the database, column by column and line by
/// line. The columns are those that `OrderWriter` writes, bound by the same code: a new column is
/// compared from the day it is written. Hashes distinguish versions, but do not show what a manual
/// edit or a broken disk did to a stored one.
final class OrderComparison {
    /// How much is compared.
    enum Extent {
        /// Everything that the answer states, and that it states all lines.
        case proof
        /// Everything but what a privacy policy may have hidden since.
        case unhidden
        /// How far the order has come: what lists and details state alike.
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
        /// Columns with a stored value that the answer leaves out: they were not compared.
        var unstated: [String] = []
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

    /// What a mask does not leave as it is.
    static let maskedColumns = Set(personal.filter { $0.value != .area }.keys)

    private let extent: Extent
    private let orderColumns: [String]
    private let order: Statement
    private let item: Statement
    private let itemIDs: Statement
    private let hidden: Statement
    private let parcels: Statement

    init(_ database: Database, _ extent: Extent) throws(StoreError) {
        self.extent = extent
        let columns = OrderSQL.compared.filter { extent.includes($0) }
        orderColumns = columns
        let flags = OrderSQL.stated.compactMap { column -> String? in
            guard columns.contains(column) else { return nil }
            let differs = Self.differs(column)
            guard let blank = OrderSQL.blanks[column] else { return differs }
            let isBlank = ":blanks & \(blank.rawValue) <> 0"
            return "\(differs) OR (\(isBlank) AND \(column) IS NOT NULL)"
        }
        let unstated = OrderSQL.stated.compactMap { column in
            columns.contains(column) ? Self.isLeftOut(column) : nil
        }
        order = try database.prepare(
            """
            SELECT NOT EXISTS (SELECT 1 FROM order_raw AS kept
                               WHERE kept.raw_id = orders.raw_id AND kept.shop_id = :shop_id
                                 AND kept.order_id = :order_id),
                   \((flags + unstated).joined(separator: ", "))
            FROM orders WHERE shop_id = :shop_id AND order_id = :order_id
            """, ignoring: OrderSQL.stated + ["blanks"])
        let itemFlags = OrderSQL.itemStated.compactMap { column in
            extent.includes(column) ? Self.differs(column) : nil
        }
        let itemUnstated = OrderSQL.itemStated.compactMap { column in
            extent.includes(column) ? Self.isLeftOut(column) : nil
        }
        item = try database.prepare(
            """
            SELECT \((itemFlags + itemUnstated).joined(separator: ", "))
            FROM order_items WHERE shop_id = :shop_id AND order_id = :order_id
            AND item_id = :item_id
            """, ignoring: OrderSQL.itemStated)
        itemIDs = try database.prepare(OrderSQL.itemIDs)
        parcels = try database.prepare(
            """
            SELECT tracking_no, named_by, status = 'replaced', item_ids
            FROM shipments WHERE shop_id = :shop_id AND order_id = :order_id
            """)
        hidden = try database.prepare(
            """
            SELECT content_hash, order_raw.raw, \(Self.personalNames.joined(separator: ", "))
            FROM orders LEFT JOIN order_raw USING (raw_id)
            WHERE orders.shop_id = :shop_id AND orders.order_id = :order_id
            """)
    }

    private static let personalNames = HiddenRows.orders.columns.map { "orders.\($0.name)" }

    /// A value left out is not compared.
    private static func differs(_ column: String) -> String {
        "(:\(column) IS NOT NULL AND \(column) IS NOT :\(column))"
    }

    /// A value is stored that the answer leaves out.
    private static func isLeftOut(_ column: String) -> String {
        let stored = OrderSQL.defaults[column].map { "nullif(\(column), \($0))" } ?? column
        return "(:\(column) IS NULL AND \(stored) IS NOT NULL)"
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

    /// The same, where the caller has the page's bytes and clears the statements.
    func isStored(
        _ row: OrderRow, of page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID
    ) throws(StoreError) -> Bool {
        try difference(of: row, in: page, bytes, shop)?.names == []
    }

    /// Releases the page's bytes.
    func clear() {
        for statement in [order, item, itemIDs, hidden, parcels] { statement.clear() }
    }

    private func difference(
        of row: OrderRow, in page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID
    ) throws(StoreError) -> Difference? {
        OrderWriter.bind(
            row, of: page, bytes, MergeClocks(), row.modifiedAt, to: order, isNew: false)
        order.bind(.shopID, shop.rawValue)
        order.bind(.orderID, row.id, in: bytes)
        order.bind(
            .blanks, page.source(of: row) == .detail ? row.blanks.rawValue : 0)
        defer { order.reset() }
        guard try order.step() else { return nil }
        var difference = Difference()
        if order.integer(0) != 0 { difference.names.append("raw") }
        let differing = orderColumns.enumerated()
            .filter { order.integer(Int32($0.offset) + 1) != 0 }.map(\.element)
        difference.unstated = orderColumns.enumerated()
            .filter { order.integer(Int32($0.offset + orderColumns.count) + 1) != 0 }
            .map(\.element)
        difference.names += differing.filter { Self.personal[$0] == nil }
        let personal = differing.filter { Self.personal[$0] != nil }
        if !personal.isEmpty {
            difference.hidden = try hiddenColumns(personal, row, of: page, bytes, shop)
            difference.names += personal.filter { !difference.hidden.contains($0) }
        }
        try compareLines(of: row, in: page, bytes, shop, &difference)
        if extent == .proof { try compareParcels(of: row, in: page, bytes, shop, &difference) }
        return difference
    }

    // MARK: Lines

    private func compareLines(
        of row: OrderRow, in page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID,
        _ difference: inout Difference
    ) throws(StoreError) {
        guard !row.items.isEmpty else { return }
        let columns = OrderSQL.itemStated.filter { extent.includes($0) }
        var unstated: Set<String> = []
        defer { difference.unstated += columns.filter(unstated.contains).map { "item \($0)" } }
        var stated: Set<String> = []
        item.bind(.shopID, shop.rawValue)
        item.bind(.orderID, row.id, in: bytes)
        for line in page.items[row.items] {
            OrderWriter.bind(line, bytes, to: item)
            defer { item.reset() }
            let id = String(decoding: bytes[line.id.range], as: UTF8.self)
            stated.insert(id)
            guard try item.step() else {
                difference.names.append("item \(id) missing")
                continue
            }
            for (index, column) in columns.enumerated() {
                if item.integer(Int32(index)) != 0 {
                    difference.names.append("item \(id) \(column)")
                }
                if item.integer(Int32(index + columns.count)) != 0 { unstated.insert(column) }
            }
        }
        guard extent == .proof, row.statesAllItems else { return }
        itemIDs.bind(.shopID, shop.rawValue)
        itemIDs.bind(.orderID, row.id, in: bytes)
        defer { itemIDs.reset() }
        while try itemIDs.step() {
            let id = itemIDs.text(0)
            if !stated.contains(id) { difference.names.append("item \(id) surplus") }
        }
    }

    // MARK: Parcels

    private struct StoredParcel {
        var namedBy: Int64
        var isReplaced: Bool
        var items: String

        func isNamed(by source: ParcelSource) -> Bool { namedBy & source.rawValue != 0 }
    }

    /// Every number that the answer names, and that its list of further parcels names no others.
    private func compareParcels(
        of row: OrderRow, in page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID,
        _ difference: inout Difference
    ) throws(StoreError) {
        let further = ShipmentWriter.byNumber(page.parcels[row.parcels], bytes)
            .map { (number: ShipmentWriter.text($0.parcel.trackingNumber, bytes), items: $0.items) }
        let named = page.items[row.items].map(\.trackingNumber).filter { $0.count > 0 }
            .map { ShipmentWriter.text($0, bytes) }
        let stored = try storedParcels(of: row, bytes, shop)
        for number in Set(named).union(further.map(\.number)).sorted() {
            if let parcel = stored[number] {
                if parcel.isReplaced { difference.names.append("parcel \(number) replaced") }
            } else {
                difference.names.append("parcel \(number) missing")
            }
        }
        // The platform's list of parcels states their lines in its own words.
        for (number, items) in further {
            guard let parcel = stored[number], parcel.items != items,
                !parcel.isNamed(by: .listing)
            else { continue }
            difference.names.append("parcel \(number) item_ids")
        }
        let others = stored.filter { number, parcel in
            parcel.isNamed(by: .order) && !further.contains { $0.number == number }
        }
        if row.statesParcels {
            difference.names += others.keys.sorted().map { "parcel \($0) surplus" }
        } else if !others.isEmpty {
            difference.unstated.append("further parcels")
        }
    }

    private func storedParcels(
        of row: OrderRow, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID
    ) throws(StoreError) -> [String: StoredParcel] {
        parcels.bind(.shopID, shop.rawValue)
        parcels.bind(.orderID, row.id, in: bytes)
        defer { parcels.reset() }
        var stored: [String: StoredParcel] = [:]
        while try parcels.step() {
            stored[parcels.text(0)] = StoredParcel(
                namedBy: parcels.integer(1), isReplaced: parcels.integer(2) == 1,
                items: parcels.text(3))
        }
        return stored
    }

    // MARK: Hidden values

    /// Of columns that differ those whose stored value is the mask of the answer's, or that were
    /// emptied together with the JSON, which is not any more what it was hashed as. Where the
    /// policy masks the answer, also those whose mask is the answer's: they were stored before.
    private func hiddenColumns(
        _ columns: [String], _ row: OrderRow, of page: OrderPage,
        _ bytes: UnsafeRawBufferPointer, _ shop: ShopID
    ) throws(StoreError) -> [String] {
        hidden.bind(.shopID, shop.rawValue)
        hidden.bind(.orderID, row.id, in: bytes)
        defer { hidden.reset() }
        guard try hidden.step() else { return [] }
        let hash = UInt64(bitPattern: hidden.integer(0))
        let raw = hidden.bytes(1) ?? []
        // JSON that was repaired before it was stored has the hash of what was received.
        let isReceived =
            hash == row.contentHash && !row.raw.isAbsent && bytes[row.raw.range].elementsEqual(raw)
        let isRewritten = raw.withUnsafeBytes {
            !isReceived && ContentHash.hash($0) != hash && ContentHash.earlier($0) != hash
        }
        return HiddenRows.orders.columns.enumerated().filter { index, column in
            guard columns.contains(column.name) else { return false }
            guard let slot = Self.slot(of: column.name, in: row) else { return false }
            let stated = UnsafeRawBufferPointer(rebasing: bytes[slot.range])
            guard let stored = hidden.bytes(Int32(index) + 2), !stored.isEmpty else {
                // What the JSON still contains was not hidden.
                return isRewritten && !raw.withUnsafeBytes { Self.contains(stated, in: $0) }
            }
            if page.policy.receiver == .mask {
                let mask = stored.withUnsafeBytes { column.kind.mask($0) }
                if let mask, mask.elementsEqual(stated) { return true }
            }
            return column.kind.mask(stated) == stored
        }.map(\.element.name)
    }

    private static func contains(
        _ text: UnsafeRawBufferPointer, in json: UnsafeRawBufferPointer
    ) -> Bool {
        guard let first = text.first, json.count >= text.count else { return false }
        return (0...json.count - text.count).contains { start in
            json[start] == first
                && json[start..<start + text.count].elementsEqual(text)
        }
    }

    private static func slot(of column: String, in row: OrderRow) -> ByteRange? {
        let slots: [String: ByteRange] = [
            "buyer": row.buyer, "buyer_id": row.buyerID, "receiver_name": row.receiverName,
            "receiver_phone": row.receiverPhone, "receiver_state": row.receiverState,
            "receiver_city": row.receiverCity, "receiver_district": row.receiverDistrict,
            "receiver_address": row.receiverAddress, "receiver_zip": row.receiverZip,
            "buyer_message": row.buyerMessage,
        ]
        return slots[column]
    }
}
