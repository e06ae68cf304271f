import SyncCore
import Testing

@testable import OrderStore

/// A purge of what promoters have.
@Suite struct PromoterPurgeTests {
    private let scope = PurgeScope(before: UTCInstant(seconds: 5_000))

    private func add(
        _ order: String, _ status: AffiliateStatus, at modified: Int64, shop: Int = 1,
        to database: TestDatabase
    ) throws {
        try database.execute(
            """
            INSERT INTO affiliate_orders (shop_id, order_sn, status, platform_status, modified_at,
                content_hash, asked_ms, first_seen_at, synced_at, raw)
            VALUES (\(shop), '\(order)', '\(status.rawValue)', 'P', \(modified), 1, 1, 1, 1,
                '{"order_sn":"\(order)"}')
            """)
    }

    private func add(
        prices times: [Int64], of goods: String, isWatched: Bool = true, shop: Int = 1,
        to database: TestDatabase
    ) throws {
        for time in times {
            try database.execute(
                """
                INSERT INTO goods_prices (shop_id, goods_sign, pid, observed_at, state,
                    coupon_state, group_fen, final_fen)
                VALUES (\(shop), '\(goods)', 'p', \(time), 'listed', 'none', 9, 9)
                """)
        }
        guard isWatched else { return }
        try database.execute(
            """
            INSERT INTO goods_watch (shop_id, goods_sign, pid, batch, interval_s, due_at,
                next_poll_at, polled_at) VALUES (\(shop), '\(goods)', 'p', 0, 600, 9000, 9000, 9)
            """)
    }

    private func isSound(_ database: TestDatabase) throws -> Bool {
        try DatabaseCheck.run(path: database.path, now: UTCInstant(seconds: 10_000))
            .allSatisfy(\.isGood)
    }

    /// Only what is old and has its end, unless open ones are meant; `changes` has an entry.
    @Test(arguments: AffiliateStatus.allCases)
    func ordersGoWithTheirEnd(status: AffiliateStatus) async throws {
        let database = try TestDatabase()
        _ = try await database.open().registerShop()
        try add("old", status, at: 4_999, to: database)
        try add("new", status, at: 5_000, to: database)
        let isOver = [.settled, .failed, .punished].contains(status)
        let maintenance = try StoreMaintenance(path: database.path)
        let plan = try await maintenance.purgePlan(scope)
        #expect(plan.affiliateOrders == (isOver ? 1 : 0))
        #expect(try await maintenance.purgeAll(scope) == plan)
        let wide = PurgeScope(before: scope.before, includesOpen: true)
        #expect(try await maintenance.purgeAll(wide).affiliateOrders == (isOver ? 0 : 1))
        #expect(try database.rows("SELECT order_sn FROM affiliate_orders") == ["new"])
        #expect(
            try database.rows(
                "SELECT entity, entity_id, kind, old_status, new_status FROM changes")
                == ["affiliate_order|old|deleted|\(status.rawValue)|-"])
        #expect(try isSound(database))
    }

    /// Seconds at which a price was seen, and which stay: the last before the limit says what
    /// held then.
    @Test(
        arguments: [
            ("all are old", [10, 20, 30], true, [30]),
            ("some are", [10, 20, 5_000, 6_000], true, [20, 5_000, 6_000]),
            ("one alone", [10], true, [10]), ("none is", [5_000], true, [5_000]),
            ("two of a second", [10, 10], true, [10]),
            ("not watched any more", [10, 20, 6_000], false, [6_000]),
        ] as [(String, [Int64], Bool, [Int64])])
    func historyBeginsWithAValue(
        why: String, times: [Int64], isWatched: Bool, left: [Int64]
    ) async throws {
        let database = try TestDatabase()
        _ = try await database.open().registerShop()
        try add(prices: times, of: "a", isWatched: isWatched, to: database)
        // A product beside it, whose rows change nothing.
        try add(prices: [4_000, 7_000], of: "b", to: database)
        let maintenance = try StoreMaintenance(path: database.path)
        let plan = try await maintenance.purgePlan(scope)
        #expect(plan.prices == Int64(times.count - left.count), "\(why)")
        #expect(try await maintenance.purgeAll(scope) == plan, "\(why)")
        let rows = try database.rows(
            "SELECT observed_at FROM goods_prices WHERE goods_sign = 'a' ORDER BY 1")
        #expect(rows == left.map { "\($0)" }, "\(why)")
        #expect(
            try database.value("SELECT count(*) FROM goods_prices WHERE goods_sign = 'b'") == "2")
        #expect(try await maintenance.purgeAll(scope) == PurgeCounts(), "once is enough")
        #expect(try isSound(database))
    }

    @Test func anAccountIsPurgedAlone() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        _ = try await store.registerShop("one")
        let two = try await store.registerShop("two")
        for shop in [1, 2] {
            try add("1", .settled, at: 10, shop: shop, to: database)
            try add(prices: [10, 20], of: "a", shop: shop, to: database)
        }
        let maintenance = try StoreMaintenance(path: database.path)
        let counts = try await maintenance.purgeAll(PurgeScope(before: scope.before, shop: two))
        #expect(counts.affiliateOrders == 1)
        #expect(counts.prices == 1)
        #expect(try database.rows("SELECT shop_id FROM affiliate_orders") == ["1"])
        #expect(
            try database.rows("SELECT shop_id FROM goods_prices ORDER BY 1") == ["1", "1", "2"])
    }

    /// More than one step takes.
    @Test func manyPricesGoStepByStep() async throws {
        let database = try TestDatabase()
        _ = try await database.open().registerShop()
        try add(prices: (1...250).map { $0 }, of: "a", to: database)
        try database.execute(
            """
            INSERT INTO affiliate_orders (shop_id, order_sn, status, platform_status, modified_at,
                content_hash, asked_ms, first_seen_at, synced_at, raw)
            SELECT 1, price_id, 'settled', 'P', 10, 1, 1, 1, 1, '{}' FROM goods_prices
            """)
        let maintenance = try StoreMaintenance(path: database.path)
        let counts = try await maintenance.purgeAll(scope)
        #expect(counts.affiliateOrders == 250)
        #expect(counts.prices == 249)
        #expect(try database.rows("SELECT observed_at FROM goods_prices") == ["250"])
    }
}
