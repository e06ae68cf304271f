/// What a good answer holds for the database.
public enum AnswerContent: Sendable {
    case orders(OrderPage)
    case refunds(RefundPage)
    case trace(ParcelTrace)
    case parcels([ParcelRow])
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
        case .trace, .parcels, .carriers: break
        }
    }

    /// Orders or refunds in it.
    public var rowCount: Int {
        switch self {
        case .orders(let page): page.orders.count
        case .refunds(let page): page.refunds.count
        case .trace, .parcels, .carriers: 1
        }
    }

    public var byteCount: Int {
        switch self {
        case .orders(let page): page.bytes.count
        case .refunds(let page): page.refunds.count * 1_024
        case .trace, .parcels, .carriers: 1_024
        }
    }
}
