public import SyncCore

/// What a watched product cost when it was requested; nil where the platform does not state it.
public struct WatchedPrice: Equatable, Sendable {
    public enum State: String, Sendable {
        case listed
        /// The platform does not offer it any more; the rest is what was seen last.
        case delisted
    }

    public var state: State
    /// Asked for without the PID, which the platform refuses: the price for everyone.
    public var isPublic = false
    public var goodsID: String?
    public var name: String?
    public var mall: String?
    public var groupFen: Int64?
    public var normalFen: Int64?
    public var couponState: CouponState
    public var coupon = GoodsOffer.Coupon()
    public var extras = GoodsOffer.Extras()
    public var platformDiscountFen: Int64?
    public var jinbaoFen: Int64?
    public var bestFen: Int64?
    public var finalFen: Int64?
    public var observedAt: UTCInstant

    public init(of offer: GoodsOffer, isPublic: Bool = false, at now: UTCInstant) {
        let price = FinalPrice(of: offer, at: now)
        state = .listed
        self.isPublic = isPublic
        goodsID = offer.goodsID
        name = offer.name
        mall = offer.mall
        groupFen = offer.groupFen
        normalFen = offer.normalFen
        couponState = price.couponState
        // The figures of a coupon that has ended mean nothing.
        if couponState != .none { coupon = offer.coupon }
        extras = offer.extras
        platformDiscountFen = price.platformDiscountFen
        jinbaoFen = price.jinbaoFen
        bestFen = price.bestFen
        finalFen = price.finalFen
        observedAt = now
    }

    /// A product that is not offered, as it was seen last.
    init(delisted last: WatchedPrice?, at now: UTCInstant) {
        if let last {
            self = last
        } else {
            couponState = .none
            state = .delisted
        }
        state = .delisted
        observedAt = now
    }

    init(_ row: Statement) {
        func instant(_ column: Int32) -> UTCInstant? {
            row.optionalInteger(column).map { UTCInstant(seconds: $0) }
        }
        state = State(rawValue: row.text(0)) ?? .listed
        isPublic = row.integer(1) == 1
        goodsID = row.optionalText(2)
        name = row.optionalText(3)
        mall = row.optionalText(4)
        groupFen = row.optionalInteger(5)
        normalFen = row.optionalInteger(6)
        couponState = CouponState(rawValue: row.text(7)) ?? .none
        coupon.discountFen = row.optionalInteger(8)
        coupon.thresholdFen = row.optionalInteger(9)
        coupon.startsAt = instant(10)
        coupon.endsAt = instant(11)
        coupon.remaining = row.optionalInteger(12)
        coupon.total = row.optionalInteger(13)
        extras.mallCouponPercent = row.optionalInteger(14)
        extras.mallCouponThresholdFen = row.optionalInteger(15)
        extras.mallCouponMaxFen = row.optionalInteger(16)
        extras.mallCouponStartsAt = instant(17)
        extras.mallCouponEndsAt = instant(18)
        extras.followCouponFen = row.optionalInteger(19)
        extras.followCouponThresholdFen = row.optionalInteger(20)
        extras.extraCouponFen = row.optionalInteger(21)
        extras.cashGiftFen = row.optionalInteger(22)
        platformDiscountFen = row.optionalInteger(23)
        jinbaoFen = row.optionalInteger(24)
        bestFen = row.optionalInteger(25)
        finalFen = row.optionalInteger(26)
        observedAt = UTCInstant(seconds: row.integer(27))
    }

    /// In the order that `init(_ row:)` reads them.
    private static let columnNames = [
        "state", "is_public", "goods_id", "goods_name", "mall_name", "group_fen", "normal_fen",
        "coupon_state", "coupon_fen", "coupon_min_fen", "coupon_start_at", "coupon_end_at",
        "coupon_remaining", "coupon_total", "mall_coupon_percent", "mall_coupon_min_fen",
        "mall_coupon_max_fen", "mall_coupon_start_at", "mall_coupon_end_at", "follow_coupon_fen",
        "follow_coupon_min_fen", "extra_coupon_fen", "cash_gift_fen", "platform_discount_fen",
        "jinbao_fen", "best_fen", "final_fen", "observed_at",
    ]

    static let columns = columnNames.joined(separator: ", ")
    static let parameters = columnNames.map { ":\($0)" }.joined(separator: ", ")

    func bind(to statement: Statement) {
        statement.bind(.state, state.rawValue)
        statement.bind(.isPublic, Int64(isPublic ? 1 : 0))
        statement.bind(.goodsID, text: goodsID)
        statement.bind(.goodsName, text: name)
        statement.bind(.mallName, text: mall)
        statement.bind(.groupFen, groupFen)
        statement.bind(.normalFen, normalFen)
        statement.bind(.couponState, couponState.rawValue)
        statement.bind(.couponFen, coupon.discountFen)
        statement.bind(.couponMinFen, coupon.thresholdFen)
        statement.bind(.couponStartAt, coupon.startsAt)
        statement.bind(.couponEndAt, coupon.endsAt)
        statement.bind(.couponRemaining, coupon.remaining)
        statement.bind(.couponTotal, coupon.total)
        statement.bind(.mallCouponPercent, extras.mallCouponPercent)
        statement.bind(.mallCouponMinFen, extras.mallCouponThresholdFen)
        statement.bind(.mallCouponMaxFen, extras.mallCouponMaxFen)
        statement.bind(.mallCouponStartAt, extras.mallCouponStartsAt)
        statement.bind(.mallCouponEndAt, extras.mallCouponEndsAt)
        statement.bind(.followCouponFen, extras.followCouponFen)
        statement.bind(.followCouponMinFen, extras.followCouponThresholdFen)
        statement.bind(.extraCouponFen, extras.extraCouponFen)
        statement.bind(.cashGiftFen, extras.cashGiftFen)
        statement.bind(.platformDiscountFen, platformDiscountFen)
        statement.bind(.jinbaoFen, jinbaoFen)
        statement.bind(.bestFen, bestFen)
        statement.bind(.finalFen, finalFen)
        statement.bind(.observedAt, observedAt)
    }

    /// Nothing that a price is made of differs. Names come and go without meaning, and how many
    /// coupons are left moves with every buyer.
    func isSame(as other: WatchedPrice) -> Bool {
        var (one, another) = (self, other)
        for text in [\WatchedPrice.goodsID, \.name, \.mall] {
            (one[keyPath: text], another[keyPath: text]) = (nil, nil)
        }
        (one.coupon.remaining, one.coupon.total) = (nil, nil)
        (another.coupon.remaining, another.coupon.total) = (nil, nil)
        one.observedAt = another.observedAt
        return one == another
    }
}
