import Testing

@testable import SyncCore

/// A world to simulate, by the words that `make simulate` takes.
struct SimulationPlan: Sendable, CustomTestStringConvertible {
    /// What the seed is drawn for.
    enum Kind: String, CaseIterable, Sendable {
        /// Everything that can go wrong.
        case all
        /// Orders only, of a platform that is read by seeking.
        case orders
        /// All streams of such a platform.
        case work
        /// The platform's clock is wrong for some minutes. Odd seeds have no other faults: there
        /// even what is dated in the future is found at once.
        case clock
    }

    var kind: Kind
    var seed: UInt64
    /// Seconds by which the platform's clock is wrong, of kind `clock`.
    var offset: Int64
    /// What the seed once found, empty if nothing.
    var finding: String

    init(_ kind: Kind = .all, seed: UInt64, offset: Int64 = 0, _ finding: String = "") {
        (self.kind, self.seed, self.offset, self.finding) = (kind, seed, offset, finding)
    }

    var command: String {
        let plan = kind == .all ? "" : " PLAN=\(kind.rawValue)"
        return "make simulate SEED=\(seed)\(plan)\(offset == 0 ? "" : " OFFSET=\(offset)")"
    }

    var testDescription: String {
        let clock = offset == 0 ? "" : ", offset \(offset) s"
        return "\(kind.rawValue) \(seed)\(clock)\(finding.isEmpty ? "" : ": \(finding)")"
    }

    var world: WorldPlan {
        switch kind {
        case .all: return WorldPlan(seed: seed)
        case .orders: return WorldPlan(seed: seed, hasWork: false, rules: .seeking)
        case .work: return WorldPlan(seed: seed, rules: .seeking)
        case .clock:
            var plan = WorldPlan(seed: seed)
            if seed % 2 == 1 {
                (plan.crashes, plan.faultRate) = ([], 0)
                (plan.unauthorised, plan.misconfigured, plan.refusedMethods) = ([], [], [])
            }
            let begin = plan.lifeEnd / 4
            plan.setPlatformClock(by: offset, from: begin, until: begin + 200_000)
            return plan
        }
    }

    /// Runs a world to its end.
    /// - Returns: the rule that was broken, nil if none.
    func run(traced: Bool = false) -> (failure: String?, world: World) {
        var world = World(self.world)
        if traced { world.trace = WorldTrace() }
        let plan = world.plan
        let lifeEnd = max(plan.lifeEnd, plan.crashes.map { $0.at + $0.down }.max() ?? 0) + 1_000
        world.run(until: lifeEnd) { _ in false }
        if let failure = world.failure { return (failure, world) }
        let settled = world.platform.now(at: lifeEnd)
        var end =
            max(lifeEnd, world.gateway.bannedUntil)
            + (plan.sweepDelays.isEmpty ? 1_800_000 : 10_800_000)
        if plan.poisoned.end > 0 { end += 3_600_000 }  // Quarantined seconds have long pauses.
        if plan.isContradictory { end += 7_200_000 }
        if plan.limit.callsPerDay < 1_000_000 { end += 2 * 86_400_000 }
        world.run(until: end) { $0.hasStored(until: settled) }
        if let failure = world.failure { return (failure, world) }
        guard world.hasStored(until: settled) else {
            let late = "not caught up \((end - lifeEnd) / 1_000) s after all faults ended"
            let work = (0..<plan.shopCount).map { world.unfinished($0, settled) ?? "all done" }
            return ("\(late): \(work) \(world.outlook)", world)
        }
        return (world.truthFault(), world)
    }
}

extension SimulationPlan {
    /// Seeds that once found a defect.
    static let regressions: [SimulationPlan] =
        [61, 158, 244, 490, 701, 1031, 2149, 4772, 8281, 10_249, 12_786, 15_165, 23_895, 32_638]
        .map { SimulationPlan(.orders, seed: $0) }
        + [29, 701, 816, 2675, 12_927].map { SimulationPlan(.work, seed: $0) }
        + [
            SimulationPlan(seed: 2_634, "the cursor passed an overlap that was still to be read"),
            SimulationPlan(seed: 4_357, "details waited by a clock that was an hour ahead"),
            SimulationPlan(seed: 5_526, "a clock step was not noticed before a restart"),
            SimulationPlan(seed: 7_660, "an answer in doubt decided that the end is inclusive"),
            SimulationPlan(seed: 8_476, "three pages of a crowded second without end"),
            SimulationPlan(seed: 9_636, "skipped seconds of refunds"),
            SimulationPlan(seed: 11_497, "a count that is too small hid rows behind a full page"),
        ]
}
