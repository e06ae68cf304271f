internal import SyncCore

/// Writes the queue of orders and refunds that are to be read in full, inside a transaction that
/// its caller holds.
final class DetailQueueWriter {
    enum Entity {
        case order
        case refund

        var name: StaticString {
            switch self {
            case .order: "order"
            case .refund: "refund"
            }
        }
    }

    /// Why an order or refund has to be read again although its answer came.
    struct Retry {
        var error: String
        /// Seconds to wait in addition to the backoff.
        var seconds: Int64 = 0
    }

    /// Answers older than what a list showed before the list is taken to be wrong.
    private static let staleAttemptMax: Int64 = 12

    /// Longest pause between reads of an order whose answers cannot be stored.
    private static let rejectedPauseMax: Int64 = 86_400

    /// How long further rejected rows of an order that was given up cause no request.
    private static let rejectedRestSeconds = 3_600

    private let database: Database
    private let upsert: Statement
    private let upsertRejected: Statement
    private let remove: Statement
    private let postpone: Statement
    private let giveUp: Statement
    private let hasDetails: Statement
    private let isWanted: Statement
    private let find: Statement

    init(_ database: Database) throws(StoreError) {
        self.database = database
        // A newer version starts anew, whatever became of the one before.
        upsert = try database.prepare(
            """
            INSERT INTO detail_queue (shop_id, entity, entity_id, state, reason, priority, due_at,
                                      attempts, queued_at)
            VALUES (:shop_id, :entity, :entity_id, 'queued', :reason, :priority, :due_at, 0, :now)
            ON CONFLICT (shop_id, entity, entity_id) DO UPDATE SET state = 'queued',
                reason = excluded.reason,
                priority = CASE state WHEN 'queued' THEN min(priority, excluded.priority)
                                      ELSE excluded.priority END,
                due_at = excluded.due_at, attempts = 0, last_error = ''
            """)
        // A list that shows the row repeatedly must not cause repeated requests.
        upsertRejected = try database.prepare(
            """
            INSERT INTO detail_queue (shop_id, entity, entity_id, state, reason, priority, due_at,
                                      attempts, queued_at)
            VALUES (:shop_id, :entity, :entity_id, 'queued', 'hollow', 0, :due_at, 0, :due_at)
            ON CONFLICT (shop_id, entity, entity_id) DO UPDATE SET state = 'queued',
                priority = 0, due_at = excluded.due_at, queued_at = excluded.queued_at,
                attempts = 0, last_error = ''
            WHERE state <> 'queued' AND queued_at < excluded.queued_at - \(Self.rejectedRestSeconds)
            """)
        remove = try database.prepare(
            """
            DELETE FROM detail_queue
            WHERE shop_id = :shop_id AND entity = :entity AND entity_id = :entity_id
            """
        )
        postpone = try database.prepare(
            """
            UPDATE detail_queue SET due_at = :due_at, attempts = attempts + :attempts,
                last_error = :last_error
            WHERE shop_id = :shop_id AND entity = :entity AND entity_id = :entity_id
            """)
        // What was never tried is a newer version, queued while the answer was on its way.
        giveUp = try database.prepare(
            """
            UPDATE detail_queue SET state = :state, attempts = attempts + 1,
                last_error = :last_error
            WHERE shop_id = :shop_id AND entity = :entity AND entity_id = :entity_id
                AND attempts > 0
            """)
        hasDetails = try database.prepare(
            "SELECT has_details FROM orders WHERE shop_id = :shop_id AND order_id = :order_id")
        isWanted = try database.prepare(
            """
            SELECT 1 FROM orders WHERE shop_id = :shop_id AND order_id = :order_id
            UNION ALL
            SELECT 1 FROM rejected_rows
            WHERE shop_id = :shop_id AND entity = 'order' AND entity_id = :order_id
            """)
        find = try database.prepare(
            """
            SELECT attempts, due_at FROM detail_queue
            WHERE shop_id = :shop_id AND entity = :entity AND entity_id = :entity_id
            """)
    }

    /// Queues an order; its id is a slot of `bytes`. Older changes of one priority come first.
    func enqueue(
        _ order: OrderRow, _ demand: DetailDemand, _ bytes: UnsafeRawBufferPointer, shop: ShopID,
        now: UTCInstant
    ) throws(StoreError) {
        upsert.bind(.entityID, order.id, in: bytes)
        try insert(.order, demand, shop: shop, dueAt: order.modifiedAt, now: now)
        upsert.clear()
    }

    func enqueue(refund: RefundRow, shop: ShopID, now: UTCInstant) throws(StoreError) {
        upsert.bind(.entityID, refund.id)
        let demand = DetailDemand(reason: .hollow, priority: 0)
        try insert(.refund, demand, shop: shop, dueAt: refund.modifiedAt, now: now)
        upsert.clear()
    }

    /// Queues what a rejected row would have been.
    /// - Parameter platformNow: the platform's time.
    /// - Returns: whether it can be read in full.
    func enqueue(
        _ rejected: RejectedRow, shop: ShopID, platformNow: UTCInstant
    ) throws(StoreError) -> Entity? {
        let entity: Entity
        switch rejected.entity {
        case .order: entity = .order
        case .refund: entity = .refund
        case .affiliateOrder, .product, .parcel, .parcelEvent: return nil
        }
        guard let id = rejected.id else { return nil }
        upsertRejected.bind(.dueAt, platformNow.seconds)
        try run(upsertRejected, entity, id, shop)
        return entity
    }

