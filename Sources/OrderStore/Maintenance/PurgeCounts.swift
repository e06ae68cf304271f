/// What a purge did, or would do.
public struct PurgeCounts: Equatable, Sendable {
    public var orders: Int64 = 0
    public var items: Int64 = 0
    public var shipments: Int64 = 0
    public var refunds: Int64 = 0
    public var changes: Int64 = 0
    public var affiliateOrders: Int64 = 0
    public var prices: Int64 = 0

    public init() {}

    public static func += (left: inout Self, right: Self) {
        left.orders += right.orders
        left.items += right.items
        left.shipments += right.shipments
        left.refunds += right.refunds
        left.changes += right.changes
        left.affiliateOrders += right.affiliateOrders
        left.prices += right.prices
    }
}
