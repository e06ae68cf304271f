public import SyncCore

extension OrderStore {
    /// Watches these goods of a promoter from now on, and no others. What is known of the next
    /// polls stays; what had to be asked for one by one is searched for again.
    public func setWatches(
        _ watches: [GoodsWatch], of shop: ShopID, now: UTCInstant
    ) throws(StoreError) {
        let put = try database.prepare(
            """
            INSERT INTO goods_watch (shop_id, goods_sign, pid, batch, interval_s, below_fen,
                                     owed_at, next_poll_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
            ON CONFLICT (shop_id, goods_sign, pid) DO UPDATE SET batch = ?4, interval_s = ?5,
                below_fen = ?6, alone_until_at = 0, owed_at = min(owed_at, ?7 + ?5),
                next_poll_at = min(next_poll_at, ?7 + ?5)
            """)
        let batches = GoodsQuery.batches(of: watches)
        try database.transaction { () throws(StoreError) in
            let mark = try database.prepare("UPDATE goods_watch SET batch = -1 WHERE shop_id = ?1")
            mark.bind(1, shop.rawValue)
            try mark.run()
            for (batch, query) in batches.enumerated() {
                for watch in query {
                    put.bind(1, shop.rawValue)
                    put.bind(2, watch.goods)
                    put.bind(3, watch.pid)
                    put.bind(4, Int64(batch))
                    put.bind(5, watch.interval)
                    put.bind(6, watch.belowFen)
                    put.bind(7, now.seconds)
                    try put.run()
                }
            }
            let remove = try database.prepare(
                "DELETE FROM goods_watch WHERE shop_id = ?1 AND batch = -1")
            remove.bind(1, shop.rawValue)
            try remove.run()
        }
        watchParameters[shop] = Dictionary(
            uniqueKeysWithValues: batches.enumerated().map {
                (Int64($0.offset), $0.element[0].customParameters)
            })
    }

    /// What is to be asked for now: the batches that are due, and the goods that go alone. A batch
    /// goes as a whole, for that costs no more, and brings back to it what was asked for alone.
    func prices(
        _ shop: ShopID, _ limit: Int, _ dueBy: UTCInstant
    ) throws(StoreError) -> WorkLoad {
        let statement = try database.prepare(
            """
            WITH due AS (
                SELECT * FROM goods_watch WHERE shop_id = ?1 AND next_poll_at <= ?2),
            asked AS (
                SELECT *, 1 AS is_alone FROM due WHERE alone_until_at > ?2
                UNION ALL
                SELECT *, 0 FROM goods_watch
                WHERE shop_id = ?1 AND alone_until_at <= ?2
                  AND batch IN (SELECT batch FROM due WHERE alone_until_at <= ?2))
            SELECT group_concat(goods_sign, char(10)), pid, is_alone, min(interval_s),
                   max(attempts), batch, is_alone AND pid_error <> '',
                   is_alone AND 'delisted' IS (
                       SELECT state FROM goods_prices AS price
                       WHERE price.shop_id = ?1 AND price.goods_sign = asked.goods_sign
                         AND price.pid = asked.pid
                       ORDER BY observed_at DESC, price_id DESC LIMIT 1)
            FROM (SELECT * FROM asked ORDER BY goods_sign) AS asked
            GROUP BY pid, batch, CASE is_alone WHEN 1 THEN goods_sign END
            ORDER BY min(next_poll_at) LIMIT ?3
            """)
        statement.bind(1, shop.rawValue)
        statement.bind(2, dueBy.seconds)
        statement.bind(3, Int64(limit))
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
            "SELECT min(next_poll_at) FROM goods_watch WHERE shop_id = ?1 AND next_poll_at > ?2")
        next.bind(1, shop.rawValue)
        next.bind(2, dueBy.seconds)
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
