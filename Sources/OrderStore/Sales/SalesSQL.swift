/// The statements of the sales report. What counts, and on which day, is written here and in
/// docs/REPORT.md only. `:from_at` and `:until_at` are the period's first second and the first
/// after it, `:shops` the shops as a JSON array. `+shop_id` keeps SQLite from walking an index of
/// all the shop's orders, row by row, where one pass over the table is three times as fast.
enum SalesSQL {
    /// Promoters' accounts have no own sales: their orders are other shops'.
    static let shops = """
        SELECT shop_id, name, EXISTS (
            SELECT 1 FROM checkpoints WHERE checkpoints.shop_id = shops.shop_id
            AND stream IN ('affiliate', 'prices'))
        FROM shops ORDER BY name
        """

    /// What promoters brought in the period, and what they get for it.
    static let promoted = """
        SELECT count(*), coalesce(sum(promotion_amount_fen), 0),
               coalesce(sum(promotion_amount_fen) FILTER (WHERE status = 'settled'), 0)
        FROM affiliate_orders
        WHERE shop_id IN (SELECT value FROM json_each(:shops))
          AND coalesce(paid_at, created_at) >= :from_at AND coalesce(paid_at,
              created_at) < :until_at
          AND status NOT IN ('failed', 'punished')
        """

    /// Orders of the period with their standing: time and amount of payment known or not.
    static func orders(_ grouping: SalesGrouping) -> String {
        """
        SELECT order_key, \(isPaid), \(amount), \(key(grouping)), \(buyer)
        FROM orders JOIN shops USING (shop_id)
        WHERE +shop_id IN (SELECT value FROM json_each(:shops))
          AND coalesce(paid_at, created_at, modified_at) >= :from_at
          AND coalesce(paid_at, created_at, modified_at) < :until_at
          AND (\(isPaid) OR status IN ('paid', 'part_shipped', 'shipped', 'completed'))
        """
    }

    /// Goods lines of the orders that count, order by order: of a deposit each has its share, and
    /// no pieces are sold yet. Gifts are not sold.
    static let lines = """
        SELECT order_key, \(itemKey), iif(\(isDeposit), 0, order_items.quantity),
               CASE WHEN NOT \(isDeposit)
                    THEN coalesce(order_items.divided_fen, order_items.payment_fen)
                    WHEN orders.payment_fen > 0
                    THEN CAST(coalesce(order_items.divided_fen, order_items.payment_fen) * 1.0
                              * step_paid_fen / orders.payment_fen AS INTEGER)
               END,
               coalesce(paid_at, orders.created_at, orders.modified_at), order_items.title
        FROM orders CROSS JOIN order_items USING (shop_id, order_id)
        WHERE +shop_id IN (SELECT value FROM json_each(:shops))
          AND coalesce(paid_at, orders.created_at, orders.modified_at) >= :from_at
          AND coalesce(paid_at, orders.created_at, orders.modified_at) < :until_at
          AND \(isPaid) AND orders.payment_fen IS NOT NULL AND NOT is_gift
        """

    /// A deposit is all that was paid.
    private static let isDeposit = """
        (step_status IS 'deposit_paid' OR step_status IS 'deposit_forfeited')
        """

    /// What was paid.
    private static let amount = "iif(\(isDeposit), step_paid_fen, payment_fen)"

    /// Something was paid: all, or a deposit, whose time some platforms do not state.
    private static let isPaid = """
        ((paid_at IS NOT NULL AND step_status IS NOT 'unpaid') OR \(isDeposit))
        """

    /// Completed refunds with their order, if it is stored; of those without, which of the period.
    static func refunds(_ grouping: SalesGrouping) -> String {
        """
        SELECT order_key, refunds.refund_fen,
               coalesce(refunds.ended_at, refunds.modified_at) >= :from_at
               AND coalesce(refunds.ended_at, refunds.modified_at) < :until_at,
               \(grouping == .item
                   ? "CASE WHEN order_items.item_id IS NOT NULL THEN \(itemKey) END" : "NULL")
        FROM refunds LEFT JOIN orders USING (shop_id, order_id)
        \(grouping == .item ? "LEFT JOIN order_items USING (shop_id, order_id, item_id)" : "")
        WHERE refunds.status = 'completed'
          AND +refunds.shop_id IN (SELECT value FROM json_each(:shops))
        """
    }

    /// How far the shops are read: the live streams' end, the histories' beginning.
    static let coverage = """
        SELECT count(*) FILTER (WHERE stream = 'orders'),
               min(cursor_at) FILTER (WHERE stream = 'orders'),
               count(*) FILTER (WHERE stream = 'backfill'),
               max(cursor_at) FILTER (WHERE stream = 'backfill')
        FROM checkpoints WHERE shop_id IN (SELECT value FROM json_each(:shops))
        """

    /// The group of an order, as text.
    private static func key(_ grouping: SalesGrouping) -> String {
        switch grouping {
        case .day: "(coalesce(paid_at, created_at, modified_at) + 28800) / 86400"
        case .shop: "shops.name"
        case .status: "status"
        case .province: "trim(receiver_state)"
        case .item: "NULL"
        }
    }

    /// The group of a goods line: the shop's number, a blank, the goods' number or title.
    private static let itemKey = """
        orders.shop_id || ' '
            || coalesce(nullif(order_items.goods_id, ''), order_items.title, '')
        """

    /// Who bought. Taobao blurs nicks (`碎**`), so that two buyers share one; then its own
    /// identifier distinguishes them.
    private static let buyer = """
        CASE
            WHEN NOT \(isPaid) OR \(amount) IS NULL THEN NULL
            WHEN trim(buyer) <> '' AND instr(buyer, '*') = 0
            THEN shops.platform || ' ' || trim(buyer)
            ELSE buyer_id
        END
        """
}
