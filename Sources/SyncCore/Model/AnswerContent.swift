/// What a good answer holds for the database.
public enum AnswerContent: Sendable {
    case orders(OrderPage)
    case refunds(RefundPage)
    case trace(ParcelTrace)
    case parcels(ParcelListing)
    case affiliate(AffiliatePage)
    case goods(GoodsPage)
    case carriers([CarrierRow])

    /// When it was asked for, in milliseconds since 1970.
    public mutating func stamp(askedMilliseconds: Int64) {
        switch self {
        case .orders(var page):
            page.askedMilliseconds = askedMilliseconds
            self = .orders(page)
        case .refunds(var page):
            page.askedMilliseconds = askedMilliseconds
            self = .refunds(page)
        case .affiliate(var page):
            page.askedMilliseconds = askedMilliseconds
            self = .affiliate(page)
        case .trace, .parcels, .goods, .carriers: break
        }
    }

    /// When it was asked for, in milliseconds since 1970; 0 where that is not kept.
    public var askedMilliseconds: Int64 {
        switch self {
        case .orders(let page): page.askedMilliseconds
        case .refunds(let page): page.askedMilliseconds
        case .affiliate(let page): page.askedMilliseconds
        case .trace, .parcels, .goods, .carriers: 0
        }
    }

    /// Whether it is a list's answer or one about a single order or refund.
    public var source: RecordSource {
        switch self {
        case .orders(let page): page.source
        case .refunds(let page): page.source
        case .affiliate, .trace, .parcels, .goods, .carriers: .list
        }
    }

    /// Rows of the answer that cannot be stored as what they are.
    public var rejected: [RejectedRow] {
        switch self {
        case .orders(let page): page.rejected
        case .refunds(let page): page.rejected
        case .affiliate(let page): page.rejected
        case .goods(let page): page.rejected
        case .trace(let trace): trace.rejected
        case .parcels(let listing): listing.rejected
        case .carriers: []
        }
    }

    /// Orders, refunds or goods in it.
    public var rowCount: Int {
        switch self {
        case .orders(let page): page.orders.count
        case .refunds(let page): page.refunds.count
        case .affiliate(let page): page.orders.count
        case .goods(let page): page.offers.count
        case .trace, .parcels, .carriers: 1
        }
    }

    public var byteCount: Int {
        switch self {
        case .orders(let page): page.bytes.count
        case .refunds(let page): page.refunds.count * 1_024
        case .affiliate(let page): page.orders.count * 2_048
        case .trace, .parcels, .goods, .carriers: 1_024
        }
    }
}
