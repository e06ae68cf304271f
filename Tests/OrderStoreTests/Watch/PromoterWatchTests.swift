import SyncCore
import Testing

@testable import OrderStore

/// What the status page shows of promoters: the orders that they brought, goods and prices.
@Suite struct PromoterWatchTests {
    private let now = UTCInstant(seconds: 1_763_000_000)
    private let day = "2025-11-13"

    private func look(_ watch: StatusWatch) async throws -> WatchedStatus {
        try await watch.look(now: now, day: day, maxAge: .zero)
    }

    /// Shop 1 is a promoter; more shops whose names have numbers.
    private func fill(_ database: TestDatabase) async throws -> OrderStore {
        let store = try database.open()
        for name in ["jinbao", "shop10", "shop2"] { _ = try await store.registerShop(name) }
        let at = now.seconds
        try database.execute(
            """
            INSERT INTO checkpoints (shop_id, stream, cursor_at, began_at, updated_at,
                                     last_success_at)
            VALUES (1, 'affiliate', \(at - 4), 1, 1, \(at - 2)),
                   (1, 'prices', \(at - 4), 1, 1, \(at - 2));
            """)
        for (order, created, modified) in [
            ("a", at - 10, at), ("b", at - 7_200, at - 7_000), ("old", at - 200_000, at - 5),
        ] {
            try database.execute(
                """
                INSERT INTO affiliate_orders (shop_id, order_sn, status, platform_status,
                    created_at, modified_at, content_hash, asked_ms, first_seen_at, synced_at, raw)
                VALUES (1, '\(order)', 'paid', '0', \(created), \(modified), 1, 1, 1, 1, '{}');
                INSERT INTO changes (changed_at, shop_id, entity, entity_id, kind, new_status)
                VALUES (\(at - 5), 1, 'affiliate_order', '\(order)', 'created', 'paid')
                """)
        }
        return store
    }

    /// - Parameter prices: final prices, the newest last; nil where it was not offered.
    private func watch(
        _ goods: String, _ prices: [Int64?], last: Int64, attempts: Int = 0, below: Int64? = nil,
        in database: TestDatabase
    ) throws {
        let read = prices.isEmpty ? "NULL" : "\(last)"
        try database.execute(
            """
            INSERT INTO goods_watch (shop_id, goods_sign, pid, batch, interval_s, below_fen,
                due_at, next_poll_at, polled_at, attempts, last_error)
            VALUES (1, '\(goods)', 'p', 0, 600, \(below.map { "\($0)" } ?? "NULL"),
                \(prices.isEmpty ? last : last + 600), \(last + 600), \(read), \(attempts), '60001')
            """)
        for (index, price) in prices.enumerated() {
            try database.execute(
                """
                INSERT INTO goods_prices (shop_id, goods_sign, pid, observed_at, state, goods_name,
                    group_fen, coupon_state, coupon_fen, final_fen)
                VALUES (1, '\(goods)', 'p', \(last - Int64(prices.count - 1 - index) * 100),
                    '\(price == nil ? "delisted" : "listed")', '纸 \(goods)', 900, 'usable', 200,
                    \(price ?? 700))
                """)
        }
    }

    @Test func ordersAreCountedAsAShopsAre() async throws {
        let database = try TestDatabase()
        let store = try await fill(database)
        let found = try await look(StatusWatch(path: database.path))
        let figures = try #require(found.figures["jinbao"])
        #expect(figures.orders == 3)
        #expect(figures.watchedGoods == nil)
        #expect(figures.goods.isEmpty)
        #expect(figures.ordersByHour.count == 25)
        #expect(figures.ordersByHour.reduce(0, +) == 2)
        #expect(figures.ordersByHour.last == 1)
        #expect(found.status.apps[0].orderChangesToday == 3)
        let status = try OrderStore.readStatus(path: database.path, day: day, now: now)
        #expect(status.apps[0].orderChangesToday == 3)
        #expect(status.shops == found.status.shops)
        #expect(status.shops.map(\.name) == ["jinbao", "shop2", "shop10"])
        #expect(status.shops.map(\.isPromoter) == [true, false, false])
        withExtendedLifetime(store) {}
    }

