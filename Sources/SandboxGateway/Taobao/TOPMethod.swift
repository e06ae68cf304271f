/// The methods that the sandbox offers.
enum TOPMethod: String, CaseIterable, Sendable {
    case time = "taobao.time.get"
    case seller = "taobao.user.seller.get"
    case tradesSold = "taobao.trades.sold.get"
    case tradesIncrement = "taobao.trades.sold.increment.get"
    case tradeFullInfo = "taobao.trade.fullinfo.get"
    case trade = "taobao.trade.get"
    case refunds = "taobao.refunds.receive.get"
    case refund = "taobao.refund.get"
    case logisticsTrace = "taobao.logistics.trace.search"
    case logisticsOrders = "taobao.logistics.orders.get"

    var needsSession: Bool { self != .time }

    /// Parameters without which the gateway does not even ask the service.
    var requiredParameters: [String] {
        switch self {
        case .time: []
        case .seller, .tradesSold, .refunds, .logisticsOrders: ["fields"]
        case .tradesIncrement: ["fields", "start_modified", "end_modified"]
        case .tradeFullInfo, .trade: ["fields", "tid"]
        case .refund: ["fields", "refund_id"]
        case .logisticsTrace: ["tid"]
        }
    }

    /// `trades_sold_get_response` for `taobao.trades.sold.get`.
    var envelope: String {
        rawValue.dropFirst("taobao.".count).map { $0 == "." ? "_" : String($0) }.joined()
            + "_response"
    }
}
