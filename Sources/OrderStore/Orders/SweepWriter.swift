internal import SyncCore

/// Has details read again that a sweep's page contradicts, inside a transaction that its caller
/// holds: one copy of the platform's data may have answered for the list and an older one for the
/// detail, both in the second of the change.
final class SweepWriter {
    private let orders: OrderWriter
    private let queue: DetailQueueWriter
    private let comparison: OrderComparison
    /// It can wait for a spare call.
    private static let demand = DetailDemand(
        reason: .contradicted, priority: DetailDemand.historyPriorityMin)

    init(
        _ database: Database, orders: OrderWriter, queue: DetailQueueWriter
    ) throws(StoreError) {
        self.orders = orders
        self.queue = queue
        comparison = try OrderComparison(database, .progress)
    }

    /// - Returns: whether a detail was queued.
    func queueContradicted(
        on page: OrderPage, _ context: OrderWriter.Context
    ) throws(StoreError) -> Bool {
        let decisions = try orders.decisions(on: page, context)
        var contradicted: [OrderRow] = []
        for (order, (decision, stored)) in zip(page.orders, decisions) {
            guard let stored, stored.hasDetails,
                decision == .ignore || decision == .noteListRow(contradictsDetail: false)
            else { continue }
            let source = page.source(of: order)
            let stated = RowVersion(
                stating: order.modifiedAt, contentHash: order.contentHash,
                askedMilliseconds: page.askedMilliseconds, by: context.clocks)
            switch stated.verdict(over: stored.row(from: source), by: context.clocks) {
            case .same, .revised: break
            case .newer, .older, .contested, .overtaken: continue
            }
            if try !comparison.isStored(order, of: page, shop: context.shop) {
                contradicted.append(order)
            }
        }
        let failure: StoreError? = page.bytes.withUnsafeBytes { bytes in
            do throws(StoreError) {
                for order in contradicted {
                    try queue.enqueue(
                        order, Self.demand, bytes, shop: context.shop, now: context.now)
                }
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        return !contradicted.isEmpty
    }
}
