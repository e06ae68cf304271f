import Testing

@testable import SyncCore

/// What `[log] trace_shop` notes: why a call now, and why not another.
@Suite struct DecisionTraceTests {
    private func machine(
        shops: [MachineConfiguration.Shop] = [MachineHarness.shop(1, [.orders])],
        traced: Int64 = 1, callsPerSecond: Int = 100,
        answer: @escaping (Call, UTCInstant) -> CallResult.Outcome = { _, _ in
            MachineHarness.emptyPage
        }
    ) -> MachineHarness {
        MachineHarness(
            shops: shops, callsPerSecond: callsPerSecond, traced: ShopID(traced), answer: answer)
    }

    private func decisions(_ bench: MachineHarness) -> [Decision] {
        bench.notes.compactMap { if case .decision(let decision) = $0 { decision } else { nil } }
    }

    @Test func aCallAndTheRestAfterItAreNoted() throws {
        var bench = machine()
        bench.run(seconds: 30)
        let decisions = decisions(bench)
        let orders = bench.calls.filter { $0.call.method == .ordersChanged }.map(\.call)
        #expect(orders.count > 1)
        #expect(decisions.filter { $0.obstacle == nil }.map(\.method) == orders.map(\.method))
        let made = try #require(decisions.first { $0.obstacle == nil })
        #expect(made.call?.callClass == .live)
        #expect(made.ready == [.live])
        #expect(made.rival == nil)
        let rest = try #require(decisions.last { $0.obstacle == .nothingDue })
        #expect(rest.timer == "next read of orders")
        #expect((1...10_000).contains(rest.againMs ?? 0))
    }

    /// What does not change is noted once.
    @Test func aWaitIsNotedOnce() {
        var bench = machine()
        bench.run(seconds: 25)
        let before = decisions(bench)
        for _ in 1...5 { bench.handle(.tick) }
        #expect(before.count > 1)
        #expect(decisions(bench) == before)
    }

    @Test func withoutATracedShopNothingIsNoted() {
        var bench = MachineHarness { _, _ in MachineHarness.emptyPage }
        bench.run(seconds: 30)
        #expect(decisions(bench) == [])
    }

    /// Three shops share a call a second: the one that has waited longest comes first.
    @Test func theShopThatComesFirstIsNamed() throws {
        let shops = (1...3).map { MachineHarness.shop($0, [.orders]) }
        var bench = machine(shops: shops, traced: 3, callsPerSecond: 1)
        bench.run(seconds: 60)
        let decisions = decisions(bench)
        let behind = try #require(decisions.first { $0.obstacle == .otherShopFirst })
        #expect(behind.shop == ShopID(3))
        #expect([1, 2].contains(behind.rival?.stream.shop.rawValue))
        #expect(behind.rival?.callClass == .live)
        let next = try #require(decisions.first { $0.obstacle == .rateLimit })
        #expect(next.rival == nil)
        #expect((1...1_000).contains(next.againMs ?? 0))
        let made = decisions.filter { $0.obstacle == nil }
        #expect(made.count == bench.calls(of: .ordersChanged, shop: 3).count)
        // Each is the call of the shop that has waited longest.
        for call in made {
            guard let rival = call.rival?.waitedMs else { continue }
            #expect(try #require(call.call?.waitedMs) >= rival)
        }
    }

    @Test(arguments: [
        (Disposition.unauthorised, Decision.Obstacle.shopSuspended),
        (.misconfigured, .appSuspended),
    ])
    func aSuspensionIsNamed(disposition: Disposition, obstacle: Decision.Obstacle) {
        var bench = machine { call, _ in
            call.method == .ordersChanged
                ? MachineHarness.failure(disposition) : MachineHarness.emptyPage
        }
        bench.run(seconds: 30)
        let obstacles = decisions(bench).compactMap(\.obstacle)
        #expect(obstacles.contains(obstacle))
    }

    @Test func aPauseIsNamedWithItsEnd() throws {
        let shop = MachineHarness.shop(1, [.orders, .refunds])
        var bench = machine(shops: [shop]) { call, _ in
            call.method == .ordersChanged
                ? MachineHarness.failure(.throttled(.app, seconds: 40)) : MachineHarness.emptyPage
        }
        bench.run(seconds: 12)
        let pause = try #require(decisions(bench).first { $0.obstacle == .paused })
        #expect((30_000...41_000).contains(pause.againMs ?? 0))
    }
}
