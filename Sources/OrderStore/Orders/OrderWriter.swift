internal import SyncCore

/// Writes pages of orders, inside a transaction that its caller holds. What becomes of each order
/// is decided by `mergeDecision`; this only carries it out.
final class OrderWriter {
    private let database: Database
    private let find: Statement
    private let insert: Statement
    private let update: Statement
    private let noteListRow: Statement
    private let confirmDetail: Statement
    private let insertRaw: Statement
    private let updateRaw: Statement
    private let setRaw: Statement
    private let items: OrderItemWriter
    private let insertChange: Statement
    /// Whether the row is the one that a hash of the earlier scheme was made of.
    private let comparison: OrderComparison
    private let queue: DetailQueueWriter
    private let shipments: ShipmentWriter

    init(
        _ database: Database, queue: DetailQueueWriter, shipments: ShipmentWriter
    ) throws(StoreError) {
        self.database = database
        self.queue = queue
        self.shipments = shipments
        find = try database.prepare(OrderSQL.find)
        insert = try database.prepare(OrderSQL.insert)
        update = try database.prepare(OrderSQL.update)
        noteListRow = try database.prepare(OrderSQL.noteListRow)
        confirmDetail = try database.prepare(OrderSQL.confirmDetail)
        insertRaw = try database.prepare(OrderSQL.insertRaw)
        updateRaw = try database.prepare(OrderSQL.updateRaw)
        setRaw = try database.prepare(OrderSQL.setRaw)
        items = try OrderItemWriter(database)
        insertChange = try database.prepare(OrderSQL.insertChange)
        comparison = try OrderComparison(database, .unhidden)
    }

    /// Merges a page into what is stored. Its bytes stay where they are until every statement has
    /// released them.
    /// - Parameter overwriting: by order, whether it is written although it is stored already.
    func merge(
        _ page: OrderPage, _ context: Context, overwriting: [Bool] = []
    ) throws(StoreError) -> Result {
        var result = Result()
        let failure: StoreError? = page.bytes.withUnsafeBytes { bytes in
            do throws(StoreError) {
                for (index, order) in page.orders.enumerated() {
                    let isForced = index < overwriting.count && overwriting[index]
                    try mergeOrder(order, of: page, bytes, context, isForced, &result)
                }
                clear()
                return nil
            } catch {
                clear()
                return error
            }
        }
        if let failure { throw failure }
        return result
    }

    /// What would become of each order of a page, were it written.
    func decisions(
        on page: OrderPage, _ context: Context
    ) throws(StoreError) -> [(decision: MergeDecision, stored: StoredVersion?)] {
        var decisions: [(decision: MergeDecision, stored: StoredVersion?)] = []
        let failure: StoreError? = page.bytes.withUnsafeBytes { bytes in
            do throws(StoreError) {
                for order in page.orders {
                    let stored = try stored(for: order, of: page, bytes, context.shop)?.version
                    let decision = mergeDecision(
                        stored: stored, incoming: order, source: page.source(of: order),
                        askedMilliseconds: page.askedMilliseconds, clocks: context.clocks)
                    decisions.append((decision, stored))
                }
                clear()
                return nil
            } catch {
                clear()
                return error
            }
        }
        if let failure { throw failure }
        return decisions
    }

    // MARK: One order

    private struct Stored {
        var key: Int64
        var rawID: Int64
        var version: StoredVersion
    }

