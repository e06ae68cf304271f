import Testing

@testable import SyncCore

@Suite struct RateLimiterTests {
    private static func ticks(_ milliseconds: Int64) -> Ticks { Ticks(milliseconds: milliseconds) }

    /// Takes a call, with the reservations it needs.
    private static func take(
        _ limiter: inout RateLimiter, _ now: Int64, day: Int64 = 0
    ) -> RateLimiter.Answer {
        if let total = limiter.reservationWanted(day: day) { limiter.reserved(total, day: day) }
        let answer = limiter.take(.ordersChanged, now: ticks(now), day: day)
        if answer == .granted { limiter.answered(place: limiter.latestPlace, now: ticks(now)) }
        return answer
    }

    /// Random schedules, restarts among them, against the definition, interval by interval.
    @Test func holdsTheRateOverEveryInterval() {
        for seed in UInt64(0)..<60 {
            var random = SplitMix64(seed: seed)
            let policy = RateLimiter.Policy(
                callsPerSecond: Double(random.pick(2...200)) / 10, burst: Int(random.pick(1...20)),
                callsPerDay: 1_000_000)
            var limiter = RateLimiter(
                policy: policy, callsByDay: [:], startsFresh: true, now: Self.ticks(0))
            var granted: [Int64] = []
            var now: Int64 = 0
            for _ in 0..<400 {
                switch Self.take(&limiter, now) {
                case .granted: granted.append(now)
                case .wait(let milliseconds):
                    #expect(milliseconds > 0)
                    now += random.chance(0.5) ? milliseconds : random.pick(0...300)
                case .dayIsSpent, .needsReservation: Issue.record("seed \(seed): no calls left")
                }
                if random.chance(0.02) { now += random.pick(0...5_000) }
                guard random.chance(0.01), !granted.isEmpty else { continue }
                limiter = RateLimiter(
                    policy: policy, callsByDay: [0: limiter.calls(on: 0)], now: Self.ticks(now))
            }
            let inSecond = RateLimiter.callsInSecondMax(policy)
            for first in granted.indices {
                for last in first..<granted.count {
                    let span = Double(granted[last] - granted[first])
                    let count = last - first + 1
                    let most = Double(policy.burst) + policy.callsPerSecond * span / 1_000
                    if Double(count) > most + 0.001 || (span < 1_000 && count > inSecond) {
                        Issue.record("seed \(seed): \(count) calls in \(span) ms")
                        return
                    }
                }
            }
            #expect(granted.count > 10, "seed \(seed)")
        }
    }

    private static let policy = RateLimiter.Policy(callsPerSecond: 100, burst: 100, callsPerDay: 50)

    @Test func endsWithTheDay() {
        var limiter = RateLimiter(
            policy: Self.policy, callsByDay: [:], startsFresh: true, now: Self.ticks(0))
        for call in 0..<50 { #expect(Self.take(&limiter, Int64(call) * 100, day: 7) == .granted) }
        #expect(Self.take(&limiter, 10_000, day: 7) == .dayIsSpent)
        #expect(limiter.reservationWanted(day: 7) == nil)
        #expect(Self.take(&limiter, 20_000, day: 8) == .granted)
        // A clock set back does not give a day's calls again, nor stops for its own.
        #expect(Self.take(&limiter, 30_000, day: 7) == .dayIsSpent)
        #expect(Self.take(&limiter, 40_000, day: 6) == .granted)
        #expect(limiter.calls(on: 8) == 1)
    }

    @Test func callsNeedAStoredReservation() throws {
        var limiter = RateLimiter(
            policy: Self.policy, callsByDay: [:], startsFresh: true, now: Self.ticks(0))
        var stored = 0
        var calls = 0
        for _ in 0..<200 {
            let answer = limiter.take(.serverTime, now: Self.ticks(Int64(calls) * 100), day: 1)
            if answer == .granted { calls += 1 }
            #expect(calls <= stored)
            guard answer == .needsReservation else { continue }
            stored = try #require(limiter.reservationWanted(day: 1))
            #expect(stored <= 50)
            limiter.reserved(stored, day: 1)
        }
        #expect(calls == 50)
    }

    @Test func restartsEmpty() {
        for day in [3, 4] as [Int64] {  // Just after midnight, too.
            var limiter = RateLimiter(policy: Self.policy, callsByDay: [3: 20], now: Self.ticks(0))
            guard case .wait = Self.take(&limiter, 0, day: day) else {
                Issue.record("a call at once on day \(day)")
                continue
            }
            #expect(Self.take(&limiter, 1_060, day: day) == .granted)
            #expect(limiter.calls(on: 3) == (day == 3 ? 21 : 20))
        }
        var spent = RateLimiter(policy: Self.policy, callsByDay: [3: 50], now: Self.ticks(0))
        #expect(Self.take(&spent, 5_000, day: 3) == .dayIsSpent)
    }

    @Test func bansStopTheirScope() {
        var limiter = RateLimiter(
            policy: Self.policy, callsByDay: [:], startsFresh: true, now: Self.ticks(0))
        limiter.reserved(50, day: 0)
        limiter.ban(.method(.ordersChanged), until: Self.ticks(5_000))
        limiter.ban(.method(.ordersChanged), until: Self.ticks(3_000))
        #expect(limiter.isBanned(.ordersChanged, now: Self.ticks(4_999)))
        #expect(!limiter.isBanned(.ordersCreated, now: Self.ticks(0)))
        #expect(Self.take(&limiter, 1_000) == .wait(milliseconds: 4_000))
        #expect(limiter.take(.ordersCreated, now: Self.ticks(1_000), day: 0) == .granted)
        limiter.ban(.app, until: Self.ticks(9_000))
        #expect(
            limiter.take(.serverTime, now: Self.ticks(6_000), day: 0) == .wait(milliseconds: 3_000))
        #expect(Self.take(&limiter, 9_000) == .granted)
    }
}
