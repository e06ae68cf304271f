internal import SyncCore

/// Reads which goods a promoter watches, and what they cost.
final class WatchedGoodsReader {
    private let summary: Statement
    private let goods: Statement
    private let before: Statement

    /// More would fill a page; the others are counted.
    private static let goodsMax = 20

    /// A product of `:shop_id` whose price is late at `:now`. Failed requests do not reset its due
    /// time. One that fails while others are read is no lag: it is reported by its own error.
    static let isLate = """
        due_at <= :now AND (attempts = 0 OR due_at >= (
            SELECT coalesce(max(polled_at), 0) FROM goods_watch WHERE shop_id = :shop_id))
        """

    init(_ database: Database) throws(StoreError) {
        summary = try database.prepare(
            """
            SELECT count(*), coalesce(sum(attempts > 0 OR pid_error <> ''), 0), min(polled_at)
            FROM goods_watch WHERE shop_id = :shop_id
            """)
        goods = try database.prepare(
            """
            WITH watched AS (
                SELECT *, (SELECT price_id FROM goods_prices AS price
                           WHERE price.shop_id = goods_watch.shop_id
                             AND price.goods_sign = goods_watch.goods_sign
                             AND price.pid = goods_watch.pid
                           ORDER BY observed_at DESC, price_id DESC LIMIT 1) AS price_id
                FROM goods_watch WHERE shop_id = :shop_id)
            SELECT watched.goods_sign, watched.pid, goods_name, state = 'delisted', final_fen,
                   coupon_state, coupon_fen, below_fen, polled_at,
                   CASE WHEN attempts > 0 THEN last_error ELSE pid_error END
            FROM watched LEFT JOIN goods_prices USING (price_id)
            ORDER BY attempts > 0 OR pid_error <> '' DESC, observed_at DESC,
                     watched.goods_sign, watched.pid LIMIT \(Self.goodsMax)
            """)
        // The latest row with another price, and the one that followed it.
        before = try database.prepare(
            """
            SELECT final_fen, (
                SELECT min(observed_at) FROM goods_prices AS after
                WHERE after.shop_id = :shop_id AND after.goods_sign = :goods_sign
                    AND after.pid = :pid
                  AND (after.observed_at, after.price_id) > (old.observed_at, old.price_id))
            FROM goods_prices AS old
            WHERE shop_id = :shop_id AND goods_sign = :goods_sign AND pid = :pid
                AND final_fen <> :final_fen
            ORDER BY observed_at DESC, price_id DESC LIMIT 1
            """)
    }

    /// Nil where none are watched.
    func count(of shop: Int64) throws(StoreError) -> StoreStatus.WatchedGoods? {
        defer { summary.reset() }
        summary.bind(.shopID, shop)
        guard try summary.step(), summary.integer(0) > 0 else { return nil }
        return StoreStatus.WatchedGoods(
            count: summary.integer(0), failing: summary.integer(1),
            oldestReadAt: summary.optionalInteger(2))
    }

    /// Those with an error first, then those whose price changed last.
    func goods(of shop: Int64) throws(StoreError) -> [WatchedStatus.Goods] {
        var list: [WatchedStatus.Goods] = []
        defer { goods.reset() }
        goods.bind(.shopID, shop)
        while try goods.step() {
            var one = WatchedStatus.Goods(sign: goods.text(0), pid: goods.text(1))
            one.name = goods.optionalText(2)
            one.isDelisted = goods.integer(3) == 1
            one.finalFen = goods.optionalInteger(4)
            one.couponState = goods.optionalText(5)
            one.couponFen = goods.optionalInteger(6)
            one.belowFen = goods.optionalInteger(7)
            one.readAt = goods.optionalInteger(8)
            one.error = goods.text(9)
            try readChange(of: &one, shop)
            list.append(one)
        }
        return list
    }

    private func readChange(
        of one: inout WatchedStatus.Goods, _ shop: Int64
    ) throws(StoreError) {
        guard let fen = one.finalFen else { return }
        defer { before.reset() }
        before.bind(.shopID, shop)
        before.bind(.goodsSign, one.sign)
        before.bind(.pid, one.pid)
        before.bind(.finalFen, fen)
        guard try before.step() else { return }
        one.oldFinalFen = before.optionalInteger(0)
        one.changedAt = before.optionalInteger(1)
    }
}
