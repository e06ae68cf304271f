/// How late a shop's changes become visible in its lists, learned from what repeated reads find,
/// and how far live reads have to reach back because of it.
///
/// Weights by lag, in doubling buckets of seconds: 0, 1, 2, 4, … 4096 and more. All weights halve
/// each day, so a promotion's lag is forgotten after some days, not after an hour.
public struct IndexLag: Equatable, Sendable {
    /// What an operator allows.
    public struct Bounds: Equatable, Sendable {
        public var overlapMin: Int64
        public var overlapMax: Int64
        public var settleMin: Int64
        public var settleMax: Int64

        public init(overlapMin: Int64, overlapMax: Int64, settleMin: Int64, settleMax: Int64) {
            self.overlapMin = overlapMin
            self.overlapMax = max(overlapMin, overlapMax)
            self.settleMin = settleMin
            self.settleMax = max(settleMin, settleMax)
        }
    }

    public static let bucketCount = 14
    static let halfLifeSeconds: Int64 = 86_400
    /// Below this weight all samples together say nothing.
    private static let weightMin = 0.001

    public private(set) var weights: [Double]
    public private(set) var rows: Int64
    public private(set) var late: Int64
    public private(set) var missed: Int64
    /// When the weights were last halved up to.
    public private(set) var updated: UTCInstant

    public init(now: UTCInstant) {
        weights = Array(repeating: 0, count: Self.bucketCount)
        (rows, late, missed) = (0, 0, 0)
        updated = now
    }

    public init(
        weights: [Double], rows: Int64, late: Int64, missed: Int64, updated: UTCInstant
    ) {
        let zeros = Array(repeating: 0.0, count: Self.bucketCount)
        self.weights = Array((weights + zeros).prefix(Self.bucketCount))
        (self.rows, self.late, self.missed) = (rows, late, missed)
        self.updated = updated
    }

    /// Takes in what one page brought.
    /// - Parameters:
    ///   - onTime: changes that the first read of their time has seen.
    ///   - lags: of changes that only a repeated read has seen, the longest they can have been
    ///     invisible, in seconds.
    ///   - bySweep: the repeated read was no live one: those changes would have been missed.
    public mutating func observe(onTime: Int, lags: [Int64], bySweep: Bool, now: UTCInstant) {
        fade(until: now)
        rows += Int64(onTime + lags.count)
        late += Int64(lags.count)
        if bySweep { missed += Int64(lags.count) }
        weights[0] += Double(onTime)
        for lag in lags { weights[Self.bucket(of: lag)] += 1 }
    }

    /// 99.9 of 100 changes are visible after so many seconds.
    public var lagSeconds: Int64 { quantile(0.999) }

    public func overlap(_ bounds: Bounds) -> Int64 {
        let lag = lagSeconds
        guard lag > 0 else { return bounds.overlapMin }
        return max(bounds.overlapMin, min(bounds.overlapMax, lag + lag / 4 + 2))
    }

    /// Staying behind by the lag of most changes saves reading them twice.
    public func settle(_ bounds: Bounds) -> Int64 {
        max(bounds.settleMin, min(bounds.settleMax, quantile(0.5)))
    }

    // MARK: Helpers

    /// Upper end of the bucket that the quantile lies in.
    private func quantile(_ part: Double) -> Int64 {
        let total = weights.reduce(0, +)
        guard total >= Self.weightMin else { return 0 }
        var sum = 0.0
        for (bucket, weight) in weights.enumerated() {
            sum += weight
            if sum >= total * part { return bucket == 0 ? 0 : Int64(1) << Int64(bucket - 1) }
        }
        return Int64(1) << Int64(Self.bucketCount - 2)
    }

    /// Bucket 0 holds 0 s, bucket n up to 2ⁿ⁻¹ s.
    static func bucket(of seconds: Int64) -> Int {
        guard seconds > 0 else { return 0 }
        let bits = Int64.bitWidth - (seconds - 1).leadingZeroBitCount
        return min(bucketCount - 1, bits + 1)
    }

    private mutating func fade(until now: UTCInstant) {
        let age = now.seconds(since: updated)
        guard age >= 3_600 else { return }
        var days = Double(age) / Double(Self.halfLifeSeconds)
        var factor = 1.0
        while days >= 1, factor > 1e-9 {
            factor /= 2
            days -= 1
        }
        factor *= 1 - days / 2  // Close enough to the curve between its halvings.
        weights = weights.map { $0 * factor }
        updated = now
    }
}
