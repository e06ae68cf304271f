/// What watched goods cost: many are asked for in one search, those that it lacks one by one.
///
/// A refusal belongs to the goods that were asked for, never to the method, unless the app itself
/// may not call it: of two PIDs one may be wrong, and of twenty goods one.
extension SyncMachine {
    /// Errors without a known meaning about one good before it counts as gone: some minutes.
    static let goneAttemptMax = 4
    /// How often, at most, it is looked whether such a good is back.
    static let goneRest: Int64 = 3_600
    /// The longest rest of a good that is refused for good, unless its interval is longer.
    static let refusedRestMax: Int64 = 6 * 3_600

    /// An interval from now, spread by up to a sixteenth: batches do not come up together for ever.
    mutating func nextPrice(_ held: WorkQueue.Held, _ platformNow: UTCInstant) -> UTCInstant {
        guard case .goods(let query) = held.item.subject else {
            preconditionFailure("a price of no goods")
        }
        let spread = max(1, query.interval / 16)
        let lot = Int64(random.next() % UInt64(spread))
        return platformNow.advanced(bySeconds: query.interval + lot)
    }

    /// A poll that failed comes again with its turn, or sooner after a passing fault.
    mutating func priceOutcome(
        of failure: CallFailure, _ query: GoodsQuery, _ held: WorkQueue.Held, _ app: Int,
        _ now: Now
    ) -> WorkChange.Outcome {
        let platformNow = apps[app].platformNow(now)
        let planned = nextPrice(held, platformNow)
        let rested = platformNow.advanced(
            bySeconds: Self.restOfRefused(query.interval, held.item.attempt))
        var least: Int64 = 0
        switch failure.disposition {
        case .badRequest where failure.refusesPlace && !query.isPublic:
            return .oneByOne(error: failure.code, isPublic: true)
        case .badRequest, .notFound, .empty:
            // One good of many may be what it does not like.
            guard query.isDetail else { return .oneByOne(error: failure.code, isPublic: false) }
            if failure.disposition == .badRequest { return .again(at: rested, error: failure.code) }
            guard failure.isUnknownCode else { return .priced(nextAt: planned) }
            // Nobody knows what the error means: asked again, before it is believed.
            if held.item.isGone || held.item.attempt >= Self.goneAttemptMax {
                let rest = max(query.interval, Self.goneRest)
                return .gone(nextAt: platformNow.advanced(bySeconds: rest), error: failure.code)
            }
        case .unauthorised, .misconfigured, .throttled:
            return .again(at: rested, error: failure.code)
        case .retry(let after), .narrow(let after):
            least = after ?? 0
        case .clockSkew:
            break
        }
        let soon = later(.price, held.item.attempt, least, app, now)
        return .again(at: min(planned, soon), error: failure.code)
    }

    /// Seconds until a good is asked for again that is refused each time: the interval, doubled
    /// with each refusal.
    private static func restOfRefused(_ interval: Int64, _ attempt: Int) -> Int64 {
        min(interval << Int64(min(attempt, 16)), max(interval, refusedRestMax))
    }
}