    private func insert(
        _ entity: Entity, _ demand: DetailDemand, shop: ShopID, dueAt: UTCInstant, now: UTCInstant
    ) throws(StoreError) {
        upsert.bind(.shopID, shop.rawValue)
        upsert.bind(.entity, entity.name)
        upsert.bind(.reason, demand.reason.rawValue)
        upsert.bind(.priority, demand.priority)
        // A time in the future is a fault, and nothing to wait for.
        upsert.bind(.dueAt, min(dueAt, now).seconds)
        upsert.bind(.now, now.seconds)
        try upsert.run()
    }

    /// The order is there still, or is known by a rejected row: what was purged meanwhile must not
    /// come back with its answer.
    func isWanted(order id: String, shop: ShopID) throws(StoreError) -> Bool {
        isWanted.bind(.shopID, shop.rawValue)
        isWanted.bind(.orderID, id)
        defer { isWanted.reset() }
        return try isWanted.step()
    }

    /// Carries out what was decided about an entry.
    /// - Returns: when it comes up again; nil when it does not.
    /// - Parameter retry: why the answer does not end it; nil if it does.
    func resolve(
        _ outcome: WorkChange.Outcome, _ entity: Entity, _ id: String, shop: ShopID,
        retry: Retry? = nil
    ) throws(StoreError) -> UTCInstant? {
        switch outcome {
        case .read(let again):
            if let retry {
                let at = again.advanced(bySeconds: retry.seconds)
                return try readRejectedAgain(entity, id, shop, at: at, retry.error)
            }
            return try read(entity, id, shop, elseAgainAt: again)
        case .again(let at, let error):
            try postpone(entity, id, shop, until: at, attempts: error.isEmpty ? 0 : 1, error)
            return at
        case .notFound(let error):
            return try giveUp(entity, id, shop, "not_found", error)
        case .refused(let error):
            return try giveUp(entity, id, shop, "refused", error)
        case .polled, .parcelsListed, .priced, .oneByOne, .gone:
            preconditionFailure("neither parcels nor goods are in this queue")
        }
    }

    /// The answer is stored. An order that a list has shown newer meanwhile stays queued.
    private func read(
        _ entity: Entity, _ id: String, _ shop: ShopID, elseAgainAt again: UTCInstant
    ) throws(StoreError) -> UTCInstant? {
        if entity == .order {
            hasDetails.bind(.shopID, shop.rawValue)
            hasDetails.bind(.orderID, id)
            defer { hasDetails.reset() }
            if try hasDetails.step(), hasDetails.integer(0) == 0 {
                return try readAgain(
                    entity, id, shop, at: again, "the detail is older than the list")
            }
        }
        try run(remove, entity, id, shop)
        return nil
    }

    private func readAgain(
        _ entity: Entity, _ id: String, _ shop: ShopID, at again: UTCInstant, _ error: String
    ) throws(StoreError) -> UTCInstant? {
        let attempts = try entry(entity, id, shop)?.attempts ?? 0
        guard attempts < Self.staleAttemptMax else {
            return try giveUp(entity, id, shop, "refused", error)
        }
        let due = again.advanced(bySeconds: 10 << min(8, attempts))
        try postpone(entity, id, shop, until: due, attempts: 1, error)
        return due
    }

    /// The platform may state it well some day: it is asked at growing pauses, at least daily.
    private func readRejectedAgain(
        _ entity: Entity, _ id: String, _ shop: ShopID, at again: UTCInstant, _ error: String
    ) throws(StoreError) -> UTCInstant? {
        let attempts = try entry(entity, id, shop)?.attempts ?? 0
        let pause = min(Self.rejectedPauseMax, 10 << min(14, attempts))
        let due = again.advanced(bySeconds: pause)
        try postpone(entity, id, shop, until: due, attempts: 1, error)
        return due
    }

    private func postpone(
        _ entity: Entity, _ id: String, _ shop: ShopID, until: UTCInstant, attempts: Int64,
        _ error: String
    ) throws(StoreError) {
        postpone.bind(.dueAt, until.seconds)
        postpone.bind(.attempts, attempts)
        postpone.bind(.lastError, error)
        try run(postpone, entity, id, shop)
    }

    private func giveUp(
        _ entity: Entity, _ id: String, _ shop: ShopID, _ state: StaticString, _ error: String
    ) throws(StoreError) -> UTCInstant? {
        giveUp.bind(.state, state)
        giveUp.bind(.lastError, error)
        try run(giveUp, entity, id, shop)
        guard database.changedRowCount == 0 else { return nil }
        return try entry(entity, id, shop)?.due
    }

    private func entry(
        _ entity: Entity, _ id: String, _ shop: ShopID
    ) throws(StoreError) -> (attempts: Int64, due: UTCInstant)? {
        find.bind(.shopID, shop.rawValue)
        find.bind(.entity, entity.name)
        find.bind(.entityID, id)
        defer { find.reset() }
        guard try find.step() else { return nil }
        return (find.integer(0), UTCInstant(seconds: find.integer(1)))
    }

    private func run(
        _ statement: Statement, _ entity: Entity, _ id: String, _ shop: ShopID
    ) throws(StoreError) {
        statement.bind(.shopID, shop.rawValue)
        statement.bind(.entity, entity.name)
        statement.bind(.entityID, id)
        try statement.run()
    }
}