    private func mergeOrder(
        _ order: OrderRow, of page: OrderPage, _ bytes: UnsafeRawBufferPointer,
        _ context: Context, _ isForced: Bool, _ result: inout Result
    ) throws(StoreError) {
        let stored = try stored(for: order, of: page, bytes, context.shop)
        let decision = mergeDecision(
            stored: stored?.version, incoming: order, source: page.source(of: order),
            askedMilliseconds: page.askedMilliseconds,
            askedAt: context.isSweep ? context.askedAt : nil, clocks: context.clocks)
        switch isForced ? MergeDecision.update : decision {
        case .ignore:
            result.counts.unchanged += 1
        case .confirmDetail:
            guard let stored else { return }
            // A list of whole orders states the same at each read.
            if page.source == .list, stored.version.hasDetails {
                result.counts.unchanged += 1
                return
            }
            // The hash is the same, and columns were damaged since: a confirmation says that they
            // are as the platform has them.
            guard try comparison.isStored(order, of: page, bytes, context.shop) else {
                try update(order, of: page, bytes, stored, context)
                try writeDependents(order, of: page, bytes, stored, context, &result)
                result.counts.updated += 1
                return
            }
            result.counts.unchanged += 1
            confirmDetail.bind(.orderKey, stored.key)
            confirmDetail.bind(.askedMs, page.askedMilliseconds)
            try confirmDetail.run()
            // A list's row with the same JSON left the lines of the version before.
            if page.source == .detail,
                try items.delete(notIn: order, of: page, bytes, context.shop)
            {
                try writeChange(
                    order, from: stored.version.status, bytes, context.shop, context.now)
            }
        case .doubtDetail:
            try queueAgain(order, .doubted, bytes, context, &result)
            result.counts.unchanged += 1
        case .noteListRow(let contradictsDetail):
            guard let stored else { return }
            noteListRow.bind(.orderKey, stored.key)
            noteListRow.bind(.listHash, Int64(bitPattern: order.contentHash))
            noteListRow.bind(.hasDetails, contradictsDetail ? 0 : 1)
            try noteListRow.run()
            if contradictsDetail {
                try queueAgain(order, .contradicted, bytes, context, &result)
            }
            result.counts.unchanged += 1
        case .insert:
            try insert(order, of: page, bytes, context)
            try writeDependents(order, of: page, bytes, nil, context, &result)
            result.counts.created += 1
        case .update:
            guard let stored else { return }
            try update(order, of: page, bytes, stored, context)
            try writeDependents(order, of: page, bytes, stored, context, &result)
            if isForced, stored.version.hasDetails, page.source(of: order) == .list {
                // A list row has taken its place.
                try queueAgain(order, .contradicted, bytes, context, &result)
            }
            result.counts.updated += 1
        }
    }

    private func insert(
        _ order: OrderRow, of page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ context: Context
    ) throws(StoreError) {
        let rawID = try insertRaw(order, of: page, bytes, context)
        Self.bind(
            order, of: page, bytes, context.clocks, context.now, to: insert, isNew: true)
        let isListRow = page.source(of: order) == .list
        insert.bind(.listHash, isListRow ? Int64(bitPattern: order.contentHash) : 0)
        insert.bind(.shopID, context.shop.rawValue)
        insert.bind(.orderID, order.id, in: bytes)
        insert.bind(.rawID, rawID)
        try insert.run()
    }

    private func queueAgain(
        _ order: OrderRow, _ demand: DetailDemand, _ bytes: UnsafeRawBufferPointer,
        _ context: Context, _ result: inout Result
    ) throws(StoreError) {
        try queue.enqueue(order, demand, bytes, shop: context.shop, now: context.now)
        result.isDetailQueued = true
    }

    private func insertRaw(
        _ order: OrderRow, of page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ context: Context
    ) throws(StoreError) -> Int64 {
        insertRaw.bind(.shopID, context.shop.rawValue)
        insertRaw.bind(.orderID, order.id, in: bytes)
        insertRaw.bind(.source, Self.name(page.source))
        insertRaw.bind(.raw, order.raw, in: bytes)
        try insertRaw.run()
        return database.lastInsertRowID
    }

    private func update(
        _ order: OrderRow, of page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ stored: Stored,
        _ context: Context
    ) throws(StoreError) {
        updateRaw.bind(.rawID, stored.rawID)
        updateRaw.bind(.source, Self.name(page.source))
        updateRaw.bind(.raw, order.raw, in: bytes)
        updateRaw.bind(.shopID, context.shop.rawValue)
        updateRaw.bind(.orderID, order.id, in: bytes)
        try updateRaw.run()
        if database.changedRowCount == 0 {  // The row was deleted externally.
            setRaw.bind(.orderKey, stored.key)
            setRaw.bind(.rawID, try insertRaw(order, of: page, bytes, context))
            try setRaw.run()
        }
        Self.bind(
            order, of: page, bytes, context.clocks, context.now, to: update, isNew: false)
        switch page.source(of: order) {
        case .list:
            update.bind(.listHash, Int64(bitPattern: order.contentHash))
        case .detail:
            // The list row of this version was seen: it must not count as a change again.
            let isSame = order.modifiedAt == stored.version.modifiedAt
            update.bind(.listHash, isSame ? nil : 0)
        }
        update.bind(
            .blanks,
            page.source(of: order) == .detail ? order.blanks.rawValue : 0)
        update.bind(.orderKey, stored.key)
        try update.run()
    }

