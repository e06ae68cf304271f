internal import SyncCore

/// Compares pages with the database for `ordersync verify`, inside a transaction that its caller
/// holds. A difference is a finding; whether it still is one is decided when all is read, for the
/// live stream may be about to store the very change.
final class VerifyWriter {
    private let database: Database
    private let orders: OrderWriter
    private let open: Statement
    private let addOrders: Statement
    private let find: Statement
    private let finish: Statement

    init(_ database: Database, orders: OrderWriter) throws(StoreError) {
        self.database = database
        self.orders = orders
        open = try database.prepare(
            """
            SELECT verify_id, is_repair FROM verifications
            WHERE shop_id = ?1 AND state IN ('requested', 'running')
            ORDER BY verify_id DESC LIMIT 1
            """)
        addOrders = try database.prepare(
            """
            UPDATE verifications SET orders = orders + ?2, state = 'running'
            WHERE verify_id = ?1
            """)
        find = try database.prepare(
            """
            INSERT INTO verify_findings (verify_id, order_id, kind, platform_modified_at,
                                         stored_modified_at, asked_at, is_repaired)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (verify_id, order_id) DO UPDATE SET
                kind = excluded.kind, platform_modified_at = excluded.platform_modified_at,
                stored_modified_at = excluded.stored_modified_at, asked_at = excluded.asked_at,
                is_repaired = max(is_repaired, excluded.is_repaired)
            """)
        finish = try database.prepare(
            """
            UPDATE verifications SET state = 'read', ended_at = ?2
            WHERE shop_id = ?1 AND state IN ('requested', 'running')
              AND NOT EXISTS (SELECT 1 FROM windows
                              WHERE windows.shop_id = ?1 AND windows.stream = 'verify')
            """)
    }

    /// Notes what differs; with `--repair` it is written too.
    func compare(
        _ page: OrderPage, _ context: OrderWriter.Context, askedAt: UTCInstant
    ) throws(StoreError) -> OrderWriter.Result {
        open.bind(1, context.shop.rawValue)
        defer { open.reset() }
        guard try open.step() else { return OrderWriter.Result() }  // Given up by its command.
        let (id, isRepair) = (open.integer(0), open.integer(1) == 1)
        addOrders.bind(1, id)
        addOrders.bind(2, Int64(page.orders.count))
        try addOrders.run()
        let decisions = try orders.decisions(on: page, shop: context.shop)
        for (order, (decision, stored)) in zip(page.orders, decisions) {
            guard let kind = Self.finding(decision, order, stored) else { continue }
            find.bind(1, id)
            find.bind(2, page.text(order.id) ?? "")
            find.bind(3, kind)
            find.bind(4, order.modifiedAt.seconds)
            find.bind(5, stored?.modifiedAt.seconds)
            find.bind(6, askedAt.seconds)
            find.bind(7, isRepair ? 1 : 0)
            try find.run()
        }
        guard isRepair else { return OrderWriter.Result() }
        return try orders.write(page, context)
    }

    /// The verification is read once its last window is gone.
    func finishIfRead(shop: ShopID, now: UTCInstant) throws(StoreError) {
        finish.bind(1, shop.rawValue)
        finish.bind(2, now.seconds)
        try finish.run()
    }

    private static func finding(
        _ decision: MergeDecision, _ order: OrderRow, _ stored: StoredVersion?
    ) -> StaticString? {
        switch decision {
        case .insert: return "missing"
        case .update:
            guard let stored, stored.modifiedAt == order.modifiedAt else { return "stale" }
            return "differs"
        case .noteListRow(let contradictsDetail): return contradictsDetail ? "differs" : nil
        case .ignore, .confirmDetail: return nil
        }
    }
}
