/// The kinds of platform calls that the core asks for; an adapter knows their names and fields.
public enum CallMethod: Hashable, CaseIterable, Sendable {
    case serverTime
    /// Orders by the time of their last change.
    case ordersChanged
    /// Orders by the time of their creation.
    case ordersCreated
    /// One order in full.
    case orderDetail
    /// Refunds by the time of their last change, in no promised order.
    case refundsChanged
    /// One refund in full.
    case refundDetail
    /// Where one parcel is.
    case parcelTrace
    /// The parcels of one order.
    case orderParcels
    /// The companies that carry parcels.
    case carriers
    /// Orders that a promoter brought, by the time of their last change, in no promised order.
    case affiliateChanged
    /// Many goods at once.
    case goodsSearch
    /// One good in full.
    case goodsDetail
    /// Whose session it is.
    case seller

    /// Every order, or all that a promoter brought, depends on it. What the platform says to any
    /// other call concerns that method alone: a missing permission for refunds must not stop the
    /// orders.
    var isEssential: Bool {
        switch self {
        case .serverTime, .ordersChanged, .ordersCreated, .affiliateChanged: true
        case .orderDetail, .refundsChanged, .refundDetail, .parcelTrace, .orderParcels, .carriers,
            .goodsSearch, .goodsDetail, .seller:
            false
        }
    }

    /// An app that was refused is tried with it.
    var isProbe: Bool { isEssential || self == .seller }
}
