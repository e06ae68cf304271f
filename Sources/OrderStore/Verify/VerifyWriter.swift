internal import SyncCore
internal import WireFormat

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
    private let forget: Statement
    private let standing: Statement
    private let purge: Statement
    private let finish: Statement

    init(_ database: Database, orders: OrderWriter) throws(StoreError) {
        self.database = database
        self.orders = orders
        comparison = try OrderComparison(database, .proof)
        open = try database.prepare(
            """
            SELECT verify_id, is_repair FROM verifications
            WHERE shop_id = :shop_id AND state IN ('requested', 'running')
            ORDER BY verify_id DESC LIMIT 1
            """)
        see = try database.prepare(
            """
            INSERT INTO verify_seen (verify_id, order_id, is_purged, hidden_columns,
                                     unstated_columns)
            VALUES (:verify_id, :order_id, :is_purged, :hidden_columns, :unstated_columns)
            ON CONFLICT (verify_id, order_id) DO UPDATE SET
                is_purged = excluded.is_purged, hidden_columns = excluded.hidden_columns,
                unstated_columns = excluded.unstated_columns
            """)
        find = try database.prepare(
            """
            INSERT INTO verify_findings (verify_id, order_id, kind, platform_modified_at,
                                         stored_modified_at, asked_at, is_repaired, columns,
                                         asked_ms)
            VALUES (:verify_id, :order_id, :kind, :platform_modified_at, :stored_modified_at,
                :asked_ms / 1000, :is_repaired, :columns, :asked_ms)
            ON CONFLICT (verify_id, order_id) DO UPDATE SET
                kind = excluded.kind, platform_modified_at = excluded.platform_modified_at,
                stored_modified_at = excluded.stored_modified_at, asked_at = excluded.asked_at,
                is_repaired = max(is_repaired, excluded.is_repaired),
                columns = excluded.columns, asked_ms = excluded.asked_ms
            """)
        // A second look that finds nothing; what was repaired stays to be reported.
        forget = try database.prepare(
            """
            DELETE FROM verify_findings
            WHERE verify_id = :verify_id AND order_id = :order_id AND is_repaired = 0
            """)
        standing = try database.prepare(
            """
            SELECT stored_modified_at FROM verify_findings
            WHERE verify_id = :verify_id AND order_id = :order_id
              AND \(RowVersionSQL.isEarlier("asked_ms", than: ":asked_ms"))
            """)
        purge = try database.prepare(PurgeLimit.sql)
        finish = try database.prepare(
            """
            UPDATE verifications SET state = 'read', ended_at = :now
            WHERE shop_id = :shop_id AND state IN ('requested', 'running')
              AND NOT EXISTS (SELECT 1 FROM windows
                              WHERE windows.shop_id = :shop_id AND windows.stream = 'verify')
            """)
    }

    /// Notes what differs; with `--repair` it is written too.
    func compare(
        _ page: OrderPage, _ context: OrderWriter.Context
    ) throws(StoreError) -> OrderWriter.Result {
        open.bind(.shopID, context.shop.rawValue)
        defer { open.reset() }
        guard try open.step() else { return OrderWriter.Result() }  // Given up by its command.
        let (id, isRepair) = (open.integer(0), open.integer(1) == 1)
        let looks = try looks(at: page, context, verification: id)
        for (order, look) in zip(page.orders, looks) {
            let order = (id: page.text(order.id) ?? "", modifiedAt: order.modifiedAt)
            see.bind(.verifyID, id)
            see.bind(.orderID, order.id)
            see.bind(.isPurged, look.isPurged ? 1 : 0)
            see.bind(.hiddenColumns, Int64(look.hiddenColumns))
            see.bind(.unstatedColumns, look.unstated.joined(separator: ", "))
            try see.run()
            guard let finding = look.finding else {
                forget.bind(.verifyID, id)
                forget.bind(.orderID, order.id)
                try forget.run()
                continue
            }
            find.bind(.verifyID, id)
            find.bind(.orderID, order.id)
            find.bind(.kind, finding.kind)
            find.bind(.platformModifiedAt, order.modifiedAt.seconds)
            find.bind(.storedModifiedAt, finding.storedAt)
            // By the clock of `orders.asked_ms`, with which it is compared.
            find.bind(.askedMs, page.askedMilliseconds)
            find.bind(.isRepaired, isRepair && !finding.isTooFresh && !finding.isUnreadable ? 1 : 0)
            find.bind(.columns, finding.columns.joined(separator: ", "))
            try find.run()
        }
        for row in page.rejected { try note(row, id, askedMilliseconds: page.askedMilliseconds) }
        guard isRepair else { return OrderWriter.Result() }
        var (wanted, context) = (page, context)
        context.isRepair = true
        wanted.orders = zip(page.orders, looks).filter { !$1.isPurged }.map { $0.0 }
        let isForced = looks.filter { !$0.isPurged }.map { look in
            look.finding.map { $0.needsForce && !$0.isTooFresh } ?? false
        }
        return try orders.merge(wanted, context, overwriting: isForced)
    }

    /// A row that could not be read cannot be compared. The finding remains until the order is
    /// stored from a later answer; one without an id under the row's hash, which no order resolves.
    private func note(
        _ row: RejectedRow, _ id: Int64, askedMilliseconds: Int64
    ) throws(StoreError) {
        find.bind(.verifyID, id)
        find.bind(.orderID, row.id ?? "rejected row \(Int64(bitPattern: row.contentHash))")
        find.bind(.kind, VerifyResult.Finding.rejected)
        find.bind(.platformModifiedAt, row.at)
        find.bind(.storedModifiedAt, UTCInstant?.none)
        find.bind(.askedMs, askedMilliseconds)
        find.bind(.isRepaired, 0)
        find.bind(.columns, row.reason.rawValue)
        try find.run()
    }

    /// The platform contradicts itself about the number of orders in a span: nothing proves that
    /// those compared are all of them. A finding under the span's name, which no order can resolve.
    func note(
        _ span: DoubtfulSpan, shop: ShopID, askedAt: UTCInstant
    ) throws(StoreError) {
        open.bind(.shopID, shop.rawValue)
        defer { open.reset() }
        guard try open.step() else { return }
        let from = UTCText.rfc3339(span.window.start)
        let last = UTCText.rfc3339(span.window.end.advanced(bySeconds: -1))
        find.bind(.verifyID, open.integer(0))
        find.bind(.orderID, "unproven: \(from) to \(last)")
        find.bind(.kind, "missing")
        find.bind(.platformModifiedAt, 0)
        find.bind(.storedModifiedAt, UTCInstant?.none)
        find.bind(.askedMs, askedAt.seconds * 1_000)
        find.bind(.isRepaired, 0)
        find.bind(.columns, span.doubt.rawValue)
        try find.run()
    }

    /// The verification is read once its last window is gone.
    func finishIfRead(shop: ShopID, now: UTCInstant) throws(StoreError) {
        finish.bind(.shopID, shop.rawValue)
        finish.bind(.now, now.seconds)
        try finish.run()
    }

    // MARK: One order

    private struct Finding {
        var kind: StaticString
        var storedAt: UTCInstant?
        var columns: [String] = []
        /// A merge would keep what is stored.
        var needsForce = false
        /// What is stored was requested later; or it is newer, and so fresh that the answer may
        /// come from a copy that lags behind: a second look decides.
        var isTooFresh = false
        /// The answer does not state all lines, so it cannot prove that the order is equal.
        var isUnreadable: Bool { kind.description == VerifyResult.Finding.rejected }
    }

    private struct Look {
        var finding: Finding?
        var isPurged = false
        var hiddenColumns = 0
        var unstated: [String] = []

        mutating func setUnreadable(_ stored: StoredVersion?) {
            var unreadable = Finding(kind: "rejected", storedAt: stored?.modifiedAt)
            unreadable.columns = (finding?.columns ?? []) + ["items not all readable"]
            (unreadable.needsForce, unreadable.isTooFresh) = (
                finding?.needsForce ?? false, finding?.isTooFresh ?? false
            )
            finding = unreadable
        }
    }

    private func looks(
        at page: OrderPage, _ context: OrderWriter.Context, verification id: Int64
    ) throws(StoreError) -> [Look] {
        let decisions = try orders.decisions(on: page, context)
        let purged = try PurgeLimit(purge, context.shop)
        var looks: [Look] = []
        for (order, (decision, stored)) in zip(page.orders, decisions) {
            var look = Look()
            defer {
                if !order.statesAllItems, !look.isPurged { look.setUnreadable(stored) }
                looks.append(look)
            }
            guard let stored else {
                look.isPurged = purged?.covers(order) ?? false
                if !look.isPurged { look.finding = Finding(kind: "missing") }
                continue
            }
            let row = stored.row(from: page.source(of: order))
            let stated = RowVersion(
                stating: order.modifiedAt, contentHash: order.contentHash,
                askedMilliseconds: page.askedMilliseconds, by: context.clocks)
            if stated.isLater(than: row) {
                look.finding = Finding(kind: "stale", storedAt: stored.modifiedAt)
                continue
            }
            var (names, hidden, unstated) = try differences(of: order, in: page, context.shop)
            look.hiddenColumns = hidden
            if stored.hasDetails, page.source(of: order) == .list {
                // Whether or not a value is stored: the order read in full may have one.
                for name in Self.ofDetails(order) where !unstated.contains(name) {
                    unstated.append(name)
                }
            }
            let isDropped = page.policy.receiver == .drop
            look.unstated = unstated.filter {
                !isDropped || !OrderComparison.personalColumns.contains($0)
            }
            // Two lists of whole orders state one version in different words; one list does not.
            let isOtherJSON = decision == .update && !page.isComplete && !order.isSparse
            if names.isEmpty, isOtherJSON, stated.isSameVersion(as: row) {
                names = ["raw"]
            }
            if !names.isEmpty {
                var finding = Finding(
                    kind: "differs", storedAt: stored.modifiedAt, columns: names, needsForce: true)
                // A later answer than this one was stored meanwhile: a second look decides.
                finding.isTooFresh = row.overtakes(stated)
                if stated.mayLag(behind: row), row.modifiedAt <= context.askedAt,
                    try !wasSeen(order, row, of: page, verification: id)
                {
                    finding.isTooFresh = true
                }
                look.finding = finding
            }
        }
        return looks
    }

    /// Columns that only an order read in full states, where this row does not.
    private static func ofDetails(_ row: OrderRow) -> [String] {
        [("buyer_message", row.buyerMessage), ("seller_memo", row.sellerMemo)]
            .filter { $1.isAbsent }.map { $0.0 }
    }

    private func differences(
        of order: OrderRow, in page: OrderPage, _ shop: ShopID
    ) throws(StoreError) -> (names: [String], hidden: Int, unstated: [String]) {
        let found = try comparison.difference(of: order, in: page, shop: shop)
        guard let found else { return ([], 0, []) }
        switch page.policy.receiver {
        case .store: return (found.names, found.hidden.count, found.unstated)
        // Masks are compared with masks: what they hide is not.
        case .mask:
            return (found.names, OrderComparison.maskedColumns.count, found.unstated)
        case .drop:
            let personal = OrderComparison.personalColumns
            let names = found.names.filter { !personal.contains($0) }
            return (names, personal.count, found.unstated)
        }
    }

    /// An earlier look found the same stored version.
    private func wasSeen(
        _ order: OrderRow, _ stored: RowVersion, of page: OrderPage, verification id: Int64
    ) throws(StoreError) -> Bool {
        standing.bind(.verifyID, id)
        standing.bind(.orderID, page.text(order.id) ?? "")
        standing.bind(.askedMs, page.askedMilliseconds)
        defer { standing.reset() }
        return try standing.step() && standing.integer(0) == stored.modifiedAt.seconds
    }
}
