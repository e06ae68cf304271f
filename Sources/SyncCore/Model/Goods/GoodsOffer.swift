/// What a platform says that a good costs, and what may come off; money in fen.
public struct GoodsOffer: Equatable, Sendable {
    /// The coupon of a good; nil is what the answer left out or left null.
    public struct Coupon: Equatable, Sendable {
        public var discountFen: Int64?
        /// The price that it takes.
        public var thresholdFen: Int64?
        public var remaining: Int64?
        public var total: Int64?
        public var startsAt: UTCInstant?
        /// The last second in which it can be used.
        public var endsAt: UTCInstant?

        public init() {}
    }

    /// Further discounts, as the platform states them. How it goes together with the rest, and
    /// who gets it, is not documented: it is kept and shown, and no price is reckoned with it.
    /// Nil is what the answer left out, or has as nothing.
    public struct Extras: Equatable, Sendable {
        /// A shop's coupon in percent; whether that is what comes off, or what is left, is not
        /// documented.
        public var mallCouponPercent: Int64?
        public var mallCouponThresholdFen: Int64?
        /// The most that it takes off.
        public var mallCouponMaxFen: Int64?
        public var mallCouponStartsAt: UTCInstant?
        public var mallCouponEndsAt: UTCInstant?
        /// For buyers who follow the shop.
        public var followCouponFen: Int64?
        public var followCouponThresholdFen: Int64?
        public var extraCouponFen: Int64?
        /// Paid by the promoter, through a separate link.
        public var cashGiftFen: Int64?

        public init() {}
    }

    /// A coupon of the platform's own. How it goes together with others is not documented.
    public struct PlatformDiscount: Equatable, Sendable {
        public var amountFen: Int64
        public var thresholdFen: Int64

        public init(amountFen: Int64, thresholdFen: Int64) {
            self.amountFen = amountFen
            self.thresholdFen = thresholdFen
        }
    }

    /// A variant, which only apps with a special right are shown.
    public struct Variant: Equatable, Sendable {
        /// The platform's own computed price; nil when it is not stated.
        public var jinbaoFen: Int64?
        public var isOnSale: Bool

        public init(jinbaoFen: Int64?, isOnSale: Bool) {
            self.jinbaoFen = jinbaoFen
            self.isOnSale = isOnSale
        }
    }

    /// `goods_sign`.
    public var goods: String
    /// Retired by the documents, sent all the same.
    public var goodsID: String?
    public var name = ""
    public var mall: String?
    /// The cheapest variant bought in a group, and bought alone; before any coupon.
    public var groupFen: Int64
    public var normalFen: Int64?
    public var hasCoupon = false
    public var coupon = Coupon()
    public var platformDiscounts: [PlatformDiscount] = []
    public var variants: [Variant] = []
    public var extras = Extras()
    /// The JSON of it, as received.
    public var raw = ""

    public init(goods: String, groupFen: Int64) {
        self.goods = goods
        self.groupFen = groupFen
    }
}
