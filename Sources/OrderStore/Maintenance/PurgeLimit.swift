internal import SyncCore

/// What was purged of a shop's orders: not missing, because it was deleted on purpose.
struct PurgeLimit {
    /// Orders that ended before.
    var before: UTCInstant
    /// Orders that had not ended; nil where no purge included them.
    var openBefore: UTCInstant?

    static let sql = "SELECT before_at, open_before_at FROM purges WHERE shop_id = :shop_id"

    init?(_ statement: Statement, _ shop: ShopID) throws(StoreError) {
        statement.bind(.shopID, shop.rawValue)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        before = UTCInstant(seconds: statement.integer(0))
        openBefore = statement.optionalInteger(1).map { UTCInstant(seconds: $0) }
    }

    /// An order as the platform shows it is one that a purge deletes.
    func covers(_ order: OrderRow) -> Bool {
        let last = max(order.modifiedAt, order.endedAt ?? order.modifiedAt)
        if order.status.isEnd, last < before { return true }
        return openBefore.map { last < $0 } ?? false
    }
}
