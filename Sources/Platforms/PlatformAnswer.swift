public import SyncCore

/// A believed-to-be-well-formed answer to a call.
public enum PlatformAnswer: Sendable {
    /// A page of a list.
    case orders(OrderPage, PageSummary)
    case refunds(RefundPage, PageSummary)
    /// One order, one refund, in full.
    case order(OrderPage)
    case refund(RefundPage)
    case trace(ParcelTrace)
    case parcels(ParcelListing)
    case affiliate(AffiliatePage, PageSummary)
    case goods(GoodsPage)
    case carriers([CarrierRow])
    case serverTime(UTCInstant)
    case seller(SellerIdentity)

    /// What the core learns of it.
    public var outcome: CallResult.Outcome {
        switch self {
        case .orders(_, let summary), .refunds(_, let summary), .affiliate(_, let summary):
            .page(summary)
        case .order, .refund: .detail
        case .trace(let trace): .trace(trace)
        case .parcels(let listing): .parcels(count: listing.rows.count)
        case .goods(let page): .goods(count: page.offers.count)
        case .carriers: .carriers
        case .serverTime(let time): .serverTime(time)
        case .seller: .seller
        }
    }

    /// What the database is to store of it.
    public var content: AnswerContent? {
        switch self {
        case .orders(let page, _), .order(let page): .orders(page)
        case .refunds(let page, _), .refund(let page): .refunds(page)
        case .trace(let trace): .trace(trace)
        case .parcels(let listing): .parcels(listing)
        case .affiliate(let page, _): .affiliate(page)
        case .goods(let page): .goods(page)
        case .carriers(let rows): .carriers(rows)
        case .serverTime, .seller: nil
        }
    }
}
