import Testing

@testable import SyncCore

@Suite struct RateLimiterTests {
    private static func ticks(_ milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(milliseconds: milliseconds)
    }

    /// Takes a call, with the reservations it needs.
    private static func take(
        _ limiter: inout RateLimiter, _ now: Int64, day: Int64 = 0
    ) -> RateLimiter.Answer {
        if let wanted = limiter.reservationWanted(day: day) {
            limiter.reserved(wanted.granted(found: wanted.known).total, others: 0, day: day)
        }
        let answer = limiter.take(.ordersChanged, now: ticks(now), day: day)
        if answer == .granted { limiter.answered(place: limiter.latestPlace, now: ticks(now)) }
        return answer
    }

    /// Random schedules, restarts among them, against the definition, interval by interval.
    @Test func theLimiterHoldsTheRateOverEveryInterval() {
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

    @Test func theLimiterEndsWithTheDay() {
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
            let wanted = try #require(limiter.reservationWanted(day: 1))
            #expect(wanted.known == stored)
            #expect(wanted.more > 0)
            stored = wanted.granted(found: stored).total
            #expect(stored <= 50)
            limiter.reserved(stored, others: 0, day: 1)
        }
        #expect(calls == 50)
    }

    /// A limiter and commands beside it, over one database: whoever comes first has the calls, and
    /// both together never more than the day has.
    @Test(arguments: UInt64(0)..<40)
    func callsOfOthersCount(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let policy = RateLimiter.Policy(
            callsPerSecond: 10, burst: 5, callsPerDay: Int(random.pick(20...300)))
        var limiter = RateLimiter(
            policy: policy, callsByDay: [:], startsFresh: true, now: Self.ticks(0))
        var (held, own, others, now) = (0, 0, 0, Int64(0))
        var isSpent = false
        for _ in 0..<4_000 {
            if random.chance(0.2), held < policy.callsPerDay {
                held += 1
                others += 1
            }
            if let wanted = limiter.reservationWanted(day: 0) {
                let granted = wanted.granted(found: held)
                held = granted.total
                limiter.reserved(held, others: granted.others, day: 0)
            }
            switch limiter.take(.serverTime, now: Self.ticks(now), day: 0) {
            case .granted: own += 1
            case .wait(let milliseconds):
                // What others called is made up for in seconds, not in hours.
                #expect(milliseconds <= 5_100)
                now += milliseconds
            case .dayIsSpent: isSpent = true
            case .needsReservation:
                Issue.record("nothing more is reserved, and the day is not over")
            }
            now += random.pick(0...50)
            #expect(own + others <= policy.callsPerDay)
            #expect(held <= policy.callsPerDay)
        }
        #expect(isSpent)
        #expect(held == policy.callsPerDay)
        #expect(limiter.calls(on: 0) == held)
        #expect(own + others == held, "none was wasted")
    }

    /// Beside busy others a limiter keeps the rate over all, but for what it has yet to learn.
    @Test func othersCallsAreMadeUpFor() throws {
        let policy = RateLimiter.Policy(callsPerSecond: 10, burst: 10, callsPerDay: 1_000_000)
        var limiter = RateLimiter(
            policy: policy, callsByDay: [:], startsFresh: true, now: Self.ticks(0))
        var (held, known, own, others) = (0, 0, 0, 0)
        for now in stride(from: Int64(0), to: 600_000, by: 10) {
            if now % 250 == 0 {
                held += 1
                others += 1
            }
            if let wanted = limiter.reservationWanted(day: 0) {
                let granted = wanted.granted(found: held)
                (held, known) = (granted.total, granted.total)
                limiter.reserved(held, others: granted.others, day: 0)
            }
            if limiter.take(.serverTime, now: Self.ticks(now), day: 0) == .granted {
                own += 1
                limiter.answered(place: limiter.latestPlace, now: Self.ticks(now))
            }
        }
        #expect(others == 2_400, "\(own) and \(others)")
        #expect(own + others <= 6_000 + 100, "\(own) and \(others)")
        #expect(own > 3_400)
        // One that has rested does not wait for as long as others have called.
        let wanted = Reservation(day: 0, known: known, more: 0, callsPerDay: 1_000_000)
        let granted = wanted.granted(found: held + 5_000)
        limiter.reserved(granted.total, others: granted.others, day: 0)
        guard case .wait(let rest) = limiter.take(.serverTime, now: Self.ticks(600_000), day: 0)
        else {
            Issue.record("others' calls cost nothing")
            return
        }
        #expect(rest <= 5_100)
        #expect(limiter.calls(on: 0) == own + others + 5_000)
    }

    @Test(arguments: [
        ("no one else called", 10, 5, 10, 15, 0), ("others called", 10, 5, 13, 18, 3),
        ("the day's end", 10, 5, 98, 100, 88), ("others had the last ones", 10, 5, 100, 100, 90),
        ("more than the day has, by an older limit", 10, 5, 120, 120, 110),
        ("a database that has forgotten", 10, 5, 0, 15, 0),
    ])
    func reservationsAreGranted(
        why: String, known: Int, more: Int, found: Int, total: Int, others: Int
    ) {
        let wanted = Reservation(day: 0, known: known, more: more, callsPerDay: 100)
        let granted = wanted.granted(found: found)
        #expect(granted.total == total, "\(why)")
        #expect(granted.others == others, "\(why)")
    }

    @Test func aRestartedLimiterIsEmpty() {
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
        limiter.reserved(50, others: 0, day: 0)
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
