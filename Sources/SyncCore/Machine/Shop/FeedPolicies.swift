/// How each feed of a shop reads: from its configuration, and from what its platform's lists
/// promise.
struct FeedPolicies: Sendable {
    let configuration: MachineConfiguration.Shop
    let rules: ReadingRules

    /// Live reads of refunds reach back at least so far, because no sweep reads them again.
    static let refundOverlapMin: Int64 = 600
    static let refundOverlapRepeat: Int64 = 60
    /// The longest interval that a sweep collects before it reads it.
    static let sweepTaskMax: Int64 = 21_600

    /// Seconds that live reads stay behind at least.
    var settle: Int64 { max(configuration.settle, rules.settleMin) }

    func orders(_ lag: IndexLag) -> Feed.Policy {
        policy(
            .orders, settle: lag.settle(lagBounds), overlap: lag.overlap(lagBounds),
            pollIntervalMilliseconds: configuration.pollIntervalMilliseconds)
    }

    var lagBounds: IndexLag.Bounds {
        IndexLag.Bounds(
            overlapMin: configuration.overlap, overlapMax: configuration.overlapMax,
            settleMin: settle, settleMax: configuration.settleMax)
    }

    /// What was read is read again after that delay, in the list that the live feed reads.
    func sweep(_ kind: StreamKind, delay: Int64, of changes: CallMethod) -> Feed.Policy {
        policy(
            kind, settle: delay, pollIntervalMilliseconds: Self.sweepTask(delay) * 1_000,
            of: changes)
    }

    /// Seconds of what a sweep reads at once: the longer it has waited, the less it hurries.
    static func sweepTask(_ delay: Int64) -> Int64 { max(1, min(delay, sweepTaskMax)) }

    /// A promoter's orders, in no promised order, so by count.
    var affiliate: Feed.Policy {
        policy(
            .affiliate, settle: configuration.settle,
            overlap: max(Self.refundOverlapMin, configuration.overlap),
            pollIntervalMilliseconds: configuration.pollIntervalMilliseconds, of: .affiliateChanged)
    }

    /// Seconds from the present back to where a promoter's first read begins: the platform returns
    /// nothing older, and a first read repeats twice the overlap before its start.
    var affiliateReach: Int64 {
        let policy = affiliate
        let asked = configuration.backfillDays * 86_400
        let reach = policy.horizon.map { $0 - 2 * policy.overlap - Feed.horizonMargin }
        return max(policy.settle, min(asked, reach ?? asked))
    }

    var refunds: Feed.Policy {
        var policy = policy(
            .refunds, settle: settle,
            overlap: max(Self.refundOverlapMin, configuration.overlap),
            pollIntervalMilliseconds: configuration.refundIntervalMilliseconds)
        // Its overlap is long, and no sweep finds earlier what becomes visible late.
        policy.overlapRepeat = Self.refundOverlapRepeat
        return policy
    }

    /// Of history and of what commands ask for.
    func once(_ kind: StreamKind) -> Feed.Policy { policy(kind) }

    private func policy(
        _ kind: StreamKind, settle: Int64 = 0, overlap: Int64 = 0,
        pollIntervalMilliseconds: Int64 = 0,
        of changes: CallMethod = .ordersChanged
    ) -> Feed.Policy {
        let list = rules.list(of: changes == .affiliateChanged ? .affiliate : kind)
        return Feed.Policy(
            settle: settle, overlap: overlap, pollIntervalMilliseconds: pollIntervalMilliseconds,
            spanMax: list.spanMax, spanFirst: list.spanFirst, pageSize: configuration.pageSize,
            mode: list.mode, changes: changes, horizon: list.horizon)
    }
}
