internal import SyncCore

/// Compares pages with the database for `ordersync verify`, inside a transaction that its caller
/// holds. A difference is a finding; whether it still is one is decided when all is read, for the
/// live stream may be about to store the very change.
final class VerifyWriter {
    private let database: Database
    private let orders: OrderWriter
    private let comparison: OrderComparison
    private let open: Statement
    private let see: Statement
    private let find: Statement
    private let finish: Statement

    init(_ database: Database, orders: OrderWriter) throws(StoreError) {
        self.database = database
        self.orders = orders
        comparison = try OrderComparison(database, .proof)
        open = try database.prepare(
            """
            SELECT verify_id, is_repair FROM verifications
            WHERE shop_id = ?1 AND state IN ('requested', 'running')
            ORDER BY verify_id DESC LIMIT 1
            """)
        see = try database.prepare(
            "INSERT INTO verify_seen (verify_id, order_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
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
        _ page: OrderPage, _ context: OrderWriter.Context
    ) throws(StoreError) -> OrderWriter.Result {
        open.bind(1, context.shop.rawValue)
        defer { open.reset() }
        guard try open.step() else { return OrderWriter.Result() }  // Given up by its command.
        let (id, isRepair) = (open.integer(0), open.integer(1) == 1)
        let kinds = try findings(in: page, context)
        for (order, finding) in zip(page.orders, kinds) {
            let order = (id: page.text(order.id) ?? "", modifiedAt: order.modifiedAt)
            see.bind(1, id)
            see.bind(2, order.id)
            try see.run()
            guard let finding else { continue }
            find.bind(1, id)
            find.bind(2, order.id)
            find.bind(3, finding.kind)
            find.bind(4, order.modifiedAt.seconds)
            find.bind(5, finding.storedAt)
            // By the clock of `orders.asked_ms`, with which it is compared.
            find.bind(6, page.askedMilliseconds / 1_000)
            find.bind(7, isRepair ? 1 : 0)
            try find.run()
        }
        guard isRepair else { return OrderWriter.Result() }
        let isForced = kinds.map { $0?.needsForce ?? false }
        return try orders.write(page, context, overwriting: isForced)
    }

    /// The verification is read once its last window is gone.
    func finishIfRead(shop: ShopID, now: UTCInstant) throws(StoreError) {
        finish.bind(1, shop.rawValue)
        finish.bind(2, now.seconds)
        try finish.run()
    }

    // MARK: One order

    private struct Finding {
        var kind: StaticString
        var storedAt: UTCInstant?
        /// A merge would keep what is stored of the very version that the platform shows.
        var needsForce = false
    }

    private func findings(
        in page: OrderPage, _ context: OrderWriter.Context
    ) throws(StoreError) -> [Finding?] {
        let decisions = try orders.decisions(on: page, shop: context.shop)
        var findings: [Finding?] = []
        for (order, (decision, stored)) in zip(page.orders, decisions) {
            let at = stored?.modifiedAt
            switch decision {
            case .insert:
                findings.append(Finding(kind: "missing"))
            case .update where at.map { $0 < order.modifiedAt } ?? true:
                findings.append(Finding(kind: "stale", storedAt: at))
            case .update, .noteListRow(contradictsDetail: true):
                // A row without content says nothing about what is stored; and two lists of whole
                // orders may tell one version in different words.
                var isNews = !order.isSparse || order.status != stored?.status
                if page.isComplete, isNews {
                    isNews = try !comparison.isStored(order, of: page, shop: context.shop)
                }
                let needsForce = decision != .update
                findings.append(
                    isNews
                        ? Finding(kind: "differs", storedAt: at, needsForce: needsForce) : nil)
            case .ignore, .confirmDetail, .doubtDetail, .noteListRow(contradictsDetail: false):
                // Newer than the platform's list, or of a later answer: nothing to compare.
                var isWhole = true
                if at == order.modifiedAt,
                    page.askedMilliseconds >= stored?.askedMilliseconds ?? .max
                {
                    isWhole = try comparison.isStored(order, of: page, shop: context.shop)
                }
                findings.append(
                    isWhole ? nil : Finding(kind: "differs", storedAt: at, needsForce: true))
            }
        }
        return findings
    }
}
