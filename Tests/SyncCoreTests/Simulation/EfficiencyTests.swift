import Testing

@testable import SyncCore

/// What reading costs on a platform where nothing happens meanwhile.
@Suite struct EfficiencyTests {
    /// An idle shop costs one call per poll, and one for the platform's time every ten minutes.
    @Test func anIdleShopCostsACallPerPoll() {
        var world = World(WorldPlan(quiet: 1))
        world.run(until: 3_600_000) { _ in false }
        #expect(world.failure == nil)
        #expect((355...368).contains(world.audit.callCount))
    }

    /// Sweeps add a call per delay each, and a closed day one; queues that are empty cost nothing.
    @Test func anIdleShopWithAllStreamsCostsLittleMore() {
        var plan = WorldPlan(quiet: 4)
        plan.streams = [.orders, .details, .shipments, .sweep, .sweepSecond, .refunds, .audit]
        plan.sweepDelays = [600, 3_600]
        plan.details = .changed
        var world = World(plan)
        world.run(until: 4 * 3_600_000) { _ in false }
        #expect(world.failure == nil)
        let calls = world.audit.callsByStream
        #expect((1_420...1_442).contains(calls[.orders] ?? 0))
        #expect((20...24).contains(calls[.sweep] ?? 0))
        #expect((2...5).contains(calls[.sweepSecond] ?? 0))
        #expect((475...482).contains(calls[.refunds] ?? 0))
        #expect((calls[.audit] ?? 0) <= 1)
        #expect(calls[.details] == nil)
        #expect(calls[.shipments] == nil)
    }

    /// A day offline: the pages stay full, whatever the changes' density.
    @Test(arguments: [(100, 5_000), (100, 20_000), (20, 3_000)])
    func catchingUpCostsACallPerFullPage(pageSize: Int, orderCount: Int) {
        var plan = WorldPlan(quiet: 2)
        plan.pageSize = pageSize
        plan.limit = RateLimiter.Policy(callsPerSecond: 50, burst: 50, callsPerDay: 1_000_000)
        plan.crashes = [(60_000, 86_400_000)]
        for _ in 0..<orderCount {
            plan.bursts.append((plan.drawMoment(before: 86_400_000), 1))
        }
        var world = World(plan)
        world.run(until: 86_459_000) { _ in false }
        let before = world.audit.callCount
        let settled = world.platform.now(at: 86_459_000)
        world.run(until: 87_000_000) { $0.hasStored(until: settled) }
        #expect(world.truthFault() == nil)
        let polls = Int((world.time - 86_460_000) / plan.pollIntervalMilliseconds)
        let pages = (orderCount + pageSize - 1) / pageSize
        // Four windows, each with a last page that is not full and an overlap.
        #expect(world.audit.callCount - before <= pages * 105 / 100 + polls + 4 * 4)
    }

    /// History by creation time, newest first.
    @Test func historyCostsACallPerFullPage() {
        var plan = WorldPlan(quiet: 3)
        plan.backfillDays = 30
        plan.oldOrderCount = 20_000
        plan.limit = RateLimiter.Policy(callsPerSecond: 20, burst: 20, callsPerDay: 1_000_000)
        var world = World(plan)
        let settled = world.platform.now(at: 0)
        world.run(until: 600_000) { $0.hasStored(until: settled) }
        #expect(world.truthFault() == nil)
        let polls = Int(world.time / plan.pollIntervalMilliseconds)
        #expect(world.audit.callCount <= 200 * 105 / 100 + polls + 30 * 2)
    }
}

extension WorldPlan {
    /// A moment of the plan's own chance.
    fileprivate func drawMoment(before end: Int64) -> Int64 {
        var random = SplitMix64(seed: seed &+ UInt64(bursts.count) &* 7_919)
        return 61_000 + random.pick(0...end - 70_000)
    }
}
