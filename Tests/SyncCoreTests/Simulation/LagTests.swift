import Testing

@testable import SyncCore

/// What the measured lag does for a shop whose lists are late.
@Suite struct LagTests {
    /// One change in ten shows up to `lag` seconds late. What the first overlaps find lengthens
    /// the next; soon they cover the lag, and sweeps find nothing that live reads have missed.
    @Test(arguments: [100, 400])
    func theOverlapFollowsTheLag(lag: Int64) {
        var plan = WorldPlan(quiet: 11)
        plan.streams = [.orders, .sweep]
        plan.sweepDelays = [700]
        (plan.overlap, plan.overlapMax, plan.settleMax) = (20, 900, 10)
        plan.pollIntervalMilliseconds = 20_000
        (plan.lagTailRate, plan.lagTailMax) = (0.1, lag)
        (plan.lifePause, plan.lifeEnd) = (4_000, 18_000_000)
        var world = World(plan)
        world.run(until: 10_800_000) { _ in false }
        let (missed, overlap) = (world.store.missedCount, world.overlap)
        #expect((lag...900).contains(overlap))
        world.run(until: 22_000_000) { _ in false }
        #expect(world.failure == nil)
        #expect(world.store.missedCount - missed <= 2)
        #expect(world.truthFault() == nil)
    }

    /// No lag, and an outage of two hours: nothing is learned from it.
    @Test func anOutageTeachesNothing() {
        var plan = WorldPlan(quiet: 12)
        plan.streams = [.orders, .sweep]
        plan.sweepDelays = [700]
        (plan.overlapMax, plan.settleMax) = (900, 10)
        (plan.lifePause, plan.lifeEnd) = (4_000, 10_000_000)
        plan.misconfigured = [(0, WorldPlan.Interval(start: 600_000, end: 7_800_000))]
        plan.crashes = [(300_000, 100_000)]
        var world = World(plan)
        world.run(until: 12_000_000) { _ in false }
        #expect(world.failure == nil)
        #expect(world.overlap == 60)
        #expect(world.store.missedCount == 0)
        #expect(world.store.lags.values.allSatisfy { $0.late == 0 })
    }
}

extension World {
    fileprivate var overlap: Int64 { machine?.shops[0].feeds.first?.policy.overlap ?? 0 }
}
