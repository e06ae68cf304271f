public import SyncCore

/// Which orders, and prices, a purge is about.
public struct PurgeScope: Equatable, Sendable {
    /// Orders that nothing happened to since: modified and ended before. Nil for all. Prices that
    /// held before.
    public var before: UTCInstant?
    public var shop: ShopID?
    /// Also those that are not completed or closed; a promoter's: not settled or refused.
    public var includesOpen: Bool

    public init(before: UTCInstant?, shop: ShopID? = nil, includesOpen: Bool = false) {
        self.before = before
        self.shop = shop
        self.includesOpen = includesOpen
    }
}

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

/// Where a purge stands: each step goes on behind the last, so that a table is read once.
struct PurgePosition {
    enum Phase {
        case orders, refunds, affiliateOrders, prices, changes, verifications, done
    }

    var phase = Phase.orders
    var orderKey: Int64 = .min
    var refundKey: Int64 = .min
    var affiliateKey: Int64 = .min
    var priceKey: Int64 = .min
    var sequence: Int64 = .min
}
