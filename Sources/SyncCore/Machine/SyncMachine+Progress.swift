/// How far the machine has come.
extension SyncMachine {
    /// Seconds that the live stream furthest behind is behind its platform's clock; nil before
    /// every shop has begun.
    public func worstLiveLagSeconds(now: Now) -> Int64? {
        var worst: Int64?
        for shop in shops {
            guard shop.hasBegun else { return nil }
            guard let cursor = shop.windows.liveCursor else { continue }
            let lag = platformNow(of: shop, now).seconds(since: cursor)
            worst = max(worst ?? lag, lag)
        }
        return worst
    }

    /// When the platform or the quota allows the next call for orders; nil while one is allowed.
    public func ordersResume(now: Now) -> MonotonicInstant? {
        let methods: [CallMethod] = [.serverTime, .ordersChanged, .ordersCreated]
        return apps.compactMap { $0.quota.resume(methods, at: $0.moment(now)) }.max()
    }

    /// Nothing that a command asked for is left to read.
    public var requestsAreDone: Bool {
        shops.allSatisfy { $0.hasBegun && !$0.windows.hasRequests }
    }

    /// Every shop has begun, and none has history left to load.
    public var historyIsLoaded: Bool { shops.allSatisfy(\.windows.historyIsLoaded) }

    /// Every shop's history is loaded and its live stream is within `seconds` of the platform.
    public func isCaughtUp(withinSeconds seconds: Int64, now: Now) -> Bool {
        guard historyIsLoaded, let lag = worstLiveLagSeconds(now: now) else { return false }
        return lag <= seconds
    }
}

/// Daily quotas run in Beijing days: UTC+8, no daylight saving.
func beijingDay(_ instant: UTCInstant) -> Int64 {
    (instant.seconds + 28_800) / 86_400
}

func secondsToNextDay(_ instant: UTCInstant) -> Int64 {
    86_400 - (instant.seconds + 28_800) % 86_400
}
