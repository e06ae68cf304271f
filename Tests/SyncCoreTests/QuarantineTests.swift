import Testing

@testable import SyncCore

/// A request that fails again and again delays nothing else.
@Suite struct QuarantineTests {
    private static let start = MachineHarness.start

    private static func pages(_ bench: MachineHarness, _ kind: StreamKind) -> [PageRequest] {
        bench.calls.compactMap { entry in
            guard entry.call.stream?.kind == kind, case .list(let page) = entry.call.kind else {
                return nil
            }
            return page
        }
    }

    /// One window has to rest for a quarter of an hour: the polls continue, the ledger stays short,
    /// and its error stays reported.
    @Test func aLiveWindowThatRestsDelaysNothing() throws {
        let bad = UTCInstant(seconds: Self.start + 30)
        var shop = MachineHarness.shop(1, [.orders])
        shop.overlap = 0
        var failures = 0
        var bench = MachineHarness(shops: [shop]) { call, now in
            guard case .list(let page) = call.kind, page.from <= bad, bad <= page.through,
                now.seconds < Self.start + 900
            else { return MachineHarness.emptyPage }
            failures += 1
            return MachineHarness.failure(.retry(afterSeconds: 900))
        }
        var ledger: [Int64: WindowRecord] = [:]
        var keepsError: [Bool] = []
        bench.changed = { change in
            for start in change.removed { ledger[start.seconds] = nil }
            for record in change.written { ledger[record.window.start.seconds] = record }
            keepsError.append(change.keepsError)
            return (0, [])
        }
        bench.run(seconds: 700)
        #expect((1...2).contains(failures))
        let newest = try #require(Self.pages(bench, .orders).map(\.through.seconds).max())
        #expect(newest >= Self.start + 680)
        #expect(bench.machine.shops[0].feeds[0].tasks.count <= 6)
        #expect(ledger.count <= 5)
        #expect(ledger.values.contains { $0.state == .done })
        #expect(keepsError.last == true)
        // It is read in the end, and all that has waited behind it counts.
        bench.run(seconds: 500)
        #expect(bench.machine.isCaughtUp(withinSeconds: 15, now: MachineHarness.now(bench.second)))
        #expect(ledger.isEmpty)
        #expect(keepsError.last == false)
    }

    /// An order that was read once begins to make the platform fail: polls leave its seconds out of
    /// their overlap, and ask for them again in the end.
    @Test func whatFailsInAnOverlapIsAskedForAgainLater() throws {
        let bad = UTCInstant(seconds: Self.start + 30)
        let time = (from: Self.start + 50, to: Self.start + 900)
        var shop = MachineHarness.shop(1, [.orders])
        shop.overlap = 300
        var (failures, seenAgain) = (0, false)
        var bench = MachineHarness(shops: [shop]) { call, now in
            guard case .list(let page) = call.kind, page.from <= bad, bad <= page.through else {
                return MachineHarness.emptyPage
            }
            if now.seconds >= time.to { seenAgain = true }
            guard (time.from..<time.to).contains(now.seconds) else {
                return MachineHarness.emptyPage
            }
            failures += 1
            return MachineHarness.failure(.retry(afterSeconds: nil))
        }
        bench.run(seconds: 400)
        let first = failures
        #expect((4...60).contains(first))
        bench.run(seconds: 200)
        #expect(failures == first)
        let cursor = try #require(bench.machine.shops.first?.feeds.first?.cursor)
        #expect(cursor.seconds >= Self.start + 580)
        bench.run(seconds: 3_000)
        #expect(seenAgain)
        #expect(failures <= 3 * first)
        #expect(bench.machine.shops[0].feeds[0].skipped.isEmpty)
        #expect(bench.machine.shops[0].feeds[0].skipRest == SkippedSeconds.restMin)
        #expect(bench.machine.isCaughtUp(withinSeconds: 15, now: MachineHarness.now(bench.second)))
    }

    /// The seconds around the order that the platform fails at are quarantined, in every stream and
    /// both ways of reading; everything else is stored, live and history alike.
    @Test(arguments: [ReadingRules.seeking, .counting], [1, 2, 3] as [UInt64])
    func anOrderThatThePlatformFailsAtCostsItsOwnSeconds(
        rules: ReadingRules, seed: UInt64
    ) throws {
        var plan = WorldPlan(quiet: seed)
        plan.rules = rules
        plan.streams = [.orders, .backfill]
        plan.backfillDays = 2
        plan.oldOrderCount = 200
        plan.lifeEnd = 1_800_000
        plan.lifePause = 4_000
        plan.pageSize = 20
        plan.poisonEvery = 90
        plan.poisoned = WorldPlan.Interval(start: 0, end: .max)
        var world = World(plan)
        world.run(until: 7_200_000) { _ in false }
        #expect(world.failure == nil)
        let orders = world.platform.shops[0].orders.all
        let poison = orders.filter(plan.isPoison)
        #expect(poison.count >= 3)
        let stored = try #require(world.store.orders[ShopID(0)])
        let reached = world.platform.now(at: 7_200_000).advanced(bySeconds: -86_400 * 2)
        func isNear(_ at: KeyPath<ModelOrder, UTCInstant>, _ order: ModelOrder) -> Bool {
            poison.contains { abs($0[keyPath: at].seconds(since: order[keyPath: at])) <= 3 }
        }
        for order in orders where order.created > reached && !plan.isPoison(order) {
            if isNear(\.modified, order) || isNear(\.created, order) { continue }
            #expect(stored[order.id]?.number == order.version, "\(order)")
        }
        let machine = try #require(world.machine)
        for feed in machine.shops[0].feeds {
            let aside = feed.tasks.filter(\.isQuarantined)
            #expect(!aside.isEmpty, "\(feed.id)")
            #expect(
                aside.allSatisfy {
                    $0.reader.window.seconds <= 30
                        || $0.reader.openEnd
                            .seconds(since: $0.reader.window.start) <= 4
                })
            #expect(!feed.isLoading)
        }
        // Nothing hammers: each of them is asked for every half an hour in the end.
        #expect(world.audit.callCount < 2_000)
    }
}
