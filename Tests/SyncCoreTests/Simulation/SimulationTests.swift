import Testing

@testable import SyncCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct SimulationTests {
    /// The first seeds; others with ORDERSYNC_SIM_SEEDS (a count) and ORDERSYNC_SIM_FIRST.
    static var plans: [SimulationPlan] {
        let first = number("ORDERSYNC_SIM_FIRST").map(UInt64.init) ?? 1
        let count = number("ORDERSYNC_SIM_SEEDS").map(UInt64.init) ?? 16
        return SimulationPlan.regressions
            + (first..<first + count).map { SimulationPlan(seed: $0) }
    }

    static let clockPlans = [120, 3_600, 86_400, -3_600].flatMap { offset in
        (1...6).map { SimulationPlan(.clock, seed: $0, offset: offset) }
    }

    /// After a time of life, faults and crashes, calls succeed again: then the store converges to
    /// the platform's truth in bounded time, and no rule was broken on the way.
    @Test(arguments: plans)
    func theStoreConvergesToThePlatform(plan: SimulationPlan) {
        expectConvergence(plan)
    }

    /// The platform's clock is wrong for some minutes: what was stored with wrong times, or not
    /// seen because of them, is found and replaced.
    @Test(arguments: clockPlans)
    func theStoreConvergesAfterAWrongPlatformClock(plan: SimulationPlan) {
        expectConvergence(plan)
    }

    /// The worlds contain what they are to test.
    @Test func theWorldsReachEveryKindOfWork() {
        var work: [String: Int] = [:]
        for seed in UInt64(1)...16 {
            work.merge(SimulationPlan(seed: seed).run().world.workDone) { $0 + $1 }
        }
        let wanted = [
            "changes found by sweeps", "days equal", "days repaired", "details", "refunds",
            "parcels", "parcels arrived", "entries queued", "entries notFound",
        ]
        for kind in wanted { #expect(work[kind, default: 0] > 0, "\(kind): \(work)") }
    }

    private func expectConvergence(_ plan: SimulationPlan) {
        let (failure, world) = plan.run()
        guard let failure else { return }
        Issue.record("at \(world.time) ms: \(failure)\nReplay: \(plan.command)")
    }

    // MARK: One plan

    /// `make simulate SEED=n` runs one plan and prints its last events if it fails; with TRACE=1
    /// always.
    @Test(.enabled(if: number("ORDERSYNC_SIM_SEED") != nil))
    func onePlanIsReplayed() throws {
        let seed = try #require(Self.number("ORDERSYNC_SIM_SEED"))
        let kind = Self.text("ORDERSYNC_SIM_PLAN").flatMap(SimulationPlan.Kind.init) ?? .all
        let offset = Self.number("ORDERSYNC_SIM_OFFSET") ?? (kind == .clock ? 3_600 : 0)
        let plan = SimulationPlan(kind, seed: UInt64(seed), offset: offset)
        let (failure, world) = plan.run(traced: true)
        let isTraced = failure != nil || Self.text("ORDERSYNC_SIM_TRACE") == "1"
        if isTraced, let trace = world.trace { Self.print(trace.text) }
        Self.print("\(plan.testDescription): \(failure.map { "failed. \($0)" } ?? "converged")")
        #expect(failure == nil)
    }

    /// A failing plan leaves the lines that lead to the failure.
    @Test func aTracedWorldShowsItsLastEvents() throws {
        let (failure, world) = SimulationPlan(seed: 1).run(traced: true)
        #expect(failure == nil)
        let trace = try #require(world.trace)
        let lines = trace.text.split(separator: "\n")
        #expect(lines.count == WorldTrace.lineCountMax)
        #expect(lines.contains { $0.contains("orders") && $0.contains("page 1") })
        #expect(SimulationPlan(seed: 7).command == "make simulate SEED=7")
        #expect(
            SimulationPlan(.clock, seed: 7, offset: 120).command
                == "make simulate SEED=7 PLAN=clock OFFSET=120")
    }

    private static func text(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func number(_ name: String) -> Int64? { text(name).flatMap { Int64($0) } }

    private static func print(_ text: String) {
        let line = text + "\n"
        _ = write(STDERR_FILENO, line, line.utf8.count)
    }
}
