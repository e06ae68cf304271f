internal import SyncCore
internal import WireFormat

/// Writes parcels and their ways, inside a transaction that its caller holds. Parcels come from
/// the orders' own items; what couriers say comes from polls.
final class ShipmentWriter {
    private let database: Database
    private let insert: Statement
    private let refresh: Statement
    private let replacement: WaybillReplacement
    private let lastPolls: Statement
    private let announceResumed: Statement
    private let resumePolls: Statement
    private let find: Statement
    private let updateTrace: Statement
    private let reschedule: Statement
    private let setItems: Statement
    private let storedEvents: Statement
    private let insertEvent: Statement
    private let deleteEvents: Statement
    private let insertChange: Statement

    init(_ database: Database) throws(StoreError) {
        self.database = database
        insert = try database.prepare(ShipmentSQL.insert)
        refresh = try database.prepare(ShipmentSQL.refresh)
        replacement = try WaybillReplacement(database)
        lastPolls = try database.prepare(ShipmentSQL.lastPolls)
        announceResumed = try database.prepare(ShipmentSQL.announceResumed)
        resumePolls = try database.prepare(ShipmentSQL.resumePolls)
        find = try database.prepare(ShipmentSQL.find)
        updateTrace = try database.prepare(ShipmentSQL.updateTrace)
        reschedule = try database.prepare(ShipmentSQL.reschedule)
        setItems = try database.prepare(ShipmentSQL.setItems)
        storedEvents = try database.prepare(ShipmentSQL.storedEvents)
        insertEvent = try database.prepare(ShipmentSQL.insertEvent)
        deleteEvents = try database.prepare(ShipmentSQL.deleteEvents)
        insertChange = try database.prepare(ShipmentSQL.insertChange)
    }

    // MARK: From orders

    /// The parcels that an order's items are in, and others that it names.
    /// - Parameter old: the order's status before; nil for a new one.
    /// - Returns: whether one of them is to be polled.
    func addParcels(
        _ items: ArraySlice<ItemRow>, _ others: ArraySlice<ParcelSlots>, of order: OrderRow,
        from old: OrderStatus?, _ bytes: UnsafeRawBufferPointer, shop: ShopID, plan: ParcelPlan,
        askedAt: UTCInstant, now: UTCInstant
    ) throws(StoreError) -> Bool {
        let status = order.platformStatus.isAbsent ? old ?? order.status : order.status
        let age = askedAt.seconds(since: order.modifiedAt)
        // What a refund has closed is still under way, or comes back.
        let isNews = age < Self.arrivalSeconds && (old != nil || status == .closed)
        let found = Found(
            order: order, isPolled: !status.isEnd || isNews, shop: shop, plan: plan,
            askedAt: askedAt, now: now)
        var (isPolled, hasNewNumber) = (false, false)
        for item in items {
            let parcel = ParcelSlots(
                trackingNumber: item.trackingNumber, company: item.logisticsCompany)
            let shippedAt = item.shippedAt ?? order.shippedAt
            let news = try addParcel(parcel, .line, nil, shippedAt, found, bytes)
            if news.isPolled { isPolled = true }
            if news.isNew { hasNewNumber = true }
        }
        let known = old.map { _ in (shop: shop, order: text(order.id, bytes)) }
        if let known, !items.isEmpty {
            try replacement.forgetLines(known, isCorrected: hasNewNumber)
        }
        let further = Self.byNumber(others, bytes)
        for (parcel, items) in further {
            if try addParcel(parcel, .order, items, order.shippedAt, found, bytes).isPolled {
                isPolled = true
            }
        }
        if let known {
            if order.statesParcels {
                let numbers = further.map { text($0.parcel.trackingNumber, bytes) }
                try replacement.forget(.order, but: numbers, known)
            }
            try replacement.carryOut(known, now)
        }
        // Buyers confirm what they have just received, and its trace follows. And what a refund has
        // ended can go on after all.
        guard let old, status.isEnd != old.isEnd else { return isPolled }
        if status.isEnd {
            try setPolls(lastPolls, order, bytes, shop, askedAt)
        } else {
            announceResumed.bind(.shopID, shop.rawValue)
            announceResumed.bind(.orderID, order.id, in: bytes)
            announceResumed.bind(.now, now.seconds)
            try announceResumed.run()
            try setPolls(resumePolls, order, bytes, shop, askedAt)
        }
        return isPolled || database.changedRowCount > 0
    }

