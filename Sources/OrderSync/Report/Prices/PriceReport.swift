import OrderStore
import SyncCore

/// One good: what it costs now, and what it cost before.
struct PriceReport: Sendable {
    var goods: String
    var pid: String
    var askedAt: UTCInstant
    /// Nil for a good that is not offered.
    var now: WatchedPrice?
    /// As it was watched, oldest first.
    var history: [WatchedPrice] = []
    /// Why its price is not known; nil when it is, or when the product is not offered.
    var failure: String?

    var name: String { now?.name ?? history.last { $0.name != nil }?.name ?? "" }

    /// What held from when on: the history, and what was asked just now if it is news.
    var steps: [WatchedPrice] {
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
