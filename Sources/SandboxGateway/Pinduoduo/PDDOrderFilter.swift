internal import SyncCore

/// Which orders a list is to hold, times aside.
struct PDDOrderFilter: Sendable {
    private let status: Int64?
    private let refundStatus: Int64?
    private let tradeType: Int64?
    /// No order of the sandbox is of a lottery.
    private let isLottery: Bool
    private let horizon: UTCInstant

    init(_ call: PDDCall, horizon: UTCInstant) throws(PDDError) {
        status = try call.choice("order_status", 1...3, all: 5)
        refundStatus = try call.choice("refund_status", 1...4, all: 5)
        tradeType = try call.number("trade_type", in: 0...1)
        isLottery = try call.choice("is_lucky_flag", 1...2, all: 0) == 2
        self.horizon = horizon
    }

    func matches(_ serial: Int, in shop: ShopWorld) -> Bool {
        let passesAll = status == nil && refundStatus == nil && tradeType == nil
        if passesAll, !shop.hasLateChanges {
            // Without a copy of the order: a long list passes over many.
            guard let deal = shop.orders[serial].paid else { return false }
            return deal >= horizon && !isLottery
        }
        guard let record = shop.listed(serial), let deal = record.paid, deal >= horizon,
            !isLottery
        else { return false }
        let order = PDDOrder(record: record, shop: shop.number)
        if let status, status != order.status { return false }
        if let refundStatus, refundStatus != order.refundStatus { return false }
        if let tradeType, tradeType != (record.type == .step ? 1 : 0) { return false }
        return true
    }
}
