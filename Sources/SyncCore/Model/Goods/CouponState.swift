/// Whether a product's coupon reduces its price; the database stores the raw value.
public enum CouponState: String, CaseIterable, Sendable {
    case none
    case usable
    case future
    case expired
    case soldOut = "sold_out"
    /// One piece costs less than the coupon takes.
    case belowThreshold = "below_threshold"
}
