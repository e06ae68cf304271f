public import SyncCore

/// A page and the bookkeeping that speaks of it: stored together or not at all.
public struct Commit: Sendable {
    public var page: OrderPage?
    public var change: LedgerChange

    public init(page: OrderPage?, change: LedgerChange) {
        self.page = page
        self.change = change
    }
}

/// A write of the sync: applied in the order given, many in one transaction.
public enum StoreOperation: Sendable {
    case commit(Commit)
    /// Books `total` calls of the day as used before they are made.
    case reserve(app: String, day: String, total: Int)
    case shopState(ShopID, ShopState, reason: String)
    case streamError(StreamID, String)
    /// A ban of a method, or of the whole app when `method` is empty.
    case ban(app: String, method: String, until: UTCInstant, code: String)
}

/// What calls are counted by.
public struct UsageKey: Hashable, Sendable {
    public var app: String
    /// Beijing day, `yyyy-MM-dd`.
    public var day: String
    /// The platform's name of the method.
    public var method: String

    public init(app: String, day: String, method: String) {
        self.app = app
        self.day = day
        self.method = method
    }
}

/// What a transaction did to orders.
public struct StoredCounts: Equatable, Sendable {
    public var created = 0
    public var updated = 0
    /// Identical or older: nothing was written.
    public var unchanged = 0

    public init() {}

    public static func += (left: inout Self, right: Self) {
        left.created += right.created
        left.updated += right.updated
        left.unchanged += right.unchanged
    }
}
