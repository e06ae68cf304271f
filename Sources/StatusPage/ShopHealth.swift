import Configuration
import OrderStore
import SyncCore

/// How fresh a shop's data is, and why not: the one place that decides it, for `/healthz`, the
/// metrics and the page.
struct ShopHealth: Equatable, Sendable {
    enum Level: String, CaseIterable, Sendable {
        /// Data is late.
        case bad
        /// Data is fresh; something wants a look.
        case warn
        /// Read for the first time right now.
        case starting
        case ok
        /// In the database, but not in the configuration.
        case off
    }

    var level = Level.ok
    /// Of the stream `orders`, of a promoter `affiliate`, or `prices` where there is nothing else;
    /// nil before its first answer.
    var lagSeconds: Int64?
    var limitSeconds: Int64 = ShopHealth.limitMin
    var problems: [Problem] = []

    /// A lag below this is never trouble, whatever the poll interval.
    static let limitMin: Int64 = 300
    static let pollsMax: Int64 = 10
    /// How long a start may take until the first answer.
    static let startSeconds: Int64 = 300
    /// Live intervals that stay open longer are reported.
    static let gapAgeMin: Int64 = 600

    /// The lag above which a live stream is late; nil for streams that are not live.
    static func limit(_ stream: String, _ shop: Configuration.Shop) -> Int64? {
        let poll: Int64
        switch stream {
        case StreamKind.orders.rawValue where !shop.isPromoter,
            StreamKind.affiliate.rawValue where shop.streams.contains(.affiliate):
            poll = shop.pollIntervalMilliseconds
        case StreamKind.refunds.rawValue where shop.streams.contains(.refunds):
            poll = shop.refundIntervalMilliseconds
        case StreamKind.prices.rawValue:
            guard let shortest = shop.watches.map(\.interval).min() else { return nil }
            poll = shortest * 1_000
        default: return nil
        }
        // Reads stay behind on purpose, on some platforms by minutes.
        return max(pollsMax * poll / 1_000, limitMin, 2 * shop.settleMaxSeconds)
    }

    /// What is known when a shop is judged.
    struct Facts {
        var shop: StoreStatus.Shop
        /// Nil for a shop that the configuration no longer has.
        var configured: Configuration.Shop?
        var app: StoreStatus.App?
        var callsPerDay: Int64?
        /// When the oldest open interval of a live stream was opened.
        var oldestWindowAt: Int64?
        /// Streams that began within the last hour.
        var newStreams: Set<String> = []
        var now: UTCInstant
        var startedAt: UTCInstant
    }

    static func judge(_ facts: Facts) -> ShopHealth {
        var health = ShopHealth()
        guard let configured = facts.configured else {
            health.level = .off
            return health
        }
        let shop = facts.shop
        switch shop.state {
        case ShopState.unauthorized.rawValue:
            health.add(Problem(kind: .unauthorized, shop: shop.name, detail: shop.stateReason))
        case ShopState.paused.rawValue:
            health.add(Problem(kind: .paused, shop: shop.name, detail: shop.stateReason))
        default:
            break
        }
        let isStarting = health.judgeStreams(facts, configured)
        health.judgeRest(facts)
        if health.problems.contains(where: \.kind.isBad) {
            health.level = .bad
        } else if !health.problems.isEmpty {
            health.level = .warn
        } else if isStarting {
            health.level = .starting
        }
        return health
    }

    // MARK: Helpers

    private mutating func add(_ problem: Problem) {
        problems.append(problem)
    }

    /// - Returns: true if a live stream waits for its first answer and may still do so.
    private mutating func judgeStreams(_ facts: Facts, _ shop: Configuration.Shop) -> Bool {
        var isStarting = false
        let leading: StreamKind =
            !shop.isPromoter ? .orders : shop.streams.contains(.affiliate) ? .affiliate : .prices
        for kind in [StreamKind.orders, .affiliate, .refunds, .prices] {
            guard let limit = Self.limit(kind.rawValue, shop) else { continue }
            let stream = facts.shop.streams.first { $0.stream == kind.rawValue }
            if kind == leading { limitSeconds = limit }
            guard let stream, stream.lastSuccessAt != nil else {
                if facts.now.seconds(since: facts.startedAt) < Self.startSeconds {
                    isStarting = true
                } else {
                    add(Problem(kind: .neverRead, shop: shop.name, stream: kind.rawValue))
                }
                continue
            }
            let lag = StatusLag.seconds(
                stream, shop: shop, index: facts.shop.lag, now: facts.now)
            if kind == leading { lagSeconds = lag }
            if lag > limit, kind == .affiliate, facts.newStreams.contains(kind.rawValue) {
                // Its first read goes through history, forward.
                isStarting = true
            } else if lag > limit {
                add(
                    Problem(
                        kind: .lagging, shop: shop.name, stream: kind.rawValue, amount: lag,
                        limit: limit))
            }
        }
        return isStarting
    }

    private mutating func judgeRest(_ facts: Facts) {
        let name = facts.shop.name
        if let until = facts.app?.bannedUntilAt, until > facts.now.seconds {
            add(Problem(kind: .banned, shop: name, amount: until - facts.now.seconds))
        }
        if let used = facts.app?.callsToday, let limit = facts.callsPerDay, used >= limit {
            add(Problem(kind: .quotaUsed, shop: name))
        }
        if facts.shop.state == ShopState.active.rawValue {
            for stream in facts.shop.streams where !stream.lastError.isEmpty {
                add(
                    Problem(
                        kind: .failing, shop: name, stream: stream.stream,
                        detail: stream.lastError))
            }
        }
        // One good's failure is over for the stream with another's success, but not for the good.
        if let failing = facts.shop.watchedGoods?.failing, failing > 0 {
            add(Problem(kind: .goodsFailing, shop: name, amount: failing))
        }
        if let opened = facts.oldestWindowAt, facts.now.seconds - opened > Self.gapAgeMin {
            let stream = facts.shop.gaps.first { $0.openedAt == opened }?.stream ?? ""
            add(
                Problem(
                    kind: .gap, shop: name, stream: stream, amount: facts.now.seconds - opened))
        }
        if let days = facts.shop.audits["short"], days > 0 {
            add(Problem(kind: .daysShort, shop: name, amount: days))
        }
        if facts.shop.rejectedRows > 0 {
            add(Problem(kind: .rowsRejected, shop: name, amount: facts.shop.rejectedRows))
        }
    }
}
