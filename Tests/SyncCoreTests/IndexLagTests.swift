import Testing

@testable import SyncCore

@Suite struct IndexLagTests {
    private static let start = UTCInstant(seconds: 1_762_000_000)
    private let bounds = IndexLag.Bounds(
        overlapMin: 60, overlapMax: 900, settleMin: 2, settleMax: 10)

    private func lag(_ onTime: Int, _ lags: [Int64], at seconds: Int64 = 0) -> IndexLag {
        var lag = IndexLag(now: Self.start)
        let now = Self.start.advanced(bySeconds: seconds)
        lag.observe(onTime: onTime, lags: lags, bySweep: false, now: now)
        return lag
    }

    // Bucket 0 holds 0 s, bucket n up to 2ⁿ⁻¹ s; the last holds all the rest.
    @Test(
        arguments: [
            (-5, 0), (0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (8, 4), (9, 5), (512, 10),
            (513, 11), (2_048, 12), (2_049, 13), (4_096, 13), (4_097, 13), (.max, 13),
        ] as [(Int64, Int)])
    func everyLagHasItsBucket(seconds: Int64, bucket: Int) {
        #expect(IndexLag.bucket(of: seconds) == bucket)
    }

    // Changes on time, lags of the late ones; lag, overlap, settle that follow.
    @Test(
        arguments: [
            ("nothing seen", 0, [], 0, 60, 2), ("all on time", 1_000, [], 0, 60, 2),
            ("one of a thousand", 999, [300], 0, 60, 2),
            ("two of a thousand", 998, [300, 300], 512, 642, 2),
            ("half of them", 10, Array(repeating: 5, count: 11), 8, 60, 8),
            ("more than is allowed", 10, Array(repeating: 4_000, count: 20), 4_096, 900, 10),
            ("a heavy tail", 979, Array(repeating: 3, count: 18) + [120, 500, 500], 512, 642, 2),
            ("nothing but late", 0, [64], 64, 82, 10),
        ] as [(String, Int, [Int64], Int64, Int64, Int64)])
    func theLagFollowsItsDelays(
        why: String, onTime: Int, lags: [Int64], seconds: Int64, overlap: Int64, settle: Int64
    ) {
        let lag = lag(onTime, lags)
        #expect(lag.lagSeconds == seconds, "\(why)")
        #expect(lag.overlap(bounds) == overlap, "\(why)")
        #expect(lag.settle(bounds) == settle, "\(why)")
        #expect(lag.rows == Int64(onTime + lags.count), "\(why)")
        #expect(lag.late == Int64(lags.count), "\(why)")
    }

    /// Whatever lag the samples have, the overlap covers it with room to spare.
    @Test func theOverlapCoversTheLag() {
        let wide = IndexLag.Bounds(
            overlapMin: 0, overlapMax: 100_000, settleMin: 0, settleMax: 100_000)
        for seconds in Int64(1)...4_096 {
            #expect(lag(100, [seconds]).overlap(wide) >= seconds * 5 / 4, "\(seconds)")
        }
    }

    @Test(arguments: [(0, 1_000), (1, 500), (2, 250), (10, 0)] as [(Int64, Int)])
    func theLagFades(days: Int64, thousandths: Int) {
        var lag = lag(0, [8])
        let later = Self.start.advanced(bySeconds: days * 86_400)
        lag.observe(onTime: 0, lags: [], bySweep: false, now: later)
        #expect(Int((lag.weights[4] * 1_000).rounded(.down)) == thousandths)
    }

    /// A day's end in many small steps or at once: much the same.
    @Test func theFadingDoesNotDependOnHowOftenItIsDone() {
        var often = lag(0, [8])
        for hour in Int64(1)...24 {
            let now = Self.start.advanced(bySeconds: hour * 3_600)
            often.observe(onTime: 0, lags: [], bySweep: false, now: now)
        }
        #expect((0.55...0.66).contains(often.weights[4]))
    }

    @Test func aPromotionIsForgotten() {
        var lag = lag(100, Array(repeating: 500, count: 100))
        #expect(lag.overlap(bounds) == 642)
        for day in Int64(1)...12 {
            let now = Self.start.advanced(bySeconds: day * 86_400)
            lag.observe(onTime: 2_000, lags: [], bySweep: false, now: now)
        }
        #expect(lag.overlap(bounds) == 60)
        let never = UTCInstant(seconds: 4_000_000_000)
        lag.observe(onTime: 0, lags: [], bySweep: false, now: never)
        #expect(lag.lagSeconds == 0)
    }

    @Test func aClockSetBackFadesNothing() {
        var lag = lag(0, [8])
        let before = Self.start.advanced(bySeconds: -86_400 * 30)
        lag.observe(onTime: 1, lags: [], bySweep: true, now: before)
        #expect(lag.weights[4] == 1)
        #expect(lag.updated == Self.start)
    }

    @Test func theLagCountsWhatSweepsFound() {
        var lag = lag(3, [5])
        lag.observe(onTime: 0, lags: [120, 120], bySweep: true, now: Self.start)
        #expect(lag.rows == 6)
        #expect(lag.late == 3)
        #expect(lag.missed == 2)
    }

    /// The database may hold fewer buckets, or more, than this version has.
    @Test(arguments: [0, 3, 14, 40])
    func theLagIsRestored(count: Int) {
        let weights = (0..<count).map { Double($0) }
        let lag = IndexLag(weights: weights, rows: 9, late: 3, missed: 1, updated: Self.start)
        #expect(lag.weights.count == IndexLag.bucketCount)
        #expect(Array(lag.weights.prefix(count)) == Array(weights.prefix(14)))
    }

    /// Bounds that contradict each other: the least wins.
    @Test func boundsAreNeverInverted() {
        let bounds = IndexLag.Bounds(overlapMin: 60, overlapMax: 0, settleMin: 5, settleMax: 0)
        let lag = lag(0, [500])
        #expect(lag.overlap(bounds) == 60)
        #expect(lag.settle(bounds) == 5)
    }
}
