internal import SyncCore

/// What a purge looks for and deletes. Parameters of the conditions: ?1 the instant, ?2 the shop
/// or NULL, ?3 whether open orders are meant.
enum PurgeSQL {
    /// Nothing happened to the order since, and nothing more is to be expected: neither of itself
    /// nor of its refunds.
    static let order = """
        orders.modified_at < ?1 AND coalesce(orders.ended_at, orders.modified_at) < ?1
        AND (?2 IS NULL OR orders.shop_id = ?2)
        AND (?3 OR orders.status IN ('completed', 'closed'))
        AND NOT EXISTS (
            SELECT 1 FROM refunds WHERE refunds.shop_id = orders.shop_id
            AND refunds.order_id = orders.order_id
            AND (refunds.modified_at >= ?1
                 OR NOT (?3 OR refunds.status IN ('completed', 'closed'))))
        """

    static let refund = """
        refunds.modified_at < ?1 AND coalesce(refunds.ended_at, refunds.modified_at) < ?1
        AND (?2 IS NULL OR refunds.shop_id = ?2)
        AND (?3 OR refunds.status IN ('completed', 'closed'))
        """

    /// A refund whose order is not there; others go with their order.
    static let orphanRefund = """
        \(refund) AND NOT EXISTS (
            SELECT 1 FROM orders WHERE orders.shop_id = refunds.shop_id
            AND orders.order_id = refunds.order_id)
        """

    static let change = "changed_at < ?1 AND (?2 IS NULL OR shop_id = ?2)"

    static let verification = """
        state IN ('read', 'abandoned') AND coalesce(ended_at, requested_at) < ?1
        AND (?2 IS NULL OR shop_id = ?2)
        """
}

extension PurgeScope {
    /// Fills the parameters of the conditions.
    func bind(to statement: Statement) {
        statement.bind(1, before?.seconds ?? .max)
        statement.bind(2, shop?.rawValue)
        statement.bind(3, includesOpen ? 1 : 0)
    }
}
