public import SyncCore

extension OrderStore {
    /// Looks into a stream's queue.
    /// - Parameters:
    ///   - limit: how many entries at most, the most urgent first.
    ///   - dueBy: entries due later are left.
    ///   - needsCarriers: parcels whose carrier's code is not known are left too.
    public func loadWork(
        _ stream: StreamID, limit: Int, dueBy: UTCInstant, needsCarriers: Bool = false
    ) throws(StoreError) -> WorkLoad {
        switch stream.kind {
        case .details: try details(stream.shop, "order", limit, dueBy)
        case .refunds: try details(stream.shop, "refund", limit, dueBy)
        case .shipments: try parcels(stream.shop, limit, dueBy, needsCarriers)
        case .prices: try prices(stream.shop, limit, dueBy)
        case .orders, .backfill, .refundHistory, .requested, .sweep, .sweepSecond, .sweepThird,
            .audit, .verify, .affiliate, .ahead:
            preconditionFailure("\(stream.kind) has no queue")
        }
    }

    private func details(
        _ shop: ShopID, _ entity: StaticString, _ limit: Int, _ dueBy: UTCInstant
    ) throws(StoreError) -> WorkLoad {
        let statement = try database.prepare(
            """
            SELECT entity_id, attempts, priority,
                   coalesce((SELECT order_id FROM refunds WHERE entity = 'refund'
                      AND refunds.shop_id = detail_queue.shop_id AND refund_id = entity_id),
                      (SELECT order_id FROM rejected_rows AS bad WHERE bad.entity = 'refund'
                      AND bad.shop_id = detail_queue.shop_id AND bad.order_id IS NOT NULL
                      AND bad.entity_id = detail_queue.entity_id LIMIT 1))
            FROM detail_queue
            WHERE shop_id = :shop_id AND entity = :entity AND state = 'queued' AND due_at <= :due_by
            ORDER BY priority, due_at LIMIT :limit
            """)
        statement.bind(.shopID, shop.rawValue)
        statement.bind(.entity, entity)
        statement.bind(.dueBy, dueBy.seconds)
        statement.bind(.limit, Int64(limit))
        var load = WorkLoad()
        let isOrder = entity.description == "order"
        while try statement.step() {
            let id = statement.text(0)
            var item = WorkItem(
                isOrder ? .order(id) : .refund(id), attempt: Int(statement.integer(1)))
            item.isHistory = statement.integer(2) >= DetailDemand.historyPriorityMin
            item.order = statement.text(3)
            load.items.append(item)
        }
        load.isAll = load.items.count < limit
        guard load.isAll else { return load }
        let next = try database.prepare(
            """
            SELECT min(due_at) FROM detail_queue
            WHERE shop_id = :shop_id AND entity = :entity AND state = 'queued' AND due_at > :due_by
            """)
        next.bind(.shopID, shop.rawValue)
        next.bind(.entity, entity)
        next.bind(.dueBy, dueBy.seconds)
        if try next.step() {
            load.nextDue = next.optionalInteger(0).map { UTCInstant(seconds: $0) }
        }
        return load
    }

    private func parcels(
        _ shop: ShopID, _ limit: Int, _ dueBy: UTCInstant, _ needsCarriers: Bool
    ) throws(StoreError) -> WorkLoad {
        let statement = try database.prepare(
            """
            SELECT order_id, tracking_no, status, \(ShipmentSQL.sentAt), last_event_at, item_ids,
                   (SELECT group_concat(item_id, ',') FROM order_items AS item
                    WHERE item.shop_id = parcel.shop_id AND item.order_id = parcel.order_id
                      AND item.tracking_no = parcel.tracking_no),
                   (SELECT count(*) FROM shipments AS other
                    WHERE other.shop_id = parcel.shop_id AND other.order_id = parcel.order_id
                      AND other.status <> 'replaced') > 1
                   AND (SELECT count(*) FROM order_items AS line
                        WHERE line.shop_id = parcel.shop_id
                          AND line.order_id = parcel.order_id) > 1,
                   is_split, last_error <> '', failures, carriers.code
            FROM shipments AS parcel
                 LEFT JOIN carriers
                 ON :needs_carriers AND carrier_id = parcel.company AND platform =
                    (SELECT platform FROM shops WHERE shops.shop_id = :shop_id)
            WHERE shop_id = :shop_id AND next_poll_at <= :due_by AND (NOT :needs_carriers
                OR carriers.code <> '')
            ORDER BY next_poll_at LIMIT :limit
            """)
        statement.bind(.shopID, shop.rawValue)
        statement.bind(.dueBy, dueBy.seconds)
        statement.bind(.limit, Int64(limit))
        statement.bind(.needsCarriers, Int64(needsCarriers ? 1 : 0))
        var load = WorkLoad()
        while try statement.step() {
            let listed = statement.text(5)
            let items = listed.isEmpty ? statement.text(6) : listed
            var state = ParcelState(
                status: ParcelStatus(rawValue: statement.text(2)) ?? .unknown,
                shippedAt: statement.optionalInteger(3).map { UTCInstant(seconds: $0) },
                lastEventAt: statement.optionalInteger(4).map { UTCInstant(seconds: $0) },
                items: items.split(separator: ",").map(String.init),
                isSplit: statement.optionalInteger(8).map { $0 == 1 } ?? (statement.integer(7) == 1)
            )
            state.isInDoubt = statement.integer(9) == 1
            state.carrier = statement.text(11)
            let key = ParcelKey(order: statement.text(0), trackingNumber: statement.text(1))
            load.items.append(
                WorkItem(.parcel(key), attempt: Int(statement.integer(10)), parcel: state))
        }
        load.isAll = load.items.count < limit
        guard load.isAll else { return load }
        let next = try database.prepare(
            """
            SELECT min(next_poll_at) FROM shipments
            WHERE shop_id = :shop_id AND next_poll_at > :due_by
            """
        )
        next.bind(.shopID, shop.rawValue)
        next.bind(.dueBy, dueBy.seconds)
        if try next.step() {
            load.nextDue = next.optionalInteger(0).map { UTCInstant(seconds: $0) }
        }
        return load
    }
}
