import SyncCore

@testable import OrderStore

/// What tests of watched prices ask of a store.
protocol PriceSuite {}

extension PriceSuite {
    static var pid: String { "1_2" }
    var history: String {
        "SELECT observed_at, state, coupon_state, group_fen, final_fen, best_fen "
            + "FROM goods_prices WHERE goods_sign = 'a' ORDER BY price_id"
    }

    var feed: String {
        "SELECT entity, entity_id, kind, old_status, new_status FROM changes ORDER BY seq"
    }

    /// 7.20 yuan with a coupon of 2 yuan, good from second 1,000 to 2,000.
    func offer(_ goods: String = "a", group: Int64 = 720) -> GoodsOffer {
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

    func query(_ goods: [String] = ["a"], isDetail: Bool = false) -> GoodsQuery {
        GoodsQuery(goods: goods, pid: Self.pid, isDetail: isDetail)
    }

    func shop(
        _ database: TestDatabase, watching goods: [String] = ["a"], below: Int64? = nil
    ) async throws -> TestShop {
        let shop = try await TestShop(database)
        try await shop.store.setWatches(
            goods.map { GoodsWatch(goods: $0, pid: Self.pid, interval: 600, belowFen: below) },
            of: shop.id, now: UTCInstant(seconds: 900))
        return shop
    }

    @discardableResult
    func poll(
        _ shop: TestShop, _ offers: [GoodsOffer], _ query: GoodsQuery? = nil, at: Int64
    ) async throws -> StoreOutcome {
        try await shop.finish(
            .goods(query ?? self.query()), .priced(nextAt: UTCInstant(seconds: at + 600)),
            .goods(GoodsPage(offers: offers)), asked: at)
    }

    func asked(_ shop: TestShop, by: Int64) async throws -> [GoodsQuery] {
        try await shop.load(.prices, by: by).items.compactMap { item in
            if case .goods(let query) = item.subject { query } else { nil }
        }
    }
}
