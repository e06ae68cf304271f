internal import SyncCore

/// What a list of trades is to hold: both bounds are inclusive, at a second's resolution.
struct TradeQuery: Sendable {
    enum Order: Sendable {
        case created, modified
    }

    let order: Order
    let start: UTCInstant
    let end: UTCInstant
    var statuses: Set<TradeStatus>?
    var types: Set<TradeType> = TradeType.listedByDefault
    var buyerNick: String?
    let page: ListPage

    func matches(_ order: OrderRecord) -> Bool {
        guard types.contains(order.type) else { return false }
        if let statuses, !statuses.contains(order.status) { return false }
        if let buyerNick, BuyerFacts(salt: order.salt).nick != buyerNick { return false }
        return true
    }
}
