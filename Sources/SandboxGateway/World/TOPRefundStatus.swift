/// The states of a refund (open.taobao.com, api 52).
enum TOPRefundStatus: String, CaseIterable, Sendable {
    case waitSellerAgree = "WAIT_SELLER_AGREE"
    case waitBuyerReturn = "WAIT_BUYER_RETURN_GOODS"
    case waitSellerConfirm = "WAIT_SELLER_CONFIRM_GOODS"
    case refused = "SELLER_REFUSE_BUYER"
    case closed = "CLOSED"
    case success = "SUCCESS"

    var isTerminal: Bool { self == .closed || self == .success }
}
