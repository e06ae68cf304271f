import SyncCore
import Testing

@testable import OrderStore

/// Goods that a search refuses or lacks, and what becomes of their prices.
@Suite struct PriceRefusalTests: PriceSuite {
    /// What a search refuses or lacks is searched for again after 24 polls, with its whole batch;
    /// and one that is known not to be offered is missed by searches without a further call.
    @Test func goodsComeBackToTheSearch() async throws {
        let database = try TestDatabase()
        let shop = try await shop(database, watching: ["a", "b", "c"])
        let all = query(["a", "b", "c"])
        try await poll(shop, [offer("b"), offer("c")], all, at: 1_000)
        #expect(try await asked(shop, by: 1_000) == [query(["a"], isDetail: true)])
        try await poll(shop, [offer("a")], query(["a"], isDetail: true), at: 1_001)
        let again = 1_000 + 24 * 600
        try await poll(shop, [offer("a")], query(["a"], isDetail: true), at: Int64(again - 601))
        try await poll(shop, [offer("b"), offer("c")], query(["b", "c"]), at: Int64(again - 300))
        #expect(try await asked(shop, by: Int64(again - 1)) == [query(["a"], isDetail: true)])
        #expect(try await asked(shop, by: Int64(again)) == [all], "b and c were not due yet")
        try await poll(shop, [offer("a"), offer("b"), offer("c")], all, at: Int64(again))
        let next = Int64(again + 600)
        #expect(try await asked(shop, by: next - 1) == [])
        #expect(try await asked(shop, by: next) == [all])
        // Gone: asked for alone once, then by the search, and alone again after a day.
        try await poll(shop, [offer("a"), offer("b")], all, at: next)
        try await poll(shop, [], query(["c"], isDetail: true), at: next + 1)
        #expect(try await asked(shop, by: next + 600) == [all])
        try await poll(shop, [offer("a"), offer("b")], all, at: next + 600)
        #expect(try await asked(shop, by: next + 600) == [])
        try await poll(shop, [offer("a"), offer("b")], all, at: next + 86_401)
        #expect(
            try await asked(shop, by: next + 86_401) == [query(["c"], isDetail: true)])
    }

    /// A PID that is refused: its products are requested without it, and the price is marked as
    /// public.
    @Test func aRefusedPIDGivesThePublicPrice() async throws {
        let database = try TestDatabase()
        let shop = try await shop(database, below: 600)
        try await poll(shop, [offer()], at: 1_000)
        try await shop.finish(
            .goods(query()), .oneByOne(error: "50001 60001", isPublic: true), asked: 1_600)
        var alone = query(isDetail: true)
        alone.isPublic = true
        #expect(try await asked(shop, by: 1_600) == [alone])
        let known = "SELECT pid_error, last_error, attempts FROM goods_watch"
        #expect(try database.rows(known) == ["50001 60001||0"])
        let outcome = try await poll(shop, [offer()], alone, at: 1_601)
        #expect(outcome.drops.isEmpty, "the same price, however it was asked for")
        #expect(try database.rows(known) == ["50001 60001||0"], "still why it is asked so")
        #expect(
            try database.rows("SELECT pid, is_public, final_fen FROM goods_prices")
                == ["1_2|0|520", "1_2|1|520"])
        // One that has left the programme meanwhile does not try the PID at each poll.
        try await poll(shop, [], alone, at: 1_900)
        #expect(try await asked(shop, by: 2_500) == [alone])
        // Bound: the search takes it again.
        let again = 1_600 + 24 * 600
        #expect(try await asked(shop, by: Int64(again)) == [query()])
        try await poll(shop, [offer()], at: Int64(again))
        #expect(try database.rows(known) == ["||0"])
    }

    /// An error about one good: delisted, and kept out of the searches that it may spoil.
    @Test func aRefusedProductStaysAlone() async throws {
        let database = try TestDatabase()
        let shop = try await shop(database, watching: ["a", "b"])
        try await shop.finish(
            .goods(query(["a", "b"])), .oneByOne(error: "50001", isPublic: false), asked: 1_000)
        let alone = query(["a"], isDetail: true)
        try await shop.finish(
            .goods(alone), .gone(nextAt: UTCInstant(seconds: 20_000), error: "50001"),
            asked: 1_001)
        try await poll(shop, [offer("b")], query(["b"], isDetail: true), at: 1_002)
        #expect(try database.rows(history) == ["1001|delisted|none|-|-|-"])
        #expect(
            try database.rows("SELECT attempts, last_error FROM goods_watch")
                == ["0|50001", "0|"])
        let load = try await shop.load(.prices, by: 20_000)
        #expect(load.items.map(\.subject) == [.goods(query(["b"])), .goods(alone)])
        #expect(load.items.map(\.isGone) == [false, true])
        // A start searches again for all but that one.
        try await shop.store.setWatches(
            ["a", "b"].map { GoodsWatch(goods: $0, pid: Self.pid, interval: 600, belowFen: nil) },
            of: shop.id, now: UTCInstant(seconds: 2_000))
        #expect(try await asked(shop, by: 2_600) == [query(["b"]), alone])
    }

    /// A price is late from its due time on; failed requests do not reset that.
    @Test func latePricesShow() async throws {
        let database = try TestDatabase()
        let shop = try await shop(database, watching: ["a", "b"])
        try await poll(shop, [offer("a"), offer("b")], query(["a", "b"]), at: 1_000)
        try database.execute(
            "INSERT INTO checkpoints (shop_id, stream, cursor_at, rows_stored, began_at, "
                + "updated_at) VALUES (\(shop.id.rawValue), 'prices', 0, 0, 0, 0)")
        let now = UTCInstant(seconds: 9_000)
        for at in [1_600, 2_600, 8_000] as [Int64] {
            try await shop.finish(
                .goods(query(["a", "b"])), .again(at: UTCInstant(seconds: at + 2_000), error: "x"),
                asked: at)
        }
        func late() throws -> Int64? {
            let status = try OrderStore.readStatus(
                path: database.path, day: "2025-11-11", now: now)
            return status.shops.flatMap(\.streams).first { $0.stream == "prices" }?.oldestDueAt
        }
        #expect(try late() == 1_600)
        // Others are read: one that fails is no lag, but has its error.
        try await poll(shop, [offer("b")], query(["b"], isDetail: true), at: 8_900)
        #expect(try late() == nil)
        let status = try OrderStore.readStatus(path: database.path, day: "2025-11-11", now: now)
        #expect(status.shops.first?.watchedGoods?.failing == 1)
    }
}
