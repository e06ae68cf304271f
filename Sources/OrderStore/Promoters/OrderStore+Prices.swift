public import SyncCore

extension OrderStore {
    /// Watches these products of a promoter from now on, and no others. The times of the next polls
    /// stay. Products that were requested individually are searched for again, except one that is
    /// not offered, because it might make the search fail.
    public func setWatches(
        _ watches: [GoodsWatch], of shop: ShopID, now: UTCInstant
    ) throws(StoreError) {
        let put = try database.prepare(
            """
            INSERT INTO goods_watch (shop_id, goods_sign, pid, batch, interval_s, below_fen,
                                     due_at, next_poll_at)
            VALUES (:shop_id, :goods_sign, :pid, :batch, :interval_s, :below_fen, :now, :now)
            ON CONFLICT (shop_id, goods_sign, pid) DO UPDATE SET batch = :batch,
                interval_s = :interval_s,
                below_fen = :below_fen, due_at = min(due_at, :now + :interval_s),
                alone_until_at = CASE WHEN 'delisted' IS (
                    SELECT state FROM goods_prices AS price
                    WHERE price.shop_id = :shop_id AND price.goods_sign = :goods_sign
                        AND price.pid = :pid
                    ORDER BY observed_at DESC, price_id DESC LIMIT 1)
                THEN alone_until_at ELSE 0 END,
                next_poll_at = min(next_poll_at, :now + :interval_s)
            """)
        let batches = GoodsQuery.batches(of: watches)
        try database.transaction { () throws(StoreError) in
            let mark = try database.prepare(
                "UPDATE goods_watch SET batch = -1 WHERE shop_id = :shop_id")
            mark.bind(.shopID, shop.rawValue)
            try mark.run()
            for (batch, query) in batches.enumerated() {
                for watch in query {
                    put.bind(.shopID, shop.rawValue)
                    put.bind(.goodsSign, watch.goods)
                    put.bind(.pid, watch.pid)
                    put.bind(.batch, Int64(batch))
                    put.bind(.intervalS, watch.interval)
                    put.bind(.belowFen, watch.belowFen)
                    put.bind(.now, now.seconds)
                    try put.run()
                }
            }
            let remove = try database.prepare(
                "DELETE FROM goods_watch WHERE shop_id = :shop_id AND batch = -1")
            remove.bind(.shopID, shop.rawValue)
            try remove.run()
        }
        watchParameters[shop] = Dictionary(
            uniqueKeysWithValues: batches.enumerated().map {
                (Int64($0.offset), $0.element[0].customParameters)
            })
    }

    /// What is due: batches, and products that are requested individually. A batch is requested as
    /// a whole, because that costs no more; products requested individually return to it then.
    func prices(
        _ shop: ShopID, _ limit: Int, _ dueBy: UTCInstant
    ) throws(StoreError) -> WorkLoad {
        let statement = try database.prepare(
            """
            WITH due AS (
                SELECT * FROM goods_watch WHERE shop_id = :shop_id AND next_poll_at <= :due_by),
            asked AS (
                SELECT *, 1 AS is_alone FROM due WHERE alone_until_at > :due_by
                UNION ALL
                SELECT *, 0 FROM goods_watch
                WHERE shop_id = :shop_id AND alone_until_at <= :due_by
                  AND batch IN (SELECT batch FROM due WHERE alone_until_at <= :due_by))
            SELECT group_concat(goods_sign, char(10)), pid, is_alone, min(interval_s),
                   max(attempts), batch, is_alone AND pid_error <> '',
                   is_alone AND 'delisted' IS (
                       SELECT state FROM goods_prices AS price
                       WHERE price.shop_id = :shop_id AND price.goods_sign = asked.goods_sign
                         AND price.pid = asked.pid
                       ORDER BY observed_at DESC, price_id DESC LIMIT 1)
            FROM (SELECT * FROM asked ORDER BY goods_sign) AS asked
            GROUP BY pid, batch, CASE is_alone WHEN 1 THEN goods_sign END
            ORDER BY min(next_poll_at) LIMIT :limit
            """)
        statement.bind(.shopID, shop.rawValue)
        statement.bind(.dueBy, dueBy.seconds)
        statement.bind(.limit, Int64(limit))
        var load = WorkLoad()
        while try statement.step() {
            var query = GoodsQuery(
                goods: statement.text(0).split(separator: "\n").map(String.init),
                pid: statement.text(1),
                customParameters: watchParameters[shop]?[statement.integer(5)] ?? "",
                isDetail: statement.integer(2) == 1, interval: statement.integer(3))
            query.isPublic = statement.integer(6) == 1
            var item = WorkItem(.goods(query), attempt: Int(statement.integer(4)))
            item.isGone = statement.integer(7) == 1
            load.items.append(item)
        }
        load.isAll = load.items.count < limit
        guard load.isAll else { return load }
        let next = try database.prepare(
            """
            SELECT min(next_poll_at) FROM goods_watch
            WHERE shop_id = :shop_id AND next_poll_at > :due_by
            """
        )
        next.bind(.shopID, shop.rawValue)
        next.bind(.dueBy, dueBy.seconds)
        if try next.step() {
            load.nextDue = next.optionalInteger(0).map { UTCInstant(seconds: $0) }
        }
        return load
    }
}

extension GoodsQuery {
    /// Watches that are polled together: of one PID, its parameters and interval, no more than a
    /// search takes.
    static func batches(of watches: [GoodsWatch]) -> [[GoodsWatch]] {
        var batches: [[GoodsWatch]] = []
        for watch in watches {
            let room = batches.firstIndex { batch in
                batch.count < countMax && batch[0].pid == watch.pid
                    && batch[0].customParameters == watch.customParameters
                    && batch[0].interval == watch.interval
            }
            if let room { batches[room].append(watch) } else { batches.append([watch]) }
        }
        return batches
    }
}
