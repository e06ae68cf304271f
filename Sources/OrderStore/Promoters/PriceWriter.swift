internal import SyncCore

/// Writes prices and when they are requested next, inside its caller's transaction. It adds a row
/// of history only when a component of the price has changed.
final class PriceWriter {
    private let watch: Statement
    private let last: Statement
    private let insert: Statement
    private let priced: Statement
    private let postponed: Statement
    private let split: Statement
    private let insertChange: Statement

    /// For how many polls products are requested individually before a search is tried again, a day
    /// at most. One failed call in so many is cheap, and searches start to work: a PID gets bound,
    /// a product is found again.
    private static let alonePolls: Int64 = 24
    private static let aloneMax: Int64 = 86_400

    init(_ database: Database) throws(StoreError) {
        watch = try database.prepare(
            """
            SELECT below_fen, alone_at FROM goods_watch
            WHERE shop_id = :shop_id AND goods_sign = :goods_sign AND pid = :pid
            """)
        last = try database.prepare(
            """
            SELECT \(WatchedPrice.columns) FROM goods_prices
            WHERE shop_id = :shop_id AND goods_sign = :goods_sign AND pid = :pid
            ORDER BY observed_at DESC, price_id DESC LIMIT 1
            """)
        insert = try database.prepare(
            """
            INSERT INTO goods_prices (shop_id, goods_sign, pid, raw, \(WatchedPrice.columns))
            VALUES (:shop_id, :goods_sign, :pid, :raw, \(WatchedPrice.parameters))
            """)
        priced = try database.prepare(
            """
            UPDATE goods_watch SET next_poll_at = :next_poll_at, due_at = :next_poll_at,
                polled_at = :polled_at,
                poll_count = poll_count + 1, attempts = 0, last_error = :last_error,
                alone_until_at = coalesce(:alone_until_at, alone_until_at),
                alone_at = CASE WHEN :is_alone THEN :polled_at ELSE alone_at END,
                pid_error = CASE WHEN :is_public THEN pid_error ELSE '' END
            WHERE shop_id = :shop_id AND goods_sign = :goods_sign AND pid = :pid
            """)
        postponed = try database.prepare(
            """
            UPDATE goods_watch SET next_poll_at = :next_poll_at,
                attempts = attempts + (:last_error <> ''),
                last_error = :last_error
            WHERE shop_id = :shop_id AND goods_sign = :goods_sign AND pid = :pid
            """)
        split = try database.prepare(
            """
            UPDATE goods_watch SET next_poll_at = :next_poll_at, last_error = :last_error,
                pid_error = :pid_error,
                alone_until_at = :next_poll_at
                    + min(\(Self.aloneMax), \(Self.alonePolls) * interval_s)
            WHERE shop_id = :shop_id AND goods_sign = :goods_sign AND pid = :pid
            """)
        insertChange = try database.prepare(
            """
            INSERT INTO changes
                (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
            VALUES (:now, :shop_id, 'goods_price', :entity_id, :kind, :old_status, :new_status)
            """)
    }

    /// Where and when an answer was requested.
    private struct Context {
        var shop: ShopID
        var pid: String
        /// The platform's time of the question: whether a coupon holds is decided by it.
        var askedAt: UTCInstant
        var now: UTCInstant
    }

    /// Carries out what was decided about a question.
    /// - Returns: when its products are requested next, and the prices that dropped below their
    ///   thresholds.
    func resolve(
        _ change: WorkChange, _ query: GoodsQuery, _ page: GoodsPage?, now: UTCInstant
    ) throws(StoreError) -> (due: UTCInstant, drops: [PriceDrop]) {
        let context = Context(
            shop: change.stream.shop, pid: query.pid, askedAt: change.askedAt, now: now)
        switch change.outcome {
        case .priced(let next):
            return try storePrices(page ?? GoodsPage(offers: []), query, next, context)
        case .again(let at, let error):
            for goods in query.goods {
                bind(postponed, goods, context)
                postponed.bind(.nextPollAt, at)
                postponed.bind(.lastError, error)
                try postponed.run()
            }
            return (at, [])
        case .oneByOne(let error, let isPublic):
            for goods in query.goods {
                try askAlone(
                    goods, error: isPublic ? "" : error, pidError: isPublic ? error : "", context)
            }
            return (context.askedAt, [])
        case .gone(let next, let error):
            // It is requested alone from now on: in a search it may be why others are refused.
            let alone = next.advanced(bySeconds: Self.aloneMax)
            for goods in query.goods {
                _ = try storePrice(nil, of: goods, query, context)
                try markRead(goods, query, next: next, aloneUntil: alone, error: error, context)
            }
            return (next, [])
        case .read, .notFound, .refused, .polled, .parcelsListed:
            preconditionFailure("a price is asked for again and again")
        }
    }

