/// The states of a trade and of its sub-orders, as TOP spells them (open.taobao.com, api 54).
enum TradeStatus: String, CaseIterable, Sendable {
    case noCreatePay = "TRADE_NO_CREATE_PAY"
    case waitBuyerPay = "WAIT_BUYER_PAY"
    case payPending = "PAY_PENDING"
    case paidForbidConsign = "PAID_FORBID_CONSIGN"
    case waitSellerSend = "WAIT_SELLER_SEND_GOODS"
    case partConsigned = "SELLER_CONSIGNED_PART"
    case waitBuyerConfirm = "WAIT_BUYER_CONFIRM_GOODS"
    case buyerSigned = "TRADE_BUYER_SIGNED"
    case finished = "TRADE_FINISHED"
    case closed = "TRADE_CLOSED"
    case closedUnpaid = "TRADE_CLOSED_BY_TAOBAO"

    /// True when the buyer has nothing left to do. Ratings, memos and refunds after the sale
    /// still change such a trade.
    var isTerminal: Bool {
        switch self {
        case .finished, .closed, .closedUnpaid: true
        case .noCreatePay, .waitBuyerPay, .payPending, .paidForbidConsign, .waitSellerSend,
            .partConsigned, .waitBuyerConfirm, .buyerSigned:
            false
        }
    }

    /// The states that a `status` parameter asks for: one state, or one of the two groups that
    /// exist in queries only. Nil for a name that TOP does not know.
    static func matching(_ query: String) -> Set<TradeStatus>? {
        switch query {
        case "ALL_WAIT_PAY": [.waitBuyerPay, .noCreatePay]
        case "ALL_CLOSED": [.closed, .closedUnpaid]
        default: TradeStatus(rawValue: query).map { [$0] }
        }
    }
}
