internal import SyncCore

/// Writes prices and when they are asked for next, inside a transaction that its caller holds: a
/// row of history only when something that makes the price has changed.
final class PriceWriter {
    private let watch: Statement
    private let last: Statement
    private let insert: Statement
    private let priced: Statement
    private let postponed: Statement
    private let split: Statement
    private let insertChange: Statement

    init(_ database: Database) throws(StoreError) {
        watch = try database.prepare(
            "SELECT below_fen FROM goods_watch WHERE shop_id = ?1 AND goods_sign = ?2 AND pid = ?3")
        last = try database.prepare(
            """
            SELECT \(WatchedPrice.columns) FROM goods_prices
            WHERE shop_id = ?1 AND goods_sign = ?2 AND pid = ?3
            ORDER BY observed_at DESC, price_id DESC LIMIT 1
            """)
        insert = try database.prepare(
            """
            INSERT INTO goods_prices (shop_id, goods_sign, pid, \(WatchedPrice.columns))
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                    ?18, ?19)
            """)
        priced = try database.prepare(
            """
            UPDATE goods_watch SET next_poll_at = ?4, polled_at = ?5, poll_count = poll_count + 1,
                attempts = 0, last_error = ''
            WHERE shop_id = ?1 AND goods_sign = ?2 AND pid = ?3
            """)
        postponed = try database.prepare(
            """
            UPDATE goods_watch SET next_poll_at = ?4, attempts = attempts + (?5 <> ''),
                last_error = ?5
            WHERE shop_id = ?1 AND goods_sign = ?2 AND pid = ?3
            """)
        split = try database.prepare(
            """
            UPDATE goods_watch SET by_detail = 1, next_poll_at = ?4, last_error = ?5
            WHERE shop_id = ?1 AND goods_sign = ?2 AND pid = ?3
            """)
        insertChange = try database.prepare(
            """
            INSERT INTO changes
                (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
            VALUES (?1, ?2, 'goods_price', ?3, ?4, ?5, ?6)
            """)
    }

    /// Where and when an answer was asked for.
    private struct Context {
        var shop: ShopID
        var pid: String
        /// The platform's time of the question: whether a coupon holds is decided by it.
        var askedAt: UTCInstant
        var now: UTCInstant
    }

    /// Carries out what was decided about a question.
    /// - Returns: when its goods are asked for next, and what fell below its mark.
    func apply(
        _ change: WorkChange, _ query: GoodsQuery, _ page: GoodsPage?, now: UTCInstant
    ) throws(StoreError) -> (due: UTCInstant, drops: [PriceDrop]) {
        let context = Context(
            shop: change.stream.shop, pid: query.pid, askedAt: change.askedAt, now: now)
        switch change.outcome {
        case .priced(let next):
            return try write(page ?? GoodsPage(offers: []), query, next, context)
        case .again(let at, let error):
            for goods in query.goods {
                bind(postponed, goods, context)
                postponed.bind(4, at)
                postponed.bind(5, error)
                try postponed.run()
            }
            return (at, [])
        case .oneByOne(let error):
            for goods in query.goods { try askAlone(goods, error, context) }
            return (context.askedAt, [])
        case .read, .notFound, .refused, .polled, .parcelsListed:
            preconditionFailure("a price is asked for again and again")
        }
    }

    private func write(
        _ page: GoodsPage, _ query: GoodsQuery, _ next: UTCInstant, _ context: Context
    ) throws(StoreError) -> (due: UTCInstant, drops: [PriceDrop]) {
        var due = next
        var drops: [PriceDrop] = []
        for goods in query.goods {
            let offer = page.offer(of: goods, in: query)
            if offer == nil, !query.isDetail {
                try askAlone(goods, "", context)
                due = context.askedAt
                continue
            }
            if let drop = try write(offer, of: goods, context) { drops.append(drop) }
            bind(priced, goods, context)
            priced.bind(4, next)
            priced.bind(5, context.askedAt)
            try priced.run()
        }
        return (due, drops)
    }

    /// What a search lacks may still be had in full.
    private func askAlone(
        _ goods: String, _ error: String, _ context: Context
    ) throws(StoreError) {
        bind(split, goods, context)
        split.bind(4, context.askedAt)
        split.bind(5, error)
        try split.run()
    }

    /// Stores one good's price, if it is news; nil stands for a good that is not offered.
    /// - Returns: that it has fallen below its mark.
    private func write(
        _ offer: GoodsOffer?, of goods: String, _ context: Context
    ) throws(StoreError) -> PriceDrop? {
        let old = try look(for: goods, context)
        // An answer that was overtaken by a later one is no news.
        if let old, old.observedAt > context.askedAt { return nil }
        let new =
            offer.map { WatchedPrice(of: $0, at: context.askedAt) }
            ?? WatchedPrice(delisted: old, at: context.askedAt)
        if let old, new.isSame(as: old) { return nil }
        try write(new, of: goods, context)
        let drop = try drop(from: old, to: new, of: goods, context)
        insertChange.bind(1, context.now.seconds)
        insertChange.bind(2, context.shop.rawValue)
        insertChange.bind(3, goods)
        insertChange.bind(4, drop != nil ? "below" : old == nil ? "created" : "updated")
        insertChange.bind(5, text: old.map(Self.text))
        insertChange.bind(6, Self.text(new))
        try insertChange.run()
        return drop
    }

    /// What followers of `changes` are told: the price in fen, or that there is none.
    private static func text(_ price: WatchedPrice) -> String {
        guard price.state == .listed, let fen = price.finalFen else {
            return WatchedPrice.State.delisted.rawValue
        }
        return "\(fen)"
    }

    private func drop(
        from old: WatchedPrice?, to new: WatchedPrice, of goods: String, _ context: Context
    ) throws(StoreError) -> PriceDrop? {
        bind(watch, goods, context)
        defer { watch.reset() }
        guard try watch.step(), let below = watch.optionalInteger(0), new.state == .listed,
            let final = new.finalFen, final < below
        else { return nil }
        let oldFen = old?.state == .listed ? old?.finalFen : nil
        if let oldFen, oldFen < below { return nil }
        return PriceDrop(
            shop: context.shop, goods: goods, pid: context.pid, name: new.name ?? "",
            finalFen: final, oldFen: oldFen, belowFen: below)
    }

    private func look(
        for goods: String, _ context: Context
    ) throws(StoreError) -> WatchedPrice? {
        bind(last, goods, context)
        defer { last.reset() }
        return try last.step() ? WatchedPrice(last) : nil
    }

    private func write(
        _ price: WatchedPrice, of goods: String, _ context: Context
    ) throws(StoreError) {
        bind(insert, goods, context)
        insert.bind(4, price.state.rawValue)
        insert.bind(5, text: price.goodsID)
        insert.bind(6, text: price.name)
        insert.bind(7, text: price.mall)
        insert.bind(8, price.groupFen)
        insert.bind(9, price.normalFen)
        insert.bind(10, price.couponState.rawValue)
        insert.bind(11, price.coupon.discountFen)
        insert.bind(12, price.coupon.thresholdFen)
        insert.bind(13, price.coupon.startsAt)
        insert.bind(14, price.coupon.endsAt)
        insert.bind(15, price.platformDiscountFen)
        insert.bind(16, price.jinbaoFen)
        insert.bind(17, price.bestFen)
        insert.bind(18, price.finalFen)
        insert.bind(19, price.observedAt)
        try insert.run()
    }

    private func bind(_ statement: Statement, _ goods: String, _ context: Context) {
        statement.bind(1, context.shop.rawValue)
        statement.bind(2, goods)
        statement.bind(3, context.pid)
    }
}