    @Test func goodsShowTheirPriceAndItsLatestChange() async throws {
        let database = try TestDatabase()
        let store = try await fill(database)
        let at = now.seconds
        try watch("fell", [800, 700, 700], last: at - 60, below: 750, in: database)
        try watch("same", [700, 700], last: at - 70, in: database)
        try watch("gone", [900, 700, nil], last: at - 50, in: database)
        try watch("new", [], last: at, attempts: 2, in: database)
        let found = try await look(StatusWatch(path: database.path))
        let status = try OrderStore.readStatus(path: database.path, day: day, now: now)
        let figures = try #require(found.figures["jinbao"])
        let summary = StoreStatus.WatchedGoods(count: 4, failing: 1, oldestReadAt: at - 70)
        #expect(figures.watchedGoods == summary)
        #expect(status.shops[0].watchedGoods == summary)
        #expect(figures.priceQueue.entries == 4)
        // Due since it is watched, whenever it is tried next.
        #expect(figures.priceQueue.due == 1)
        #expect(figures.priceQueue.oldestDueAt == at)
        #expect(figures.goods.map(\.sign) == ["new", "gone", "fell", "same"])
        var gone = WatchedStatus.Goods(sign: "gone", pid: "p", name: "纸 gone")
        (gone.isDelisted, gone.finalFen, gone.oldFinalFen) = (true, 700, 900)
        (gone.couponState, gone.couponFen) = ("usable", 200)
        (gone.changedAt, gone.readAt) = (at - 150, at - 50)
        #expect(figures.goods[1] == gone)
        let fell = figures.goods[2]
        #expect(fell.finalFen == 700)
        #expect(fell.oldFinalFen == 800)
        #expect(fell.belowFen == 750)
        #expect(fell.changedAt == at - 160, "since then it is what it is")
        #expect(figures.goods[3].oldFinalFen == nil)
        #expect(figures.goods[3].changedAt == nil)
        let new = figures.goods[0]
        #expect(new.name == nil)
        #expect(new.finalFen == nil)
        #expect(new.readAt == nil)
        #expect(new.error == "60001")
        #expect(gone.error.isEmpty, "the error of a poll before is over")
        withExtendedLifetime(store) {}
    }

    @Test func theListIsBounded() async throws {
        let database = try TestDatabase()
        let store = try await fill(database)
        for number in 0..<30 {
            try watch("g\(number)", [700], last: now.seconds - Int64(number), in: database)
        }
        let found = try await look(StatusWatch(path: database.path))
        let figures = try #require(found.figures["jinbao"])
        #expect(figures.goods.map(\.sign) == (0..<20).map { "g\($0)" })
        #expect(figures.watchedGoods?.count == 30)
        withExtendedLifetime(store) {}
    }

    @Test func dropsAreCountedAndNamed() async throws {
        let database = try TestDatabase()
        let store = try await fill(database)
        try watch("fell", [800, 700], last: now.seconds - 60, in: database)
        let board = StatusWatch(path: database.path)
        #expect(try await look(board).changes.isEmpty)
        try database.execute(
            """
            INSERT INTO changes (changed_at, shop_id, entity, entity_id, kind, old_status,
                                 new_status)
            VALUES (\(now.seconds), 1, 'goods_price', 'fell', 'updated', '900', '800'),
                   (\(now.seconds), 1, 'goods_price', 'fell', 'below', '800', '700')
            """)
        let found = try await look(board)
        #expect(found.changes["jinbao"]?.byEntity == ["goods_price": 2])
        #expect(found.changes["jinbao"]?.priceDrops == 1)
        let latest = try #require(found.recentChanges.first)
        #expect(latest.kind == "below")
        #expect(latest.goodsName == "纸 fell")
        #expect(found.recentChanges.last?.goodsName == nil)
        withExtendedLifetime(store) {}
    }
}