    private func setPolls(
        _ statement: Statement, _ order: OrderRow, _ bytes: UnsafeRawBufferPointer, _ shop: ShopID,
        _ next: UTCInstant
    ) throws(StoreError) {
        statement.bind(.shopID, shop.rawValue)
        statement.bind(.orderID, order.id, in: bytes)
        statement.bind(.nextPollAt, next)
        try statement.run()
    }

    /// - Parameter items: the lines in it, if the answer states them.
    private func addParcel(
        _ parcel: ParcelSlots, _ source: ParcelSource, _ items: String?, _ shippedAt: UTCInstant?,
        _ found: Found, _ bytes: UnsafeRawBufferPointer
    ) throws(StoreError) -> News {
        guard parcel.trackingNumber.count > 0 else { return News() }
        let (order, shop, now) = (found.order, found.shop, found.now)
        insert.bind(.shopID, shop.rawValue)
        insert.bind(.orderID, order.id, in: bytes)
        insert.bind(.trackingNo, parcel.trackingNumber, in: bytes)
        insert.bind(.company, parcel.company, in: bytes)
        insert.bind(.status, found.isPolled ? StaticString("pending") : StaticString("unknown"))
        insert.bind(.shippedAt, shippedAt)
        let number = UnsafeRawBufferPointer(rebasing: bytes[parcel.trackingNumber.range])
        let first = found.plan.firstPoll(
            shippedAt: shippedAt, knownAt: found.askedAt, hash: ContentHash.hash(number))
        insert.bind(.nextPollAt, found.isPolled ? first : nil)
        insert.bind(.now, now.seconds)
        insert.bind(.namedBy, source.rawValue)
        insert.bind(.itemIDs, text: items)
        try insert.run()
        let key = { Self.text(order.id, bytes) + "/" + Self.text(parcel.trackingNumber, bytes) }
        if database.changedRowCount == 1 {
            guard found.isPolled else { return News(isNew: true) }
            try writeChange(key(), from: nil, to: .pending, shop, now)
            return News(isNew: true, isPolled: true)
        }
        refresh.bind(.shopID, shop.rawValue)
        refresh.bind(.orderID, order.id, in: bytes)
        refresh.bind(.trackingNo, parcel.trackingNumber, in: bytes)
        refresh.bind(.company, parcel.company, in: bytes)
        refresh.bind(.shippedAt, shippedAt)
        refresh.bind(.now, now.seconds)
        refresh.bind(.namedBy, source.rawValue)
        refresh.bind(.itemIDs, text: items)
        try refresh.run()
        guard database.changedRowCount == 1,
            let status = try replacement.restore(
                ParcelKey(
                    order: text(order.id, bytes),
                    trackingNumber: text(parcel.trackingNumber, bytes)),
                shop, nextPoll: found.isPolled ? found.askedAt : nil)
        else { return News() }
        try writeChange(key(), from: .replaced, to: status, shop, now)
        return News(isPolled: found.isPolled && !status.isFinal)
    }

    /// Releases the page's bytes.
    func clear() {
        for statement in [insert, refresh, lastPolls, announceResumed, resumePolls] {
            statement.clear()
        }
    }

    private func text(_ slot: ByteRange, _ bytes: UnsafeRawBufferPointer) -> String {
        Self.text(slot, bytes)
    }

    // MARK: From polls

    /// Carries out what was decided about a parcel.
    /// - Returns: when it is polled next; nil when it is not.
    func resolve(
        _ outcome: WorkChange.Outcome, _ content: AnswerContent?, _ key: ParcelKey, shop: ShopID,
        plan: ParcelPlan, now: UTCInstant
    ) throws(StoreError) -> UTCInstant? {
        switch outcome {
        case .polled(let next, let error):
            if case .trace(let trace) = content {
                guard let other = trace.otherParcel(than: key) else {
                    return try storeTrace(trace, key, shop, nextPoll: next, now)
                }
                try storeTrace(trace, ofOther: other, shop, now)
            }
            let next = try isOver(key, shop, isFailure: !error.isEmpty, now) ? nil : next
            try reschedule(key, shop, next, error, isFailure: !error.isEmpty, now)
            return next
        case .parcelsListed(let next):
            guard case .parcels(let listing) = content else { return next }
            try storeListed(listing.rows, key, shop, plan, now)
            let note = "the order's parcels were listed"
            try reschedule(key, shop, next, note, isFailure: false, now)
            return next
        case .again(let at, let error):
            try reschedule(key, shop, at, error, isFailure: !error.isEmpty, now)
            return at
        case .notFound(let error), .refused(let error):
            try reschedule(key, shop, nil, error, isFailure: true, now)
            return nil
        case .read, .priced, .oneByOne, .gone:
            preconditionFailure("a parcel is polled, not read")
        }
    }

