/// What watched goods cost: many are asked for in one search, those that it lacks one by one.
extension SyncMachine {
    static let priceBackoff = Backoff(milliseconds: 10_000, millisecondsMax: 3_600_000)

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
        let planned = nextPrice(held, apps[app].platformNow(now))
        var least: Int64 = 0
        switch failure.disposition {
        case .notFound, .empty:
            return query.isDetail ? .priced(nextAt: planned) : .oneByOne(error: failure.code)
        case .badRequest:
            // One good of many may be what it does not like.
            return query.isDetail
                ? .again(at: planned, error: failure.code) : .oneByOne(error: failure.code)
        case .unauthorised, .misconfigured, .throttled:
            return .again(at: planned, error: failure.code)
        case .retry(let after), .narrow(let after):
            least = after ?? 0
        case .clockSkew:
            break
        }
        let soon = later(Self.priceBackoff, held.item.attempt, least, app, now)
        return .again(at: min(planned, soon), error: failure.code)
    }
}
