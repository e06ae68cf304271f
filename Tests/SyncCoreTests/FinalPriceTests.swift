import Testing

@testable import SyncCore

@Suite struct FinalPriceTests {
    /// The coupon of a real answer of December 2019: 2 yuan off 7.20, threshold 2 yuan.
    private static let start: Int64 = 1_575_820_800
    private static let end: Int64 = 1_575_993_599

    private static var real: GoodsOffer {
        var offer = GoodsOffer(goods: "real", groupFen: 720)
        offer.normalFen = 1_190
        offer.hasCoupon = true
        offer.coupon.discountFen = 200
        offer.coupon.thresholdFen = 200
        offer.coupon.remaining = 7_000
        offer.coupon.startsAt = UTCInstant(seconds: start)
        offer.coupon.endsAt = UTCInstant(seconds: end)
        return offer
    }

    private static func at(_ seconds: Int64) -> UTCInstant { UTCInstant(seconds: seconds) }

    @Test(
        arguments: [
            ("the second before it starts", start - 1, .future, 720),
            ("the second it starts", start, .usable, 520),
            ("in between", start + 1, .usable, 520),
            ("its last second", end, .usable, 520),
            ("the second after", end + 1, .expired, 720),
        ] as [(String, Int64, CouponState, Int64)])
    func couponsHaveTheirTime(why: String, now: Int64, state: CouponState, final: Int64) {
        let price = FinalPrice(of: Self.real, at: Self.at(now))
        #expect(price.couponState == state, "\(why)")
        #expect(price.finalFen == final, "\(why)")
        #expect(price.bestFen == final)
        #expect(price.platformDiscountFen == 0)
        #expect(price.jinbaoFen == nil)
    }

    struct Case: Sendable {
        var why: String
        var state: CouponState
        var final: Int64
        var change: @Sendable (inout GoodsOffer) -> Void

        init(
            _ why: String, _ state: CouponState, _ final: Int64,
            _ change: @escaping @Sendable (inout GoodsOffer) -> Void
        ) {
            self.why = why
            self.state = state
            self.final = final
            self.change = change
        }
    }

    @Test(arguments: [
        Case("left-over fields of a coupon that is gone", .none, 720) { $0.hasCoupon = false },
        Case("no discount stated", .none, 720) { $0.coupon.discountFen = nil },
        Case("a discount of nothing", .none, 720) { $0.coupon.discountFen = 0 },
        Case("a discount below nothing", .none, 720) { $0.coupon.discountFen = -5 },
        Case("no start stated", .none, 720) { $0.coupon.startsAt = nil },
        Case("no end stated", .none, 720) { $0.coupon.endsAt = nil },
        Case("no stock stated", .none, 720) { $0.coupon.remaining = nil },
        Case("all taken", .soldOut, 720) { $0.coupon.remaining = 0 },
        Case("the last one", .usable, 520) { $0.coupon.remaining = 1 },
        Case("threshold reached exactly", .usable, 520) { $0.coupon.thresholdFen = 720 },
        Case("threshold missed by a fen", .belowThreshold, 720) { $0.coupon.thresholdFen = 721 },
        Case("no threshold", .usable, 520) { $0.coupon.thresholdFen = 0 },
        Case("no threshold stated", .usable, 520) { $0.coupon.thresholdFen = nil },
        Case("as large as the price", .usable, 0) { $0.coupon.discountFen = 720 },
        Case("larger than the price", .usable, 0) { $0.coupon.discountFen = 721 },
        Case("larger than any price", .usable, 0) { $0.coupon.discountFen = .max },
        Case("for nothing already", .usable, 0) {
            $0.groupFen = 0
            $0.coupon.thresholdFen = 0
        },
        Case("a price below nothing is a fault", .belowThreshold, 0) { $0.groupFen = -1 },
        Case("the single price does not matter", .usable, 520) { $0.normalFen = nil },
    ])
    func couponsHaveConditions(_ test: Case) {
        var offer = Self.real
        test.change(&offer)
        let price = FinalPrice(of: offer, at: Self.at(Self.start))
        #expect(price.couponState == test.state, "\(test.why)")
        #expect(price.finalFen == test.final, "\(test.why)")
    }

    /// Amount and threshold of each discount; what final 520 becomes at best.
    @Test(
        arguments: [
            ("none", [], 0, 520),
            ("one within reach", [(100, 520)], 100, 420),
            ("one out of reach: what counts is the price after the coupon", [(100, 521)], 0, 520),
            ("the largest within reach", [(50, 0), (120, 300), (90, 100), (400, 999)], 120, 400),
            ("larger than the price", [(9_000, 0)], 9_000, 0),
            ("none of value", [(0, 0), (-5, 0)], 0, 520),
        ] as [(String, [(Int64, Int64)], Int64, Int64)])
    func platformDiscountsStandApart(
        why: String, discounts: [(Int64, Int64)], discount: Int64, best: Int64
    ) {
        var offer = Self.real
        offer.platformDiscounts = discounts.map {
            GoodsOffer.PlatformDiscount(amountFen: $0.0, thresholdFen: $0.1)
        }
        let price = FinalPrice(of: offer, at: Self.at(Self.end))
        #expect(price.finalFen == 520, "the baseline stays")
        #expect(price.platformDiscountFen == discount, "\(why)")
        #expect(price.bestFen == best, "\(why)")
    }

    @Test(
        arguments: [
            ("not stated", [(nil, true)], nil, 420),
            ("the platform's own price goes first", [(450, true)], 450, 450),
            ("the cheapest variant", [(450, true), (430, true), (nil, true)], 430, 430),
            ("what is not on sale has no price", [(450, true), (430, false)], 450, 450),
            ("nothing on sale", [(450, false)], nil, 420),
            ("zero is not stated", [(0, true)], nil, 420),
            ("it leaves out the coupon: never more than after coupon", [(600, true)], 600, 520),
        ] as [(String, [(Int64?, Bool)], Int64?, Int64)])
    func thePlatformsOwnPriceIsPreferred(
        why: String, variants: [(Int64?, Bool)], jinbao: Int64?, best: Int64
    ) {
        var offer = Self.real
        offer.platformDiscounts = [.init(amountFen: 100, thresholdFen: 0)]
        offer.variants = variants.map { GoodsOffer.Variant(jinbaoFen: $0.0, isOnSale: $0.1) }
        let price = FinalPrice(of: offer, at: Self.at(Self.start))
        #expect(price.finalFen == 520)
        #expect(price.jinbaoFen == jinbao, "\(why)")
        #expect(price.bestFen == best, "\(why)")
    }
}
