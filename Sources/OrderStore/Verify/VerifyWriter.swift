internal import SyncCore
internal import WireFormat

/// Compares pages with the database for `ordersync verify`, inside a transaction that its caller
/// holds. A difference is a finding. Whether it remains one is decided after everything is read,
/// because the live stream may be about to store the same change.
final class VerifyWriter {
    private let database: Database
    private let orders: OrderWriter
    private let comparison: OrderComparison
    private let selectOpen: Statement
    private let upsertSeen: Statement
    private let upsertFinding: Statement
    private let deleteFinding: Statement
    private let selectFinding: Statement
    private let purge: Statement
    private let finish: Statement

    init(_ database: Database, orders: OrderWriter) throws(StoreError) {
        self.database = database
        self.orders = orders
        comparison = try OrderComparison(database, .proof)
        selectOpen = try database.prepare(
            """
            SELECT verify_id, is_repair FROM verifications
            WHERE shop_id = :shop_id AND state IN ('requested', 'running')
            ORDER BY verify_id DESC LIMIT 1
            """)
        upsertSeen = try database.prepare(
            """
            INSERT INTO verify_seen (verify_id, order_id, is_purged, hidden_columns,
                                     unstated_columns)
            VALUES (:verify_id, :order_id, :is_purged, :hidden_columns, :unstated_columns)
            ON CONFLICT (verify_id, order_id) DO UPDATE SET
                is_purged = excluded.is_purged, hidden_columns = excluded.hidden_columns,
                unstated_columns = excluded.unstated_columns
            """)
        upsertFinding = try database.prepare(
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
        // A second comparison found no difference; what was repaired is still reported.
        deleteFinding = try database.prepare(
            """
            DELETE FROM verify_findings
            WHERE verify_id = :verify_id AND order_id = :order_id AND is_repaired = 0
            """)
        selectFinding = try database.prepare(
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
        selectOpen.bind(.shopID, context.shop.rawValue)
        defer { selectOpen.reset() }
        guard try selectOpen.step() else { return OrderWriter.Result() }  // Abandoned.
        return try compare(
            page, context, verification: selectOpen.integer(0),
            isRepair: selectOpen.integer(1) == 1)
    }

    /// The same for a verification whose lists are read already.
    func compare(
        _ page: OrderPage, _ context: OrderWriter.Context, verification id: Int64, isRepair: Bool
    ) throws(StoreError) -> OrderWriter.Result {
        let comparisons = try comparisons(with: page, context, verification: id)
        for (order, compared) in zip(page.orders, comparisons) {
            let order = (id: page.text(order.id) ?? "", modifiedAt: order.modifiedAt)
            upsertSeen.bind(.verifyID, id)
            upsertSeen.bind(.orderID, order.id)
            upsertSeen.bind(.isPurged, compared.isPurged ? 1 : 0)
            upsertSeen.bind(.hiddenColumns, Int64(compared.hiddenColumns))
            upsertSeen.bind(.unstatedColumns, compared.unstated.joined(separator: ", "))
            try upsertSeen.run()
            guard let finding = compared.finding else {
                deleteFinding.bind(.verifyID, id)
                deleteFinding.bind(.orderID, order.id)
                try deleteFinding.run()
                continue
            }
            upsertFinding.bind(.verifyID, id)
            upsertFinding.bind(.orderID, order.id)
            upsertFinding.bind(.kind, finding.kind)
            upsertFinding.bind(.platformModifiedAt, order.modifiedAt.seconds)
            upsertFinding.bind(.storedModifiedAt, finding.storedAt)
            // By the clock of `orders.asked_ms`, with which it is compared.
            upsertFinding.bind(.askedMs, page.askedMilliseconds)
            upsertFinding.bind(
                .isRepaired, isRepair && !finding.isTooFresh && !finding.isUnreadable ? 1 : 0)
            upsertFinding.bind(.columns, finding.columns.joined(separator: ", "))
            try upsertFinding.run()
        }
        for row in page.rejected { try note(row, id, askedMilliseconds: page.askedMilliseconds) }
        guard isRepair else { return OrderWriter.Result() }
        var (wanted, context) = (page, context)
        context.isRepair = true
        wanted.orders = zip(page.orders, comparisons).filter { !$1.isPurged }.map { $0.0 }
        let isForced = comparisons.filter { !$0.isPurged }.map { compared in
            compared.finding.map { $0.needsForce && !$0.isTooFresh } ?? false
        }
        return try orders.merge(wanted, context, overwriting: isForced)
    }

    /// A row that could not be read cannot be compared. The finding remains until the order is
    /// stored from a later answer; one without an id under the row's hash, which no order resolves.
    private func note(
        _ row: RejectedRow, _ id: Int64, askedMilliseconds: Int64
    ) throws(StoreError) {
        upsertFinding.bind(.verifyID, id)
        upsertFinding.bind(.orderID, row.id ?? "rejected row \(Int64(bitPattern: row.contentHash))")
        upsertFinding.bind(.kind, VerifyResult.Finding.rejected)
        upsertFinding.bind(.platformModifiedAt, row.at)
        upsertFinding.bind(.storedModifiedAt, UTCInstant?.none)
        upsertFinding.bind(.askedMs, askedMilliseconds)
        upsertFinding.bind(.isRepaired, 0)
        upsertFinding.bind(.columns, row.reason.rawValue)
        try upsertFinding.run()
    }

    /// The platform contradicts itself about the number of orders in a span: nothing proves that
    /// those compared are all of them. A finding under the span's name, which no order can resolve.
    func note(
        _ span: DoubtfulSpan, shop: ShopID, askedAt: UTCInstant
    ) throws(StoreError) {
        selectOpen.bind(.shopID, shop.rawValue)
        defer { selectOpen.reset() }
        guard try selectOpen.step() else { return }
        let from = UTCText.rfc3339(span.window.start)
        let last = UTCText.rfc3339(span.window.end.advanced(bySeconds: -1))
        upsertFinding.bind(.verifyID, selectOpen.integer(0))
        upsertFinding.bind(.orderID, "unproven: \(from) to \(last)")
        upsertFinding.bind(.kind, "missing")
        upsertFinding.bind(.platformModifiedAt, 0)
        upsertFinding.bind(.storedModifiedAt, UTCInstant?.none)
        upsertFinding.bind(.askedMs, askedAt.seconds * 1_000)
        upsertFinding.bind(.isRepaired, 0)
        upsertFinding.bind(.columns, span.doubt.rawValue)
        try upsertFinding.run()
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
        /// come from a copy that lags behind: a second comparison decides.
        var isTooFresh = false
        /// The answer does not state all lines, so it cannot prove that the order is equal.
        var isUnreadable: Bool { kind.description == VerifyResult.Finding.rejected }
    }

    private struct Comparison {
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

    private func comparisons(
        with page: OrderPage, _ context: OrderWriter.Context, verification id: Int64
    ) throws(StoreError) -> [Comparison] {
        let decisions = try orders.decisions(on: page, context)
        let purged = try PurgeLimit(purge, context.shop)
        var comparisons: [Comparison] = []
        for (order, (decision, stored)) in zip(page.orders, decisions) {
            var compared = Comparison()
            defer {
                if !order.statesAllItems, !compared.isPurged { compared.setUnreadable(stored) }
                comparisons.append(compared)
            }
            guard let stored else {
                compared.isPurged = purged?.covers(order) ?? false
                if !compared.isPurged { compared.finding = Finding(kind: "missing") }
                continue
            }
            let row = stored.row(from: page.source(of: order))
            let stated = RowVersion(
                stating: order.modifiedAt, contentHash: order.contentHash,
                askedMilliseconds: page.askedMilliseconds, by: context.clocks)
            if stated.isLater(than: row) {
                compared.finding = Finding(kind: "stale", storedAt: stored.modifiedAt)
                continue
            }
            var (names, hidden, unstated) = try differences(of: order, in: page, context.shop)
            compared.hiddenColumns = hidden
            if stored.hasDetails, page.source(of: order) == .list {
                // Whether or not a value is stored: the order read in full may have one.
                for name in Self.ofDetails(order) where !unstated.contains(name) {
                    unstated.append(name)
                }
            }
            let isDropped = page.policy.receiver == .drop
            compared.unstated = unstated.filter {
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
                // A later answer was stored meanwhile: a second comparison decides.
                finding.isTooFresh = row.overtakes(stated)
                if stated.mayLag(behind: row), row.modifiedAt <= context.askedAt,
                    try !wasSeen(order, row, of: page, verification: id)
                {
                    finding.isTooFresh = true
                }
                compared.finding = finding
            }
        }
        return comparisons
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

    /// An earlier comparison found the same stored version.
    private func wasSeen(
        _ order: OrderRow, _ stored: RowVersion, of page: OrderPage, verification id: Int64
    ) throws(StoreError) -> Bool {
        selectFinding.bind(.verifyID, id)
        selectFinding.bind(.orderID, page.text(order.id) ?? "")
        selectFinding.bind(.askedMs, page.askedMilliseconds)
        defer { selectFinding.reset() }
        return try selectFinding.step() && selectFinding.integer(0) == stored.modifiedAt.seconds
    }
}
