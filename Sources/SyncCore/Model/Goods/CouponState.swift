/// Whether the coupon of a good comes off its price; the raw value stands in the database.
public enum CouponState: String, CaseIterable, Sendable {
    case none
    case usable
    case future
    case expired
    case soldOut = "sold_out"
    /// One piece costs less than the coupon takes.
    case belowThreshold = "below_threshold"
}
