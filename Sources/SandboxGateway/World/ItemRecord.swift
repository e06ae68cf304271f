internal import SyncCore

/// A sub-order: one kind of goods in an order.
struct ItemRecord: Sendable {
    let oid: Int64
    let product: Int
    let sku: Int
    let quantity: Int64
    let priceFen: Int64
    /// The discount of the goods themselves.
    let discountFen: Int64
    /// This sub-order's share of the discounts on the whole order (`part_mjz_discount`).
    let sharedDiscountFen: Int64
    /// What the seller added (or took away) by hand before the payment.
    var adjustFen: Int64 = 0
    var status: TradeStatus
    var ended: UTCInstant?
    /// The place of its parcel in the order's list.
    var parcel: Int?
    var refund: RefundRecord?

    /// `price × num + adjust_fee − discount_fee`.
    var totalFen: Int64 { priceFen * quantity + adjustFen - discountFen }

    /// What the buyer truly pays for these goods, postage aside (`divide_order_fee`).
    var dividedFen: Int64 { totalFen - sharedDiscountFen }

    var hasOpenRefund: Bool { refund.map { !$0.status.isTerminal } ?? false }

    var isOpen: Bool { !status.isTerminal }
}
