/// The position of a purge: each step continues after the last, so that a table is read once.
struct PurgePosition {
    enum Phase {
        case orders, refunds, affiliateOrders, prices, changes, verifications, done
    }

    var phase = Phase.orders
    var orderKey: Int64 = .min
    var refundKey: Int64 = .min
    var affiliateKey: Int64 = .min
    var priceKey: Int64 = .min
    var sequence: Int64 = .min
}
