internal import SyncCore

/// What a list of refunds is to hold: both bounds are inclusive, at a second's resolution.
struct RefundQuery: Sendable {
    var start = UTCInstant(seconds: 0)
    var end = UTCInstant(seconds: .max)
    var status: TOPRefundStatus?
    /// `guarantee_trade,auto_delivery` if left out.
    var types: TradeTypeSet = [.fixed, .auction, .autoDelivery]
    var buyerNick: String?
    let page: ListPage

    func matches(_ refund: RefundRecord, of order: OrderRecord) -> Bool {
        guard start <= refund.modified, refund.modified <= end, types.contains(order.type)
        else { return false }
        if let status, status != refund.status { return false }
        if let buyerNick, BuyerFacts(salt: order.salt).nick != buyerNick { return false }
        return true
    }
}
