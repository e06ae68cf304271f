import Testing

@testable import SyncCore

/// What the platform refuses of one shop does not stop the others of its app.
@Suite struct RefusedShopTests {
    private static func bench(
        shops: [Int64] = [1, 2], restSeconds: Int64 = 0,
        refuses: @escaping (Call, UTCInstant) -> Bool
    ) -> MachineHarness {
        let shops = shops.map { MachineHarness.shop($0, [.orders]) }
        return MachineHarness(shops: shops) { call, now in
            guard refuses(call, now) else { return MachineHarness.emptyPage }
            var failure = CallFailure(.misconfigured, code: "x", line: "")
            failure.restSeconds = restSeconds
            return .failure(failure)
        }
    }

    private func notes(_ bench: MachineHarness) -> (refused: Int, accepted: Int, apps: Int) {
        var counts = (refused: 0, accepted: 0, apps: 0)
        for note in bench.notes {
            switch note {
            case .shopRefused(ShopID(1), _, _): counts.refused += 1
            case .shopAccepted(ShopID(1)): counts.accepted += 1
            case .appMisconfigured: counts.apps += 1
            default: break
            }
        }
        return counts
    }

    @Test func theOthersOfItsAppAreServed() {
        let end = MachineHarness.start + 400
        var bench = Self.bench { call, now in
            call.shop == ShopID(1) && now.seconds < end
        }
        bench.run(seconds: 400)
        // A call each ten seconds, but for the first few that found out whom it concerns.
        #expect(bench.calls(of: .ordersChanged, shop: 2).count >= 36)
        #expect(bench.calls(of: .ordersChanged, shop: 1).count <= 18)
        #expect(notes(bench).refused == 1)
        #expect(notes(bench).apps <= 2)
        bench.run(seconds: 200)
        #expect(notes(bench).accepted == 1)
        #expect(notes(bench).apps <= 2)
        #expect(bench.machine.isCaughtUp(withinSeconds: 15, now: MachineHarness.now(bench.second)))
    }

    /// All of them are refused: it is the app, and one call at a time is made.
    @Test func refusalsOfAllShopsSuspendTheApp() {
        var bench = Self.bench(shops: [1, 2, 3]) { _, now in
            now.seconds < MachineHarness.start + 400
        }
        bench.run(seconds: 400)
        #expect(bench.calls(of: .ordersChanged).count <= 18)
        for shop in Int64(1)...3 {
            #expect(!bench.calls(of: .ordersChanged, shop: shop).isEmpty)
        }
        #expect(notes(bench) == (0, 0, 1))
        bench.run(seconds: 100)
        #expect(bench.machine.isCaughtUp(withinSeconds: 15, now: MachineHarness.now(bench.second)))
    }

    /// Some refusals grow worse with every try.
    @Test func aRefusalCanAskForARest() {
        var bench = Self.bench(shops: [1], restSeconds: 600) { _, _ in true }
        bench.run(seconds: 3_600)
        let calls = bench.calls(of: .ordersChanged)
        #expect((6...7).contains(calls.count), "\(calls)")
        #expect(zip(calls, calls.dropFirst()).allSatisfy { $1 - $0 >= 600 }, "\(calls)")
    }
}
