public import OrderStore
public import SyncCore

/// One good: what it costs now, and what it cost before.
public struct PriceReport: Sendable {
    public var goods: String
    public var pid: String
    public var askedAt: UTCInstant
    /// Nil for a good that is not offered.
    public var now: WatchedPrice?
    /// As it was watched, oldest first.
    public var history: [WatchedPrice] = []
    /// Why its price is not known; nil when it is, or when the product is not offered.
    public var failure: String?

    public init(
        goods: String, pid: String, askedAt: UTCInstant, now: WatchedPrice? = nil,
        history: [WatchedPrice] = [], failure: String? = nil
    ) {
        self.goods = goods
        self.pid = pid
        self.askedAt = askedAt
        self.now = now
        self.history = history
        self.failure = failure
    }

    public var name: String { now?.name ?? history.last { $0.name != nil }?.name ?? "" }

    /// What held from when on: the history, and what was asked just now if it is news.
    public var steps: [WatchedPrice] {
        guard let now else { return history }
        return history.last.map { $0.hasPrice(of: now) } ?? false ? history : history + [now]
    }
}

extension WatchedPrice {
    /// Of two answers about a good, both say the same of its price.
    func hasPrice(of other: WatchedPrice) -> Bool {
        state == other.state && finalFen == other.finalFen && groupFen == other.groupFen
            && couponState == other.couponState && bestFen == other.bestFen
            && extras == other.extras && isPublic == other.isPublic
    }
}