    private func storePrices(
        _ page: GoodsPage, _ query: GoodsQuery, _ next: UTCInstant, _ context: Context
    ) throws(StoreError) -> (due: UTCInstant, drops: [PriceDrop]) {
        var due = next
        var drops: [PriceDrop] = []
        for goods in query.goods {
            let offer = page.offer(of: goods, in: query)
            if offer == nil, !query.isDetail, try !isKnownGone(goods, context) {
                // A product that a search lacks may still have its own answer.
                try askAlone(goods, error: "", pidError: "", context)
                due = context.askedAt
                continue
            }
            if let drop = try storePrice(offer, of: goods, query, context) { drops.append(drop) }
            // Searches miss a product that is not offered, which costs no further call.
            let isDone = !query.isDetail || (offer == nil && !query.isPublic)
            let alone = isDone ? UTCInstant(seconds: 0) : nil
            try markRead(goods, query, next: next, aloneUntil: alone, error: "", context)
        }
        return (due, drops)
    }

    /// Not offered when it was requested alone, less than a day ago.
    private func isKnownGone(_ goods: String, _ context: Context) throws(StoreError) -> Bool {
        guard try lastPrice(of: goods, context)?.state == .delisted else { return false }
        bind(watch, goods, context)
        defer { watch.reset() }
        guard try watch.step(), let alone = watch.optionalInteger(1) else { return false }
        return context.askedAt.seconds - alone < Self.aloneMax
    }

    /// The platform stated a product's price, or that it is not offered.
    /// - Parameter aloneUntil: nil to leave it as it is.
    private func markRead(
        _ goods: String, _ query: GoodsQuery, next: UTCInstant, aloneUntil: UTCInstant?,
        error: String, _ context: Context
    ) throws(StoreError) {
        bind(priced, goods, context)
        priced.bind(.nextPollAt, next)
        priced.bind(.polledAt, context.askedAt)
        priced.bind(.lastError, error)
        priced.bind(.aloneUntilAt, aloneUntil)
        priced.bind(.isAlone, Int64(query.isDetail ? 1 : 0))
        priced.bind(.isPublic, Int64(query.isPublic ? 1 : 0))
        try priced.run()
    }

    private func askAlone(
        _ goods: String, error: String, pidError: String, _ context: Context
    ) throws(StoreError) {
        bind(split, goods, context)
        split.bind(.nextPollAt, context.askedAt)
        split.bind(.lastError, error)
        split.bind(.pidError, pidError)
        try split.run()
    }

    /// Stores a product's price, if it changed; nil means that the product is not offered.
    /// - Returns: the drop, if the price dropped below its threshold.
    private func storePrice(
        _ offer: GoodsOffer?, of goods: String, _ query: GoodsQuery, _ context: Context
    ) throws(StoreError) -> PriceDrop? {
        let old = try lastPrice(of: goods, context)
        // A later answer may have overtaken this one.
        let stated = RowVersion(priceAt: context.askedAt)
        if let old, !stated.supersedes(RowVersion(priceAt: old.observedAt)) { return nil }
        let new =
            offer.map {
                WatchedPrice(of: $0, isPublic: query.isPublic, at: context.askedAt)
            } ?? WatchedPrice(delisted: old, at: context.askedAt)
        if let old, new.isSame(as: old) { return nil }
        bind(insert, goods, context)
        insert.bind(.raw, text: offer?.raw)
        new.bind(to: insert)
        try insert.run()
        let drop = try drop(from: old, to: new, of: goods, context)
        insertChange.bind(.now, context.now.seconds)
        insertChange.bind(.shopID, context.shop.rawValue)
        insertChange.bind(.entityID, goods)
        insertChange.bind(.kind, drop != nil ? "below" : old == nil ? "created" : "updated")
        insertChange.bind(.oldStatus, text: old.map(Self.text))
        insertChange.bind(.newStatus, Self.text(new))
        try insertChange.run()
        return drop
    }

    /// The price in `changes`: in fen, or that there is none.
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

    private func lastPrice(
        of goods: String, _ context: Context
    ) throws(StoreError) -> WatchedPrice? {
        bind(last, goods, context)
        defer { last.reset() }
        return try last.step() ? WatchedPrice(last) : nil
    }

    private func bind(_ statement: Statement, _ goods: String, _ context: Context) {
        statement.bind(.shopID, context.shop.rawValue)
        statement.bind(.goodsSign, goods)
        statement.bind(.pid, context.pid)
    }
}