    /// Writes what depends on an order that was inserted or updated: lines, parcels, queue.
    private func writeDependents(
        _ order: OrderRow, of page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ old: Stored?,
        _ context: Context, _ result: inout Result
    ) throws(StoreError) {
        try items.write(order, of: page, bytes, context.shop)
        if let old, !order.statesAllItems { try items.count(orderKey: old.key) }
        // A list beside details may be cut short; the detail follows.
        let isFull = page.source(of: order) == .detail || context.details == .never
        if old != nil, order.paymentFen != nil {
            let isAll = isFull || context.isRepair
            _ = try items.delete(
                notIn: order, of: page, bytes, context.shop, onlyDerived: !isAll)
        }
        let isPolled = try shipments.addParcels(
            page.items[order.items], page.parcels[order.parcels], of: order,
            from: old?.version.status, bytes, shop: context.shop, plan: context.plan,
            askedAt: context.askedAt, now: context.now)
        if isPolled { result.isParcelQueued = true }
        try writeChange(order, from: old?.version.status, bytes, context.shop, context.now)
        guard page.source == .list else { return }
        // A row that states more about a known version is not late.
        let isNewer = old.map { $0.version.modifiedAt < order.modifiedAt } ?? true
        if isNewer, let freshFrom = context.freshFrom, order.modifiedAt < freshFrom {
            let id = String(decoding: bytes[order.id.range], as: UTF8.self)
            result.late.append(LateRow(order: id, modifiedAt: order.modifiedAt))
        }
        guard page.source(of: order) == .list else { return }
        let demand = detailDemand(
            for: order, isNew: old == nil, isHistory: context.isHistory, policy: context.details)
        guard let demand else { return }
        try queue.enqueue(order, demand, bytes, shop: context.shop, now: context.now)
        result.isDetailQueued = true
    }

    private func stored(
        for order: OrderRow, of page: OrderPage, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID
    ) throws(StoreError) -> Stored? {
        find.bind(.shopID, shop.rawValue)
        find.bind(.orderID, order.id, in: bytes)
        defer { find.reset() }
        guard try find.step() else { return nil }
        let hasDetails = find.integer(2) == 1
        // Also of a detail that a list has contradicted since. A list row's hash is no detail's.
        let contentHash = UInt64(bitPattern: find.integer(4))
        var stored = Stored(
            key: find.integer(0), rawID: find.integer(7),
            version: StoredVersion(
                modifiedAt: UTCInstant(seconds: find.integer(1)), hasDetails: hasDetails,
                listHash: UInt64(bitPattern: find.integer(3)),
                detailHash: contentHash,
                status: OrderStatus.allCases.first { find.isText(5, Self.name($0)) } ?? .unknown,
                paymentFen: find.optionalInteger(6), askedMilliseconds: find.integer(8)))
        stored.version.doubt = RowVersion.TimeDoubt(rawValue: find.integer(9)) ?? .none
        try renew(&stored.version, order, of: page, bytes, shop)
        return stored
    }

    /// Replaces hashes of the earlier scheme that this very answer has. They collide, so what the
    /// row states has to be stored as well; what is hidden there is left out, as it stays hidden.
    private func renew(
        _ version: inout StoredVersion, _ order: OrderRow, of page: OrderPage,
        _ bytes: UnsafeRawBufferPointer, _ shop: ShopID
    ) throws(StoreError) {
        let (isList, isDetail) = (
            order.earlierHash == version.listHash, order.earlierHash == version.detailHash
        )
        guard order.earlierHash != 0, order.modifiedAt == version.modifiedAt, isList || isDetail
        else { return }
        // Beside a detail a list's row only matters where it contradicts.
        let isSame =
            isList && version.hasDetails
            ? !version.isContradicted(by: order)
            : try comparison.isStored(order, of: page, bytes, shop)
        guard isSame else { return }
        if isList { version.listHash = order.contentHash }
        if isDetail { version.detailHash = order.contentHash }
    }

    private func writeChange(
        _ order: OrderRow, from old: OrderStatus?, _ bytes: UnsafeRawBufferPointer,
        _ shop: ShopID, _ now: UTCInstant
    ) throws(StoreError) {
        insertChange.bind(.now, now.seconds)
        insertChange.bind(.shopID, shop.rawValue)
        insertChange.bind(.entityID, order.id, in: bytes)
        insertChange.bind(.kind, old == nil ? StaticString("created") : StaticString("updated"))
        if let old {
            insertChange.bind(.oldStatus, Self.name(old))
        } else {
            insertChange.bind(.oldStatus, Int64?.none)
        }
        let isStated = !order.platformStatus.isAbsent
        insertChange.bind(.newStatus, Self.name(isStated ? order.status : old ?? order.status))
        try insertChange.run()
    }

    /// Releases the page's bytes.
    private func clear() {
        for statement in [
            find, insert, update, noteListRow, confirmDetail, insertRaw, updateRaw, insertChange,
        ] {
            statement.clear()
        }
        items.clear()
        shipments.clear()
        comparison.clear()
    }
}