    private func storeTrace(
        _ trace: ParcelTrace, _ key: ParcelKey, _ shop: ShopID, nextPoll: UTCInstant?,
        _ now: UTCInstant
    ) throws(StoreError) -> UTCInstant? {
        guard let known = try known(key, shop, now) else { return nil }  // Purged meanwhile.
        let old = known.status
        // Its number was corrected while the call was in flight.
        guard old != .replaced else { return nil }
        let next = known.isPolled && !known.isOver ? nextPoll : nil
        let steps = try storedSteps(trace.events, key, shop)
        let stated = RowVersion(stepCount: trace.events.count)
        let isSuperseding = stated.supersedes(RowVersion(stepCount: steps.stored))
        // Fewer steps than before are an older answer, or a fault of the courier's. The end of a
        // parcel's way is believed all the same.
        let isOlder = !isSuperseding && !trace.status.isFinal
        let isBlank = trace.events.isEmpty && trace.status == .unknown
        let status = isOlder || isBlank ? old : trace.status
        let last = isOlder ? nil : trace.events.last
        let delivered = status == .delivered ? trace.events.last?.at : nil
        bind(updateTrace, key, shop)
        updateTrace.bind(.status, status.rawValue)
        updateTrace.bind(.platformStatus, text: isOlder ? nil : trace.platformStatus)
        updateTrace.bind(.lastEvent, text: last?.text)
        updateTrace.bind(.lastEventAt, last?.at)
        updateTrace.bind(.deliveredAt, delivered)
        updateTrace.bind(.nextPollAt, next)
        updateTrace.bind(.now, now.seconds)
        updateTrace.bind(.company, text: trace.company)
        try updateTrace.run()
        if isSuperseding { try replaceEvents(trace.events, behind: steps.repeated, key, shop) }
        if status != old {
            let id = key.order + "/" + key.trackingNumber
            try writeChange(id, from: old, to: status, shop, now)
        }
        return next
    }

    /// An answer about another parcel of the order than the one that was asked about.
    private func storeTrace(
        _ trace: ParcelTrace, ofOther key: ParcelKey, _ shop: ShopID, _ now: UTCInstant
    ) throws(StoreError) {
        guard let known = try known(key, shop, now) else { return }
        let next = trace.status.isFinal ? nil : known.nextPoll
        _ = try storeTrace(trace, key, shop, nextPoll: next, now)
    }

    /// - Returns: how many events are stored, and how many of those the answer repeats, from the
    ///   first on.
    private func storedSteps(
        _ events: [ParcelEvent], _ key: ParcelKey, _ shop: ShopID
    ) throws(StoreError) -> (stored: Int, repeated: Int) {
        bind(storedEvents, key, shop)
        defer { storedEvents.reset() }
        var steps = (stored: 0, repeated: 0)
        while try storedEvents.step() {
            if steps.repeated == steps.stored, steps.stored < events.count {
                let event = events[steps.stored]
                let isSame =
                    event.at.seconds == storedEvents.integer(0)
                    && event.text == storedEvents.text(1) && event.action == storedEvents.text(2)
                if isSame { steps.repeated += 1 }
            }
            steps.stored += 1
        }
        return steps
    }

    /// A step that came late, or in other words, shifts those behind it: they are written anew.
    private func replaceEvents(
        _ events: [ParcelEvent], behind repeated: Int, _ key: ParcelKey, _ shop: ShopID
    ) throws(StoreError) {
        guard repeated < events.count else { return }
        bind(deleteEvents, key, shop)
        deleteEvents.bind(.seq, Int64(repeated))
        try deleteEvents.run()
        for (index, event) in events.enumerated().dropFirst(repeated) {
            bind(insertEvent, key, shop)
            insertEvent.bind(.seq, Int64(index + 1))
            insertEvent.bind(.eventAt, event.at.seconds)
            insertEvent.bind(.description, event.text)
            insertEvent.bind(.action, event.action)
            try insertEvent.run()
        }
    }

