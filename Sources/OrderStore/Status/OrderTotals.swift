/// The figures of the demo's summary.
public struct OrderTotals: Equatable, Sendable {
    public struct ByStatus: Equatable, Sendable {
        public var status: String
        public var orders: Int64
        public var paymentFen: Int64
    }

    public struct ByShop: Equatable, Sendable {
        public var name: String
        public var platform: String
        public var orders: Int64
        public var paymentFen: Int64
    }

    public var byStatus: [ByStatus]
    public var byShop: [ByShop]
    public var items: Int64
    public var refunds: Int64
    public var parcels: Int64
    public var changes: Int64
}
