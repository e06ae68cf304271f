internal import SyncCore

/// What a purge finds and deletes. `:shop_id` is NULL for all shops.
enum PurgeSQL {
    /// Nothing happened to the order since, and nothing more is to be expected: neither of itself
    /// nor of its refunds.
    static let order = """
        orders.modified_at < :before AND coalesce(orders.ended_at, orders.modified_at) < :before
        AND (:shop_id IS NULL OR orders.shop_id = :shop_id)
        AND (:includes_open OR orders.status IN ('completed', 'closed'))
        AND NOT EXISTS (
            SELECT 1 FROM refunds WHERE refunds.shop_id = orders.shop_id
            AND refunds.order_id = orders.order_id
            AND (refunds.modified_at >= :before
                 OR NOT (:includes_open OR refunds.status IN ('completed', 'closed'))))
        """

    static let refund = """
        refunds.modified_at < :before AND coalesce(refunds.ended_at, refunds.modified_at) < :before
        AND (:shop_id IS NULL OR refunds.shop_id = :shop_id)
        AND (:includes_open OR refunds.status IN ('completed', 'closed'))
        """

    /// A refund whose order is not there; others go with their order.
    static let orphanRefund = """
        \(refund) AND NOT EXISTS (
            SELECT 1 FROM orders WHERE orders.shop_id = refunds.shop_id
            AND orders.order_id = refunds.order_id)
        """

    /// An order that a promoter brought, when nothing more is to be expected of it.
    static let affiliateOrder = """
        affiliate_orders.modified_at < :before AND (:shop_id IS NULL
        OR affiliate_orders.shop_id = :shop_id)
        AND (:includes_open OR affiliate_orders.status IN ('settled', 'failed', 'punished'))
        """

    /// A price holds until the next row, so of a good that is watched the last one before the
    /// instant stays: what follows begins with a value.
    static let price = """
        goods_prices.observed_at < :before AND (:shop_id IS NULL OR goods_prices.shop_id = :shop_id)
        AND (EXISTS (
                SELECT 1 FROM goods_prices AS later
                WHERE later.shop_id = goods_prices.shop_id
                AND later.goods_sign = goods_prices.goods_sign AND later.pid = goods_prices.pid
                AND later.observed_at < :before
                AND (later.observed_at, later.price_id)
                    > (goods_prices.observed_at, goods_prices.price_id))
            OR NOT EXISTS (
                SELECT 1 FROM goods_watch WHERE goods_watch.shop_id = goods_prices.shop_id
                AND goods_watch.goods_sign = goods_prices.goods_sign
                AND goods_watch.pid = goods_prices.pid))
        """

    static let change = "changed_at < :before AND (:shop_id IS NULL OR shop_id = :shop_id)"

    static let rejectedRow = "last_seen_at < :before AND (:shop_id IS NULL OR shop_id = :shop_id)"

    static let verification = """
        state IN ('read', 'abandoned') AND coalesce(ended_at, requested_at) < :before
        AND (:shop_id IS NULL OR shop_id = :shop_id)
        """
}

extension PurgeScope {
    /// Binds the parameters of the conditions, as far as the statement has them.
    func bind(to statement: Statement) {
        statement.bind(.before, before?.seconds ?? .max)
        statement.bind(.shopID, shop?.rawValue)
        if statement.has(.includesOpen) { statement.bind(.includesOpen, includesOpen ? 1 : 0) }
    }
}
