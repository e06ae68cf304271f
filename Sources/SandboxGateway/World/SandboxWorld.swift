public import SyncCore

/// The orders of all shops and their life, drawn from a seed. Pure: it reads no clock; time
/// passes only in `advance`, and the same seed gives the same life however often that is called.
public struct SandboxWorld: Sendable {
    private(set) var shops: [ShopWorld]
    private let seed: UInt64
    private let eventsPerSecond: Double
    private let startMilliseconds: Int64
    private let burst: SandboxConfiguration.Burst?
    /// The number of the next event of each shop. Event `k` lies in the `k`th slot of
    /// `1 / eventsPerSecond` after the start, at a place that its own generator draws.
    private var nextEvent: [UInt64]
    private var nextBurst: Int64 = 1
    private(set) var nowMilliseconds: Int64
    /// While true nothing happens in the shops; what would have happened is left out.
    public var isQuiet = false

    /// Makes shops with the configured past, which ends at `start`.
    public init(configuration: SandboxConfiguration, start: UTCInstant) {
        seed = configuration.seed
        eventsPerSecond = configuration.isStatic ? 0 : configuration.eventsPerSecond
        startMilliseconds = start.seconds * 1_000
        nowMilliseconds = startMilliseconds
        burst = configuration.burst
        nextEvent = Array(repeating: 0, count: configuration.shopCount)
        shops = (0..<configuration.shopCount).map { number in
            var shop = ShopWorld(
                name: "shop\(number + 1)", number: number, seed: configuration.seed,
                platform: configuration.platform)
            shop.addHistory(
                count: configuration.ordersPerShop, days: configuration.historyDays, end: start)
            return shop
        }
        if configuration.isStatic, let burst { startBurst(burst, at: start) }
    }

    /// Advances life until `now`, inclusive.
    public mutating func advance(to now: UTCInstant) {
        advance(toMilliseconds: now.seconds * 1_000)
    }

    /// Advances life until `now`, inclusive, in milliseconds since 1970. An earlier `now` than
    /// before changes nothing.
    public mutating func advance(toMilliseconds now: Int64) {
        guard now > nowMilliseconds else { return }
        while let burst, let at = nextBurstMilliseconds, at <= now {
            advanceEvents(until: at)
            if !isQuiet { startBurst(burst, at: UTCInstant(seconds: at / 1_000)) }
            nextBurst += 1
        }
        advanceEvents(until: now)
        nowMilliseconds = now
        for number in shops.indices {
            shops[number].show(untilMilliseconds: now)
        }
    }

    /// Edits `count` orders of each shop in the second of the present.
    public mutating func startBurst(count: Int) {
        startBurst(
            SandboxConfiguration.Burst(orders: count, everySeconds: 0),
            at: UTCInstant(seconds: nowMilliseconds / 1_000))
    }

    /// How late changes may reach the lists, in seconds; 0: at once.
    public mutating func setIndexLag(secondsMax: Int64) {
        for number in shops.indices {
            shops[number].indexLagSecondsMax = secondsMax
        }
    }

    private var nextBurstMilliseconds: Int64? {
        guard let burst, burst.everySeconds > 0, eventsPerSecond > 0 else { return nil }
        return startMilliseconds + nextBurst * burst.everySeconds * 1_000
    }

    private mutating func advanceEvents(until now: Int64) {
        for number in shops.indices {
            advance(shop: number, until: now)
        }
    }

    private mutating func advance(shop number: Int, until now: Int64) {
        guard eventsPerSecond > 0 else { return }
        while true {
            let event = nextEvent[number]
            var random = SplitMix64(seed: seed, UInt64(number), 3, event)
            let slots = Double(event) + random.fraction()
            let at = startMilliseconds + Int64(slots * 1_000 / eventsPerSecond)
            guard at <= now else { return }
            nextEvent[number] += 1
            if isQuiet { continue }
            shops[number].liveEvent(atMilliseconds: at, &random)
        }
    }

    private mutating func startBurst(_ burst: SandboxConfiguration.Burst, at instant: UTCInstant) {
        for number in shops.indices {
            var random = SplitMix64(
                seed: seed, UInt64(number), 4, UInt64(bitPattern: instant.seconds))
            shops[number].burst(count: burst.orders, at: instant, &random)
        }
    }
}
