/// What a rendered row depends on, beside the order.
enum RowKind: Hashable, Sendable {
    case trade(TradeSelection)
    /// Of Pinduoduo, in full or brief.
    case order(isBrief: Bool)
}
