import SyncCore
import Testing

@testable import OrderStore

@Suite struct PriceTests {
    private static let pid = "1_2"
    private let history =
        "SELECT observed_at, state, coupon_state, group_fen, final_fen, best_fen "
        + "FROM goods_prices WHERE goods_sign = 'a' ORDER BY price_id"
    private let feed =
        "SELECT entity, entity_id, kind, old_status, new_status FROM changes "
        + "ORDER BY seq"

    /// 7.20 yuan with a coupon of 2 yuan, good from second 1,000 to 2,000.
    private func offer(_ goods: String = "a", group: Int64 = 720) -> GoodsOffer {
        var offer = GoodsOffer(goods: goods, groupFen: group)
        offer.name = "纸 \(goods)"
        offer.normalFen = 1_190
        offer.hasCoupon = true
        offer.coupon.discountFen = 200
        offer.coupon.thresholdFen = 200
        offer.coupon.remaining = 7
        offer.coupon.startsAt = UTCInstant(seconds: 1_000)
        offer.coupon.endsAt = UTCInstant(seconds: 2_000)
        return offer
    }

    private func query(_ goods: [String] = ["a"], isDetail: Bool = false) -> GoodsQuery {
        GoodsQuery(goods: goods, pid: Self.pid, isDetail: isDetail)
    }

    private func shop(
        _ database: TestDatabase, watching goods: [String] = ["a"], below: Int64? = nil
    ) async throws -> TestShop {
        let shop = try await TestShop(database)
        try await shop.store.setWatches(
            goods.map { GoodsWatch(goods: $0, pid: Self.pid, interval: 600, belowFen: below) },
            of: shop.id, now: UTCInstant(seconds: 900))
        return shop
    }

    @discardableResult
    private func poll(
        _ shop: TestShop, _ offers: [GoodsOffer], _ query: GoodsQuery? = nil, at: Int64
    ) async throws -> StoreOutcome {
        try await shop.finish(
            .goods(query ?? self.query()), .priced(nextAt: UTCInstant(seconds: at + 600)),
            .goods(GoodsPage(offers: offers)), asked: at)
    }

