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
