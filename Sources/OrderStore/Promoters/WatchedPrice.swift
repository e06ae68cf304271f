public import SyncCore

/// What a watched good cost when it was asked for; nil where it is not told.
public struct WatchedPrice: Equatable, Sendable {
    public enum State: String, Sendable {
        case listed
        /// The platform does not offer it any more; the rest is what was seen last.
        case delisted
    }

    public var state: State
    public var goodsID: String?
    public var name: String?
    public var mall: String?
    public var groupFen: Int64?
    public var normalFen: Int64?
    public var couponState: CouponState
    public var coupon = GoodsOffer.Coupon()
    public var platformDiscountFen: Int64?
    public var jinbaoFen: Int64?
    public var bestFen: Int64?
    public var finalFen: Int64?
    public var observedAt: UTCInstant

    public init(of offer: GoodsOffer, at now: UTCInstant) {
        let price = FinalPrice(of: offer, at: now)
        state = .listed
        goodsID = offer.goodsID
        name = offer.name
        mall = offer.mall
        groupFen = offer.groupFen
        normalFen = offer.normalFen
        couponState = price.couponState
        // What is left over of a coupon that is gone says nothing.
        if couponState != .none {
            coupon = offer.coupon
            // It moves with every buyer, and is no price.
            coupon.remaining = nil
        }
        platformDiscountFen = price.platformDiscountFen
        jinbaoFen = price.jinbaoFen
        bestFen = price.bestFen
        finalFen = price.finalFen
        observedAt = now
    }

    /// A good that is not offered, as it was seen last.
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
        state = State(rawValue: row.text(0)) ?? .listed
        goodsID = row.optionalText(1)
        name = row.optionalText(2)
        mall = row.optionalText(3)
        groupFen = row.optionalInteger(4)
        normalFen = row.optionalInteger(5)
        couponState = CouponState(rawValue: row.text(6)) ?? .none
        coupon.discountFen = row.optionalInteger(7)
        coupon.thresholdFen = row.optionalInteger(8)
        coupon.startsAt = row.optionalInteger(9).map { UTCInstant(seconds: $0) }
        coupon.endsAt = row.optionalInteger(10).map { UTCInstant(seconds: $0) }
        platformDiscountFen = row.optionalInteger(11)
        jinbaoFen = row.optionalInteger(12)
        bestFen = row.optionalInteger(13)
        finalFen = row.optionalInteger(14)
        observedAt = UTCInstant(seconds: row.integer(15))
    }

    /// In the order that `init(_ row:)` reads them.
    static let columns = """
        state, goods_id, goods_name, mall_name, group_fen, normal_fen, coupon_state, coupon_fen,
        coupon_min_fen, coupon_start_at, coupon_end_at, platform_discount_fen, jinbao_fen,
        best_fen, final_fen, observed_at
        """

    /// Nothing that a price is made of differs. Names come and go without meaning.
    func isSame(as other: WatchedPrice) -> Bool {
        state == other.state && groupFen == other.groupFen && normalFen == other.normalFen
            && couponState == other.couponState && coupon == other.coupon
            && platformDiscountFen == other.platformDiscountFen && jinbaoFen == other.jinbaoFen
            && bestFen == other.bestFen && finalFen == other.finalFen
    }
}