    @Test func onlyWhatMakesAPriceIsHistory() async throws {
        let database = try TestDatabase()
        let shop = try await shop(database)
        try await poll(shop, [offer()], at: 999)
        try await poll(shop, [offer()], at: 1_000)
        var same = offer()
        same.coupon.remaining = 6
        same.name = "another name"
        same.mall = "another shop"
        try await poll(shop, [same], at: 1_500)
        try await poll(shop, [offer(group: 700)], at: 1_600)
        try await poll(shop, [offer(group: 700)], at: 2_001)
        #expect(
            try database.rows(history) == [
                "999|listed|future|720|720|720", "1000|listed|usable|720|520|520",
                "1600|listed|usable|700|500|500", "2001|listed|expired|700|700|700",
            ])
        #expect(
            try database.rows(feed) == [
                "goods_price|a|created|-|720", "goods_price|a|updated|720|520",
                "goods_price|a|updated|520|500", "goods_price|a|updated|500|700",
            ])
        #expect(
            try database.rows(
                "SELECT next_poll_at, poll_count, polled_at FROM goods_watch")
                == ["2601|5|2001"])
    }

    @Test func everyColumnIsStored() async throws {
        let database = try TestDatabase()
        let shop = try await shop(database)
        var whole = offer()
        whole.goodsID = "77"
        whole.mall = "店"
        whole.platformDiscounts = [.init(amountFen: 30, thresholdFen: 520)]
        whole.variants = [.init(jinbaoFen: 480, isOnSale: true)]
        try await poll(shop, [whole], at: 1_000)
        #expect(
            try database.rows("SELECT * FROM goods_prices") == [
                "1|\(shop.id.rawValue)|a|1_2|1000|listed|77|纸 a|店|720|1190|usable|200|200|1000|"
                    + "2000|30|480|480|520"
            ])
        #expect(
            try database.rows(
                "SELECT goods_name, state, group_yuan, coupon, coupon_yuan, final_yuan, best_yuan "
                    + "FROM goods_prices_readable") == ["纸 a|在售|7.20|可用|2.00|5.20|4.80"])
        let stored = try PriceReader(path: database.path).history(
            of: "a", pid: Self.pid, account: "one")
        #expect(stored == [WatchedPrice(of: whole, at: UTCInstant(seconds: 1_000))])
    }

    /// Final price of each poll; the kinds of the changes, and which polls are told of.
    @Test(
        arguments: [
            ("falls and stays", [800, 700, 700, 690], ["created", "below", "updated"], [1]),
            ("already below at the start", [700, 690], ["below", "updated"], [0]),
            ("falls again", [700, 800, 700], ["below", "updated", "below"], [0, 2]),
            ("the mark itself is not below", [800, 720], ["created", "updated"], []),
        ] as [(String, [Int64], [String], [Int])])
    func dropsAreTold(
        why: String, prices: [Int64], kinds: [String], told: [Int]
    ) async throws {
        let database = try TestDatabase()
        let shop = try await shop(database, below: 720)
        for (index, price) in prices.enumerated() {
            let outcome = try await poll(shop, [offer(group: price)], at: Int64(100 + index))
            #expect(outcome.drops.count == (told.contains(index) ? 1 : 0), "\(why): \(index)")
            guard let drop = outcome.drops.first else { continue }
            #expect(drop.finalFen == price && drop.belowFen == 720 && drop.goods == "a")
            #expect(drop.oldFen == (index > 0 ? prices[index - 1] : nil))
        }
        #expect(try database.rows("SELECT kind FROM changes ORDER BY seq") == kinds, "\(why)")
    }

    /// A search that lacks a good is asked about it alone; only then it is gone.
    @Test func aGoodThatIsGoneKeepsItsPrice() async throws {
        let database = try TestDatabase()
        let shop = try await shop(database, watching: ["a", "b"])
        let both = query(["a", "b"])
        try await poll(shop, [offer("a"), offer("b")], both, at: 1_000)
        let outcome = try await poll(shop, [offer("b")], both, at: 1_600)
        #expect(
            outcome.events == [
                .worked(shop.stream(.prices), .goods(both), due: UTCInstant(seconds: 1_600))
            ])
        let load = try await shop.load(.prices, by: 1_600)
        #expect(load.items.map(\.subject) == [.goods(query(["a"], isDetail: true))])
        #expect(load.nextDue == UTCInstant(seconds: 2_200))
        #expect(try database.rows(history).count == 1, "not gone yet")
        try await poll(shop, [], query(["a"], isDetail: true), at: 1_601)
        try await poll(shop, [], query(["a"], isDetail: true), at: 1_700)
        try await poll(shop, [offer("a")], query(["a"], isDetail: true), at: 1_800)
        #expect(
            try database.rows(history) == [
                "1000|listed|usable|720|520|520", "1601|delisted|usable|720|520|520",
                "1800|listed|usable|720|520|520",
            ])
        #expect(
            try database.rows("\(feed) LIMIT 9").filter { $0.contains("|a|") } == [
                "goods_price|a|created|-|520", "goods_price|a|updated|520|delisted",
                "goods_price|a|updated|delisted|520",
            ])
    }

    @Test func aGoodThatNeverWasThere() async throws {
        let database = try TestDatabase()
        let shop = try await shop(database, below: 10_000)
        let outcome = try await poll(shop, [], query(isDetail: true), at: 1_000)
        #expect(outcome.drops.isEmpty)
        #expect(try database.rows(history) == ["1000|delisted|none|-|-|-"])
        #expect(try database.rows(feed) == ["goods_price|a|created|-|delisted"])
    }

    @Test func batchesHoldWhatIsAskedForTogether() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let many = (10..<35).map {
            GoodsWatch(goods: "g\($0)", pid: "1_2", interval: 600, belowFen: nil)
        }
        let others = [
            GoodsWatch(goods: "g10", pid: "1_3", interval: 600, belowFen: nil),
            GoodsWatch(goods: "slow", pid: "1_2", interval: 900, belowFen: nil),
        ]
        try await shop.store.setWatches(
            many + others, of: shop.id, now: UTCInstant(seconds: 1_000))
        let load = try await shop.load(.prices)
        let queries = load.items.compactMap { item in
            if case .goods(let query) = item.subject { query } else { nil }
        }
        #expect(queries.map(\.goods.count).sorted() == [1, 1, 5, 20] && load.isAll)
        #expect(queries.allSatisfy { !$0.isDetail })
        #expect(
            Set(queries.flatMap { query in query.goods.map { "\($0) \(query.pid)" } }).count == 27)
        // The same watches again change nothing that is known of their polls.
        for query in queries {
            try await poll(
                shop, query.goods.map { offer($0) }, query, at: 1_000)
        }
        let before = try database.content()
        try await shop.store.setWatches(
            many + others, of: shop.id, now: UTCInstant(seconds: 1_100))
        #expect(try database.content() == before)
        // What is watched no more is asked for no more; its history stays.
        try await shop.store.setWatches(others, of: shop.id, now: UTCInstant(seconds: 1_200))
        #expect(try await shop.load(.prices).items.count == 2)
        #expect(try database.value("SELECT count(*) FROM goods_prices") == "27")
    }

    /// They belong to the question, not to the history: another text is no other good.
    @Test func customParametersGoWithThePID() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let mine = #"{"uid":"u-1"}"#
        let watches = [("a", ""), ("b", mine), ("c", mine), ("d", #"{"uid":"u-2"}"#)].map {
            GoodsWatch(
                goods: $0.0, pid: Self.pid, customParameters: $0.1, interval: 600, belowFen: nil)
        }
        let start = UTCInstant(seconds: 1_000)
        try await shop.store.setWatches(watches, of: shop.id, now: start)
        let queries = try await shop.load(.prices).items.compactMap { item in
            if case .goods(let query) = item.subject { query } else { nil }
        }
        #expect(queries.count == 3)
        let both = try #require(queries.first { $0.goods == ["b", "c"] })
        #expect(both.customParameters == mine)
        #expect(queries.first { $0.goods == ["a"] }?.customParameters.isEmpty == true)
        // Asked for alone, it is asked for with the same.
        try await shop.finish(.goods(both), .oneByOne(error: "60001"), asked: 1_000)
        let alone = try await shop.load(.prices, by: 1_000).items.compactMap { item in
            if case .goods(let query) = item.subject, query.isDetail { query } else { nil }
        }
        #expect(alone.map(\.goods).sorted { $0[0] < $1[0] } == [["b"], ["c"]])
        #expect(alone.allSatisfy { $0.customParameters == mine })
    }

    @Test func failuresPostpone() async throws {
        let database = try TestDatabase()
        let shop = try await shop(database, watching: ["a", "b"])
        let both = query(["a", "b"])
        try await shop.finish(
            .goods(both), .again(at: UTCInstant(seconds: 1_010), error: "x"), asked: 1_000)
        let load = try await shop.load(.prices)
        #expect(load.items.map(\.attempt) == [1])
        try await shop.finish(.goods(both), .oneByOne(error: "60001"), asked: 1_010)
        let alone = try await shop.load(.prices)
        #expect(
            alone.items.map(\.subject) == [
                .goods(query(["a"], isDetail: true)), .goods(query(["b"], isDetail: true)),
            ])
        try await poll(shop, [offer("a")], query(["a"], isDetail: true), at: 1_011)
        #expect(
            try database.rows(
                "SELECT goods_sign, attempts, last_error, by_detail FROM goods_watch")
                == ["a|0||1", "b|1|60001|1"])
    }

    @Test func identicalPricesWriteNoHistory() async throws {
        let database = try TestDatabase()
        let shop = try await shop(database)
        try await poll(shop, [offer()], at: 1_000)
        let before = try database.content().filter {
            $0.hasPrefix("goods_prices") || $0.hasPrefix("changes")
        }
        try await poll(shop, [offer()], at: 1_600)
        // One that was overtaken is no news either.
        try await poll(shop, [offer(group: 9)], at: 999)
        let after = try database.content().filter {
            $0.hasPrefix("goods_prices") || $0.hasPrefix("changes")
        }
        #expect(after == before)
    }
}
