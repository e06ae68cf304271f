/// What a buyer pays for one piece of a good: the group price less the coupon, 到手价.
///
///     final = group price − (coupon usable now ? its discount : 0), at least 0
///     best  = the platform's own computed price where variants are shown,
///             else final − the largest platform discount that final reaches, at least 0;
///             never more than final
///
/// `best` stands apart, for how the platform's discounts go together with coupons is not
/// documented. Subsidies and commissions are the promoter's income, not the buyer's price.
public struct FinalPrice: Equatable, Sendable {
    public var couponState: CouponState
    public var finalFen: Int64
    /// The platform discount that `best` counts on; 0 for none.
    public var platformDiscountFen: Int64
    /// The platform's own price of the cheapest variant on sale; nil where it is not stated.
    public var jinbaoFen: Int64?
    public var bestFen: Int64

    public init(of offer: GoodsOffer, at now: UTCInstant) {
        couponState = Self.state(of: offer, at: now)
        let price = max(0, offer.groupFen)
        let discount = couponState == .usable ? offer.coupon.discountFen ?? 0 : 0
        let final = price - min(price, discount)
        finalFen = final
        let usable = offer.platformDiscounts.filter { $0.amountFen > 0 && $0.thresholdFen <= final }
        let platform = usable.map(\.amountFen).max() ?? 0
        platformDiscountFen = platform
        jinbaoFen =
            offer.variants.filter { $0.isOnSale }.compactMap(\.jinbaoFen).filter { $0 > 0 }.min()
        // Their own price may leave out a coupon that anyone can have.
        bestFen = min(final, jinbaoFen ?? final - min(final, platform))
    }

    /// A coupon without stated times or stock counts as none: nothing is promised that the platform
    /// did not say.
    private static func state(of offer: GoodsOffer, at now: UTCInstant) -> CouponState {
        let coupon = offer.coupon
        guard offer.hasCoupon, let discount = coupon.discountFen, discount > 0,
            let start = coupon.startsAt, let end = coupon.endsAt, let remaining = coupon.remaining
        else { return .none }
        if now < start { return .future }
        // Coupons end at 23:59:59, in that second they still hold.
        if now > end { return .expired }
        if remaining <= 0 { return .soldOut }
        return offer.groupFen >= coupon.thresholdFen ?? 0 ? .usable : .belowThreshold
    }
}
