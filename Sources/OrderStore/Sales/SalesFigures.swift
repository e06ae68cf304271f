/// The sums of one line of a sales report. docs/REPORT.md defines each.
public struct SalesFigures: Equatable, Sendable {
    /// Paid orders whose amount is known. Goods: orders that hold them.
    public var orders: Int64
    /// Different buyers of those orders. They do not add up: a buyer can come again.
    public var buyers: Int64
    /// Pieces sold; nil unless the report is by goods.
    public var quantity: Int64?
    public var paidFen: Int64
    /// Completed refunds of those orders, whenever they were made.
    public var refundFen: Int64
    /// Paid orders whose amount the platform has not stated yet: in none of the sums.
    public var unknownOrders: Int64

    public init(
        orders: Int64 = 0, buyers: Int64 = 0, quantity: Int64? = nil, paidFen: Int64 = 0,
        refundFen: Int64 = 0, unknownOrders: Int64 = 0
    ) {
        self.orders = orders
        self.buyers = buyers
        self.quantity = quantity
        self.paidFen = paidFen
        self.refundFen = refundFen
        self.unknownOrders = unknownOrders
    }

    /// Below zero when more was refunded than paid.
    public var netFen: Int64 { paidFen - refundFen }

    /// Paid per order, to the nearest fen; nil without orders.
    public var averageFen: Int64? {
        guard orders > 0 else { return nil }
        let half = paidFen < 0 ? -orders / 2 : orders / 2
        return (paidFen + half) / orders
    }
}
