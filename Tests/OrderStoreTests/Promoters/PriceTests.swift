import SyncCore
import Testing

@testable import OrderStore

@Suite struct PriceTests: PriceSuite {
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
        whole.coupon.total = 9
        whole.extras.mallCouponPercent = 85
        whole.extras.mallCouponThresholdFen = 500
        whole.extras.mallCouponMaxFen = 1_000
        whole.extras.mallCouponStartsAt = UTCInstant(seconds: 800)
        whole.extras.mallCouponEndsAt = UTCInstant(seconds: 1_800)
        whole.extras.followCouponFen = 11
        whole.extras.followCouponThresholdFen = 12
        whole.extras.extraCouponFen = 13
        whole.extras.cashGiftFen = 14
        whole.platformDiscounts = [.init(amountFen: 30, thresholdFen: 520)]
        whole.variants = [.init(jinbaoFen: 480, isOnSale: true)]
        whole.raw = #"{"goods_sign":"a"}"#
        try await poll(shop, [whole], at: 1_000)
        #expect(
            try database.rows("SELECT * FROM goods_prices") == [
                "1|\(shop.id.rawValue)|a|1_2|0|1000|listed|77|纸 a|店|720|1190|usable|200|200|1000|"
                    + "2000|7|9|85|500|1000|800|1800|11|12|13|14|30|480|480|520|"
                    + #"{"goods_sign":"a"}"#
            ])
        #expect(
            try database.rows(
                """
                SELECT goods_name, state, public, group_yuan, coupon, coupon_yuan,
                       mall_coupon_percent, mall_coupon_max_yuan, follow_coupon_yuan,
                       extra_coupon_yuan, cash_gift_yuan, final_yuan, best_yuan
                FROM goods_prices_readable
                """) == ["纸 a|在售||7.2|可用|2.0|85|10.0|0.11|0.13|0.14|5.2|4.8"])
        let stored = try PriceReader(path: database.path).history(
            of: "a", pid: Self.pid, account: "one")
        #expect(stored == [WatchedPrice(of: whole, at: UTCInstant(seconds: 1_000))])
    }

    /// Each component makes a row; how many of a coupon are left does not.
    @Test func eachComponentIsNews() async throws {
        let changes: [(inout GoodsOffer) -> Void] = [
            { $0.extras.mallCouponPercent = 85 }, { $0.extras.mallCouponThresholdFen = 1 },
            { $0.extras.mallCouponMaxFen = 1 },
            { $0.extras.mallCouponEndsAt = UTCInstant(seconds: 5_000) },
            { $0.extras.followCouponFen = 1 }, { $0.extras.followCouponThresholdFen = 1 },
            { $0.extras.extraCouponFen = 1 }, { $0.extras.cashGiftFen = 1 },
        ]
        let database = try TestDatabase()
        let shop = try await shop(database)
        var one = offer()
        try await poll(shop, [one], at: 1_000)
        for (index, change) in changes.enumerated() {
            change(&one)
            one.coupon.remaining = Int64(index)
            one.coupon.total = Int64(index)
            try await poll(shop, [one], at: 1_001 + Int64(index))
            try await poll(shop, [one], at: 1_001 + Int64(index))
            #expect(try database.rows(history).count == index + 2)
        }
    }

    /// Final price of each poll; the kinds of the changes, and which polls are reported.
    @Test(
        arguments: [
            ("falls and stays", [800, 700, 700, 690], ["created", "below", "updated"], [1]),
            ("already below at the start", [700, 690], ["below", "updated"], [0]),
            ("falls again", [700, 800, 700], ["below", "updated", "below"], [0, 2]),
            ("the mark itself is not below", [800, 720], ["created", "updated"], []),
        ] as [(String, [Int64], [String], [Int])])
    func dropsAreReported(
        why: String, prices: [Int64], kinds: [String], reported: [Int]
    ) async throws {
        let database = try TestDatabase()
        let shop = try await shop(database, below: 720)
        for (index, price) in prices.enumerated() {
            let outcome = try await poll(shop, [offer(group: price)], at: Int64(100 + index))
            #expect(outcome.drops.count == (reported.contains(index) ? 1 : 0), "\(why): \(index)")
            guard let drop = outcome.drops.first else { continue }
            #expect(drop.finalFen == price)
            #expect(drop.belowFen == 720)
            #expect(drop.goods == "a")
            #expect(drop.oldFen == (index > 0 ? prices[index - 1] : nil))
        }
        #expect(try database.rows("SELECT kind FROM changes ORDER BY seq") == kinds, "\(why)")
    }

    /// A product that a search lacks is requested individually; only then it is gone.
    @Test func aProductThatIsGoneKeepsItsPrice() async throws {
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

    @Test func aProductThatNeverWasThereIsRecorded() async throws {
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
        #expect(queries.map(\.goods.count).sorted() == [1, 1, 5, 20])
        #expect(load.isAll)
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
        try await shop.finish(
            .goods(both), .oneByOne(error: "60001", isPublic: false), asked: 1_000)
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
        try await shop.finish(
            .goods(both), .oneByOne(error: "x", isPublic: false), asked: 1_010)
        let alone = try await shop.load(.prices, by: 1_010)
        #expect(
            alone.items.map(\.subject) == [
                .goods(query(["a"], isDetail: true)), .goods(query(["b"], isDetail: true)),
            ])
        try await poll(shop, [offer("a")], query(["a"], isDetail: true), at: 1_011)
        #expect(
            try database.rows(
                "SELECT goods_sign, attempts, last_error, alone_until_at FROM goods_watch")
                == ["a|0||15410", "b|1|x|15410"])
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
