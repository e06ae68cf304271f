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

    /// How long goods are asked for alone before a search is tried again: so many polls, but no
    /// longer than a day. A call in vain for so many is cheap, and searches come to work: a PID
    /// gets bound, a good is found again.
    private static let alonePolls: Int64 = 24
    private static let aloneMax: Int64 = 86_400

    init(_ database: Database) throws(StoreError) {
        watch = try database.prepare(
            """
            SELECT below_fen, alone_at FROM goods_watch
            WHERE shop_id = ?1 AND goods_sign = ?2 AND pid = ?3
            """)
        last = try database.prepare(
            """
            SELECT \(WatchedPrice.columns) FROM goods_prices
            WHERE shop_id = ?1 AND goods_sign = ?2 AND pid = ?3
            ORDER BY observed_at DESC, price_id DESC LIMIT 1
            """)
        insert = try database.prepare(
            """
            INSERT INTO goods_prices (shop_id, goods_sign, pid, raw, \(WatchedPrice.columns))
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                    ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32)
            """)
        priced = try database.prepare(
            """
            UPDATE goods_watch SET next_poll_at = ?4, owed_at = ?4, polled_at = ?5,
                poll_count = poll_count + 1, attempts = 0, last_error = ?6,
                alone_until_at = coalesce(?7, alone_until_at),
                alone_at = CASE WHEN ?8 THEN ?5 ELSE alone_at END,
                pid_error = CASE WHEN ?9 THEN pid_error ELSE '' END
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
            UPDATE goods_watch SET next_poll_at = ?4, last_error = ?5, pid_error = ?6,
                alone_until_at = ?4 + min(\(Self.aloneMax), \(Self.alonePolls) * interval_s)
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
        case .oneByOne(let error, let isPublic):
            for goods in query.goods {
                try askAlone(
                    goods, error: isPublic ? "" : error, pidError: isPublic ? error : "", context)
            }
            return (context.askedAt, [])
        case .gone(let next, let error):
            // It stays alone: in a search it may be what all the others are refused for.
            let alone = next.advanced(bySeconds: Self.aloneMax)
            for goods in query.goods {
                _ = try write(nil, of: goods, query, context)
                try had(goods, query, next: next, aloneUntil: alone, error: error, context)
            }
            return (next, [])
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
            if offer == nil, !query.isDetail, try !isKnownGone(goods, context) {
                // What a search lacks may still be had in full.
                try askAlone(goods, error: "", pidError: "", context)
                due = context.askedAt
                continue
            }
            if let drop = try write(offer, of: goods, query, context) { drops.append(drop) }
            // One that is not offered is missed by searches as well, for the price of none.
            let isDone = !query.isDetail || (offer == nil && !query.isPublic)
            let alone = isDone ? UTCInstant(seconds: 0) : nil
            try had(goods, query, next: next, aloneUntil: alone, error: "", context)
        }
        return (due, drops)
    }

    /// Not offered when it was asked for alone, and that is less than a day ago.
    private func isKnownGone(_ goods: String, _ context: Context) throws(StoreError) -> Bool {
        guard try look(for: goods, context)?.state == .delisted else { return false }
        bind(watch, goods, context)
        defer { watch.reset() }
        guard try watch.step(), let alone = watch.optionalInteger(1) else { return false }
        return context.askedAt.seconds - alone < Self.aloneMax
    }

    /// The platform said what a good costs, or that it is not offered.
    /// - Parameter aloneUntil: nil to leave it as it is.
    private func had(
        _ goods: String, _ query: GoodsQuery, next: UTCInstant, aloneUntil: UTCInstant?,
        error: String, _ context: Context
    ) throws(StoreError) {
        bind(priced, goods, context)
        priced.bind(4, next)
        priced.bind(5, context.askedAt)
        priced.bind(6, error)
        priced.bind(7, aloneUntil)
        priced.bind(8, Int64(query.isDetail ? 1 : 0))
        priced.bind(9, Int64(query.isPublic ? 1 : 0))
        try priced.run()
    }

    private func askAlone(
        _ goods: String, error: String, pidError: String, _ context: Context
    ) throws(StoreError) {
        bind(split, goods, context)
        split.bind(4, context.askedAt)
        split.bind(5, error)
        split.bind(6, pidError)
        try split.run()
    }

    /// Stores one good's price, if it is news; nil stands for a good that is not offered.
    /// - Returns: that it has fallen below its mark.
    private func write(
        _ offer: GoodsOffer?, of goods: String, _ query: GoodsQuery, _ context: Context
    ) throws(StoreError) -> PriceDrop? {
        let old = try look(for: goods, context)
        // A later answer may have overtaken this one.
        let stated = RowVersion(priceAt: context.askedAt)
        if let old, !stated.supersedes(RowVersion(priceAt: old.observedAt)) { return nil }
        let new =
            offer.map {
                WatchedPrice(of: $0, isPublic: query.isPublic, at: context.askedAt)
            } ?? WatchedPrice(delisted: old, at: context.askedAt)
        if let old, new.isSame(as: old) { return nil }
        bind(insert, goods, context)
        insert.bind(4, text: offer?.raw)
        new.bind(to: insert, from: 5)
        try insert.run()
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

    private func bind(_ statement: Statement, _ goods: String, _ context: Context) {
        statement.bind(1, context.shop.rawValue)
        statement.bind(2, goods)
        statement.bind(3, context.pid)
    }
}
