import Testing

@testable import SyncCore

@Suite struct ClockTests {
    /// A platform's clock `offset` ms from ours, drifting, seen through answers of random delay:
    /// never ahead of it, and soon hardly behind.
    @Test(arguments: [0, 50, -50] as [Int64])
    func theClockStaysCloseBehind(driftPerMillion: Int64) {
        for seed in UInt64(0)..<50 {
            var random = SplitMix64(seed: seed)
            let offset = 1_762_000_000_000 + random.pick(0...999)
            let platform = { (ticks: Int64) in offset + ticks + ticks * driftPerMillion / 1_000_000
            }
            var clock: ServerClock?
            var ticks = random.pick(0...100_000)
            for step in 0..<300 {
                let sent = ticks
                let stamped = sent + random.pick(1...300)
                ticks = stamped + random.pick(1...300)
                let date = UTCInstant(seconds: platform(stamped) / 1_000)
                let (sentAt, received) = (
                    MonotonicInstant(milliseconds: sent), MonotonicInstant(milliseconds: ticks)
                )
                if clock?.observe(date: date, sent: sentAt, received: received) ?? 0 != 0 {
                    Issue.record("seed \(seed): a jump that was none")
                }
                clock = clock ?? ServerClock(date: date, sent: sentAt, received: received)
                ticks += random.chance(0.05) ? 600_000 : random.pick(0...20_000)
                let now = clock?.now(at: MonotonicInstant(milliseconds: ticks)).seconds ?? 0
                let truth = platform(ticks) / 1_000
                #expect(now <= truth, "seed \(seed)")
                #expect(now >= truth - (step < 100 ? 3 : 2), "seed \(seed)")
            }
        }
    }

    @Test(arguments: [900, -900, 5, -5] as [Int64])
    func aClockThatWasSetIsNoticed(seconds: Int64) {
        var clock = ServerClock(
            date: UTCInstant(seconds: 10_000), sent: MonotonicInstant(milliseconds: 0),
            received: MonotonicInstant(milliseconds: 100))
        let moved = clock.observe(
            date: UTCInstant(seconds: 10_010 + seconds),
            sent: MonotonicInstant(milliseconds: 10_000),
            received: MonotonicInstant(milliseconds: 10_100))
        #expect(abs(moved - seconds * 1_000) <= 1_000)
        let now = clock.now(at: MonotonicInstant(milliseconds: 10_100))
        #expect(now == UTCInstant(seconds: 10_010 + seconds))
    }

    @Test func backoffIsBounded() {
        let backoff = Backoff(milliseconds: 500, millisecondsMax: 30_000)
        var random = SplitMix64(seed: 1)
        for attempt in 0..<200 {
            let bound = min(Int64(30_000), Int64(500) << Int64(min(attempt, 20)))
            for _ in 0..<50 {
                let delay = backoff.delay(attempt: attempt, random: &random)
                #expect((bound / 2...bound).contains(delay), "attempt \(attempt)")
            }
        }
    }

    @Test(
        arguments: [
            (0, 0, 57_600), (57_599, 0, 1), (57_600, 1, 86_400), (1_762_876_799, 20_403, 1),
        ] as [(Int64, Int64, Int64)])
    func daysBeginAtMidnightInBeijing(seconds: Int64, day: Int64, left: Int64) {
        #expect(beijingDay(UTCInstant(seconds: seconds)) == day)
        #expect(secondsToNextDay(UTCInstant(seconds: seconds)) == left)
    }
}
