import Foundation
import Testing

extension SystemTests {
    @Suite struct ConvergenceTests {
        /// Life, chaos and power cuts; then quiet, and the database is the platform's truth.
        @Test(
            arguments: zip(
                [SimulatedPlatform.taobao, .pinduoduo, .pinduoduo], 1...3 as ClosedRange<UInt64>))
        func theDaemonSurvivesKillsAndChaos(platform: SimulatedPlatform, seed: UInt64) async throws
        {
            var settings = Site.Settings(
                platform: platform, shops: 2, orders: 300, rate: 20, seed: seed)
            settings.faults = ["chaos=\(seed)"]
            let site = try await Site(settings)
            var random = Dice(seed: seed)
            for _ in 0..<3 {
                let run = try site.start()
                try await site.letCall(Int.random(in: 1...60, using: &random))
                await run.killNow()
            }
            let run = try site.start()
            try await site.letCall(30)
            try await site.control("quiet=true&calm=true&lift_bans=true")
            try await site.converge(knowsMoney: false)
            try await site.terminate(run)
            #expect(try site.rows("PRAGMA integrity_check") == ["ok"])
            try site.checkLog()
        }

        /// More changes in one second than fit into a page, while the daemon runs and while it
        /// does not.
        @Test(arguments: SimulatedPlatform.allCases)
        func theDaemonReadsAnOverflowingSecond(platform: SimulatedPlatform) async throws {
            let site = try await Site(Site.Settings(platform: platform, orders: 500, rate: 2))
            var run = try site.start()
            try await site.waitForOrders(400)
            try await site.control("burst=350")
            try await site.letCall(5)
            await run.killNow()
            try await site.control("burst=220")
            run = try site.start()
            try await site.control("quiet=true")
            try await site.converge()
            let seconds = try site.rows(
                "SELECT count(*) FROM orders GROUP BY modified_at HAVING count(*) > 100")
            #expect(!seconds.isEmpty)
            try await site.terminate(run)
        }

        /// Totals are off by one and `has_next` is always true: all is stored, orders and refunds,
        /// live and history alike, and `status` says that answers are doubtful.
        @Test(arguments: zip(SimulatedPlatform.allCases, [1, -1]))
        func theDaemonStoresAllThoughListsContradictThemselves(
            platform: SimulatedPlatform, offset: Int
        ) async throws {
            var settings = Site.Settings(platform: platform, orders: 200, rate: 5)
            settings.faults = ["totals_off=\(offset)", "next_stuck=1"]
            let site = try await Site(settings)
            let run = try site.start()
            try await site.waitForOrders(200)
            try await site.control("quiet=true")
            try await site.converge()
            let doubtful = try site.rows(
                "SELECT count(*) FROM checkpoints WHERE stream = 'orders' AND last_error <> ''")
            #expect(doubtful == ["1"])
            #expect(site.log.contains("answer not believed"))
            try await site.terminate(run)
        }

        /// The platform's clock rules, whatever the machine's says.
        @Test(arguments: zip(SimulatedPlatform.allCases, [900, -900]))
        func theDaemonObeysThePlatformsClock(platform: SimulatedPlatform, skew: Int) async throws {
            var settings = Site.Settings(platform: platform, orders: 200, rate: 10)
            settings.faults = ["clock_skew_seconds=\(skew)"]
            let site = try await Site(settings)
            let run = try site.start()
            try await site.waitForOrders(200)
            // A stall would show: new orders must come in while the shop lives.
            let before = try site.rows("SELECT max(seq) FROM changes").first ?? "0"
            try await wait("live changes") {
                let now = try site.rows("SELECT max(seq) FROM changes").first ?? "0"
                return (Int(now) ?? 0) > (Int(before) ?? 0) + 10
            }
            try await site.control("quiet=true")
            try await site.converge()
            try await site.terminate(run)
            #expect(site.log.contains("platform clock known"))
        }

        /// Who is asked to call less often does, and says so; nothing is lost by it.
        @Test(arguments: SimulatedPlatform.allCases)
        func aThrottledDaemonBacksOff(platform: SimulatedPlatform) async throws {
            let site = try await Site(Site.Settings(platform: platform, orders: 100, rate: 20))
            let run = try site.start()
            try await site.waitForOrders(100)
            try await site.control("ban=app:2")
            try await site.waitForLog("throttled by the platform")
            let refused = try await site.statistics()["answers_by_code"] as? [String: Int]
            let count = refused?.filter { ["7", "70031"].contains($0.key) }.values.reduce(0, +)
            // Calls in flight at its beginning, and a look now and then whether it is over.
            #expect((1...20).contains(count ?? 0), "\(refused ?? [:])")
            try await site.control("quiet=true")
            try await site.converge()
            try await site.terminate(run)
        }

        /// The gateway itself counts: the burst holds in any second, restarts included.
        @Test func theDaemonKeepsTheRateAcrossRestarts() async throws {
            var settings = Site.Settings(shops: 2, orders: 2_000, rate: 10)
            (settings.callsPerSecond, settings.burst) = (15, 20)
            let site = try await Site(settings)
            for _ in 0..<3 {
                let run = try site.start()
                try await site.letCall(15)
                await run.killNow()
            }
            let run = try site.start()
            try await site.control("quiet=true")
            try await site.converge()
            try await site.terminate(run)
            let statistics = try await site.statistics()
            let most = statistics["calls_per_second_max"] as? Int ?? .max
            let calls = statistics["calls"] as? Int ?? 0
            #expect(most <= 20, "\(most) in a second, \(calls) in all")
            #expect(calls > 40, "\(most) in a second, \(calls) in all")
            // A crash can waste calls but never hide them.
            let booked = Int(try site.rows("SELECT sum(calls) FROM quota_usage").first ?? "") ?? 0
            #expect(booked >= calls, "booked \(booked) of \(calls)")
        }
    }
}

/// Repeatable chance.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
