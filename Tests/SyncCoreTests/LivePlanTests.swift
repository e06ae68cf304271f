import Testing

@testable import SyncCore

/// A day's live calls are spread over all its hours and by what changes.
@Suite struct LivePlanTests {
    /// Midnight in Beijing.
    private static let midnight = UTCInstant(seconds: 1_763_308_800)

    @Test func withoutALimitThereIsNoInterval() {
        #expect(LivePlan().interval(rate: 1) == 0)
        #expect(
            LivePlan(rates: [], calls: 10, callsPerSecond: 20, at: Self.midnight).interval(rate: 1)
                == 0)
    }

    /// Intervals are proportional to the inverse root of the rate, and at most four times the mean.
    @Test func intervalsFollowTheRootOfTheRate() {
        let plan = LivePlan(
            rates: [0.04, 0.01, 0.01, 0], calls: 5_000, callsPerSecond: 20, at: Self.midnight)
        let busy = plan.interval(rate: 0.04)
        #expect(abs(plan.interval(rate: 0.01) - 2 * busy) <= 1)
        // The mean root is 0.1: a shop without changes counts as one with a quarter of it.
        #expect(abs(plan.interval(rate: 0) - 8 * busy) <= 8)
        #expect(plan.weighed(0) == 0.025 * 0.025)
        #expect(plan.weighed(0.04) == 0.04)
    }

    /// Polls at these intervals make as many calls in the rest of the day as there are.
    @Test(arguments: [Int64(0), 30_000, 70_000])
    func theRestOfTheDayGetsItsCalls(second: Int64) {
        let rates = [0.03, 0.01, 0.002]
        var calls = 0.0
        var now = second
        while now < 86_400 {
            let at = Self.midnight.advanced(bySeconds: now)
            // What is left shrinks as it is used.
            let plan = LivePlan(rates: rates, calls: 1_000 - Int(calls), callsPerSecond: 20, at: at)
            for rate in rates { calls += 60_000 / Double(max(1, plan.interval(rate: rate))) }
            now += 60
        }
        #expect((970...1_030).contains(calls), "\(calls)")
    }

    @Test func noIntervalReachesBeyondMidnight() {
        let late = Self.midnight.advanced(bySeconds: 86_390)
        let plan = LivePlan(rates: [0.01], calls: 1, callsPerSecond: 20, at: late)
        #expect(plan.interval(rate: 0.01) <= 10_000)
    }

    @Test func aLongWaitCountsMoreThanChanges() {
        let plan = LivePlan(
            rates: [Double](repeating: 1, count: 200), calls: 5_000_000, callsPerSecond: 20,
            at: Self.midnight)
        #expect(plan.lateAfter(pollInterval: 10_000) == 25_000)
        #expect(plan.lateAfter(pollInterval: 60_000) == 150_000)
        let now = MonotonicInstant(milliseconds: 100_000)
        func score(waited: Int64, _ rate: Double) -> Double {
            let since = MonotonicInstant(milliseconds: 100_000 - waited)
            return Offer.Worth.waiting(since: since, changeRate: rate, lateAfter: 25_000).score(now)
        }
        #expect(score(waited: 20_000, 0.1) < score(waited: 7_000, 1))
        #expect(score(waited: 25_001, 0.1) > score(waited: 25_000, 1_000))
    }

    // MARK: Rates

    /// A rate is learned apart from the hour: the same shop at night and in the evening.
    @Test(arguments: [Int64(3), 21]) func aRateDoesNotDependOnTheHour(hour: Int64) {
        var rate = ChangeRate()
        let end = Self.midnight.advanced(bySeconds: hour * 3_600 + 1_800)
        let perSecond = 0.5 * DayCurve.weight(at: end)
        for _ in 0..<2_000 {
            rate.observe(changes: Int((perSecond * 60).rounded()), seconds: 60, end: end)
        }
        #expect((0.4...0.6).contains(rate.perSecond), "\(rate.perSecond)")
    }

    @Test func aRateIsNeverZeroAndForgetsSlowly() {
        var rate = ChangeRate()
        #expect(rate.perSecond > 0)
        let noon = Self.midnight.advanced(bySeconds: 43_200)
        rate.observe(changes: 600, seconds: 3_600, end: noon)
        let busy = rate.perSecond
        // Five minutes without a change are no reason to look away.
        rate.observe(changes: 0, seconds: 300, end: noon)
        #expect(rate.perSecond > 0.8 * busy)
        for _ in 0..<100 { rate.observe(changes: 0, seconds: 3_600, end: noon) }
        #expect(rate.perSecond < 0.02 * busy)
    }

    @Test func theDayCurveHasAMeanOfOne() {
        let weights = (0..<24).map {
            DayCurve.weight(at: Self.midnight.advanced(bySeconds: $0 * 3_600))
        }
        #expect(abs(weights.reduce(0, +) - 24) < 0.001)
        #expect(weights[21] > 5 * weights[3])
    }

    // MARK: The machine

    /// Ten shops of an app with 5,000 calls a day and everything that is on by default: live calls
    /// in every hour, most of them in the evening, and a bound for each shop's longest wait.
    @Test func everyHourHasLiveCalls() throws {
        var shops: [MachineConfiguration.Shop] = []
        for id in 1...Int64(10) {
            var shop = MachineHarness.shop(
                id, [.orders, .sweep, .sweepSecond, .sweepThird, .refunds])
            shop.sweepDelays = ShopDefaults.sweepSeconds
            shops.append(shop)
        }
        var bench = MachineHarness(
            shops: shops, callsPerSecond: 20, callsPerDay: 5_000
        ) { call, _ in
            guard case .list(let request) = call.kind, call.stream?.kind == .orders else {
                return MachineHarness.emptyPage
            }
            // The busier half has a change a minute.
            guard (call.shop?.rawValue ?? 0) <= 5 else { return MachineHarness.emptyPage }
            let seconds = request.from.seconds...request.through.seconds
            let rows = seconds.filter { $0 % 60 == 0 }.reversed().map {
                RowKey(idHash: UInt64($0), at: UTCInstant(seconds: $0))
            }
            return .page(PageSummary(rows: rows, hasNext: false, total: rows.count))
        }
        bench.run(seconds: 2 * 86_400)
        // The harness begins at 20:26:40 in Beijing: the second day is a whole one.
        let begin = secondsToNextDay(UTCInstant(seconds: MachineHarness.start))
        let day = bench.calls.filter { (begin..<begin + 86_400).contains($0.at) }
        #expect(day.count <= 5_000)
        let live = day.filter { $0.call.callClass == .live }
        var hours = [Int](repeating: 0, count: 24)
        for (at, _) in live { hours[Int(at - begin) / 3_600] += 1 }
        #expect(hours.allSatisfy { $0 > 30 }, "\(hours)")
        #expect(hours[20...23].reduce(0, +) > 2 * hours[1...4].reduce(0, +), "\(hours)")
        #expect(live.count > 3_000)
        // The bound: four times the mean interval at night, when the curve is lowest.
        var longest: Int64 = 0
        for shop in 1...Int64(10) {
            let times = live.filter { $0.call.shop == ShopID(shop) }.map(\.at)
            longest = max(longest, zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? .max)
        }
        #expect(longest < 3_600, "\(longest)")
    }
}