    /// The parcels of a split order, with the items that each holds.
    private func storeListed(
        _ rows: [ParcelRow], _ key: ParcelKey, _ shop: ShopID, _ plan: ParcelPlan,
        _ now: UTCInstant
    ) throws(StoreError) {
        let isPolled = try known(key, shop, now)?.isPolled == true
        for row in rows {
            let parcel = ParcelKey(order: key.order, trackingNumber: row.trackingNumber)
            let hash = ContentHash.hash(row.trackingNumber)
            insert.bind(.shopID, shop.rawValue)
            insert.bind(.orderID, parcel.order)
            insert.bind(.trackingNo, parcel.trackingNumber)
            insert.bind(.company, text: row.company)
            insert.bind(.status, isPolled ? StaticString("pending") : StaticString("unknown"))
            insert.bind(.shippedAt, UTCInstant?.none)
            let first = plan.firstPoll(shippedAt: nil, knownAt: now, hash: hash)
            insert.bind(.nextPollAt, isPolled ? first : nil)
            insert.bind(.now, now.seconds)
            insert.bind(.namedBy, ParcelSource.listing.rawValue)
            insert.bind(.itemIDs, text: nil)
            try insert.run()
            let id = parcel.order + "/" + parcel.trackingNumber
            if database.changedRowCount == 0 {
                bind(refresh, parcel, shop)
                refresh.bind(.company, text: nil)
                refresh.bind(.shippedAt, UTCInstant?.none)
                refresh.bind(.now, now.seconds)
                refresh.bind(.namedBy, ParcelSource.listing.rawValue)
                refresh.bind(.itemIDs, text: nil)
                try refresh.run()
                let next = isPolled ? now : nil
                if let status = try replacement.restore(parcel, shop, nextPoll: next) {
                    try writeChange(id, from: .replaced, to: status, shop, now)
                }
            } else if isPolled {
                try writeChange(id, from: nil, to: .pending, shop, now)
            }
            bind(setItems, parcel, shop)
            setItems.bind(.itemIDs, row.items.joined(separator: ","))
            setItems.bind(.isSplit, row.isSplit.map { $0 ? 1 : 0 })
            try setItems.run()
        }
        let owner = (shop: shop, order: key.order)
        try replacement.forget(.listing, but: rows.map(\.trackingNumber), owner)
        try replacement.carryOut(owner, now)
    }

    /// Failures in a row after which the last poll of a parcel is given up.
    private static let lastFailuresMax: Int64 = 5
    /// How long after its order's end a parcel may still arrive.
    private static let arrivalSeconds: Int64 = 86_400

    private func isOver(
        _ key: ParcelKey, _ shop: ShopID, isFailure: Bool, _ now: UTCInstant
    ) throws(StoreError) -> Bool {
        guard let known = try known(key, shop, now), known.isOver else { return false }
        return !isFailure || known.failures + 1 >= Self.lastFailuresMax
    }

    private func known(
        _ key: ParcelKey, _ shop: ShopID, _ now: UTCInstant
    ) throws(StoreError) -> Known? {
        bind(find, key, shop)
        find.bind(.endedBefore, now.advanced(bySeconds: -Self.arrivalSeconds).seconds)
        defer { find.reset() }
        guard try find.step() else { return nil }
        return Known(
            status: ParcelStatus(rawValue: find.text(0)) ?? .unknown,
            nextPoll: find.optionalInteger(1).map { UTCInstant(seconds: $0) },
            isOver: find.integer(2) == 1,
            failures: find.integer(3))
    }

    private func reschedule(
        _ key: ParcelKey, _ shop: ShopID, _ next: UTCInstant?, _ error: String, isFailure: Bool,
        _ now: UTCInstant
    ) throws(StoreError) {
        bind(reschedule, key, shop)
        reschedule.bind(.nextPollAt, next)
        reschedule.bind(.lastError, error)
        reschedule.bind(.now, now.seconds)
        reschedule.bind(.isFailure, Int64(isFailure ? 1 : 0))
        try reschedule.run()
    }

    private func writeChange(
        _ id: String, from old: ParcelStatus?, to new: ParcelStatus, _ shop: ShopID,
        _ now: UTCInstant
    ) throws(StoreError) {
        insertChange.bind(.now, now.seconds)
        insertChange.bind(.shopID, shop.rawValue)
        insertChange.bind(.entityID, id)
        insertChange.bind(.kind, old == nil ? StaticString("created") : StaticString("updated"))
        insertChange.bind(.oldStatus, text: old?.rawValue)
        insertChange.bind(.newStatus, new.rawValue)
        try insertChange.run()
    }

    private func bind(_ statement: Statement, _ key: ParcelKey, _ shop: ShopID) {
        statement.bind(.shopID, shop.rawValue)
        statement.bind(.orderID, key.order)
        statement.bind(.trackingNo, key.trackingNumber)
    }
}
