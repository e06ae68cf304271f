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
    var types: TradeTypeSet = TradeType.listedByDefault
    var buyerNick: String?
    let page: ListPage

    /// Takes the few values it needs instead of the order: a deep page passes over many orders,
    /// and copying each would cost more than all the rest.
    func matches(type: TradeType, status: TradeStatus, salt: UInt64) -> Bool {
        guard types.contains(type) else { return false }
        if let statuses, !statuses.contains(status) { return false }
        if let buyerNick, BuyerFacts(salt: salt).nick != buyerNick { return false }
        return true
    }
}
