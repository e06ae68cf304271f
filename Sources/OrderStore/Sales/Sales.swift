/// Sales of a period, as one moment of the database shows them.
public struct Sales: Equatable, Sendable {
    public struct Group: Equatable, Sendable {
        public var key: SalesKey
        /// Of goods: the title in the order paid last.
        public var title: String?
        public var figures: SalesFigures

        public init(key: SalesKey, title: String? = nil, figures: SalesFigures) {
            self.key = key
            self.title = title
            self.figures = figures
        }
    }

    /// What the sums leave out, so that nothing is left out in silence.
    public struct LeftOut: Equatable, Sendable {
        /// Orders handled as paid that have no time of payment: cash on delivery, for one.
        public var unpaidOrders: Int64 = 0
        public var unpaidFen: Int64 = 0
        /// Completed refunds of orders whose amount or time of payment is not known.
        public var otherRefunds: Int64 = 0
        public var otherRefundFen: Int64 = 0
        /// Completed refunds, ended in the period, whose order is not in the database.
        public var strayRefunds: Int64 = 0
        public var strayRefundFen: Int64 = 0
        /// Completed refunds of counted orders, without an amount.
        public var unknownRefunds: Int64 = 0
        /// Orders that promoters brought in the period, but for those found not in order; their
        /// commission, and what of it is settled.
        public var promotedOrders: Int64 = 0
        public var commissionFen: Int64 = 0
        public var settledFen: Int64 = 0

        public init() {}
    }

    /// The shops added up, by name.
    public var shops: [String]
    /// Promoters' accounts among those asked for: they have no sales.
    public var promoters: [String] = []
    /// Groups that have something, in no order.
    public var groups: [Group]
    /// By goods: what belongs to no goods, such as postage. It has no orders and buyers.
    public var unattributed: SalesFigures?
    public var total: SalesFigures
    public var leftOut: LeftOut
    /// Every change before this instant is stored, Unix seconds; nil if a shop was never read.
    public var syncedUntilAt: Int64?
    /// Every order created from here on is stored, Unix seconds; nil where history is not read.
    public var loadedFromAt: Int64?

    public init(shops: [String], groups: [Group], total: SalesFigures) {
        self.shops = shops
        self.groups = groups
        self.total = total
        leftOut = LeftOut()
    }
}
