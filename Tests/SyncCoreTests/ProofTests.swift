import Testing

@testable import SyncCore

/// Audits and the measured lag, as the machine runs them.
@Suite struct ProofTests {
    private static let hour: Int64 = 3_600

    private static var audited: MachineConfiguration.Shop {
        var shop = MachineHarness.shop(1, [.orders, .audit])
        shop.pollIntervalMilliseconds = 600_000
        return shop
    }

    private func isAudit(_ call: Call) -> Bool { call.stream?.kind == .audit }

    /// A shop without history: its first whole day is audited two hours after it ended, also by
    /// the process that began it.
    @Test func theFirstProcessAuditsItsDays() {
        var bench = MachineHarness(shops: [Self.audited]) { _, _ in
            MachineHarness.emptyPage
        }
        bench.run(seconds: 3 * 86_400)
        #expect(bench.records.map(\.state) == [.equal, .equal, .equal])
        #expect(bench.calls.count { isAudit($0.call) } == 3)
    }

    /// An app that knows no empty list, only an error that says so.
    @Test func aDayWithoutOrdersIsAudited() {
        var bench = MachineHarness(shops: [Self.audited]) { _, _ in
            MachineHarness.failure(.empty)
        }
        bench.run(seconds: 2 * 86_400)
        #expect(bench.records.first?.state == .equal)
        #expect(bench.calls.count { isAudit($0.call) } <= 2)
    }

    /// However its calls fail, an audit costs few of them.
    @Test(
        arguments: [
            .badRequest, .notFound, .unauthorised, .misconfigured, .retry(afterSeconds: nil),
            .narrow(afterSeconds: nil), .clockSkew,
        ] as [Disposition])
    func anAuditThatFailsCostsLittle(disposition: Disposition) {
        var bench = MachineHarness(shops: [Self.audited]) { call, _ in
            call.stream?.kind == .audit
                ? MachineHarness.failure(disposition) : MachineHarness.emptyPage
        }
        bench.run(seconds: 2 * 86_400)
        let count = bench.calls.count { isAudit($0.call) }
        #expect((5...150).contains(count), "\(disposition): \(count)")
    }

    @Test func anAnswerWithoutACountIsAskedForAgain() {
        var bench = MachineHarness(shops: [Self.audited]) { call, _ in
            .page(
                PageSummary(
                    rows: [], hasNext: false, total: call.stream?.kind == .audit ? nil : 0))
        }
        bench.run(seconds: 2 * 86_400)
        #expect(bench.records.isEmpty)
        #expect((5...150).contains(bench.calls.count { isAudit($0.call) }))
    }

    /// What an overlap finds at the first start was there before anybody read: that is nothing
    /// late. Nor is it when windows of a backlog overlap each other.
    @Test func whatWasNeverReadIsNotLate() {
        let policy = Feed.Policy(
            settle: 2, overlap: 60, pollIntervalMilliseconds: 10_000, spanMax: 1_800,
            spanFirst: 1_800,
            pageSize: 100)
        let id = StreamID(shop: ShopID(1), kind: .orders)
        func at(_ seconds: Int64) -> UTCInstant { UTCInstant(seconds: seconds) }
        func feed() -> Feed {
            Feed(
                id: id, direction: .forward, policy: policy, cursor: at(10_000),
                now: MonotonicInstant(milliseconds: 0))
        }
        func plan(_ feed: inout Feed, _ platform: Int64) {
            feed.nextPlan = MonotonicInstant(milliseconds: 0)
            _ = feed.plan(
                now: MonotonicInstant(milliseconds: 0), platformNow: at(platform), interval: 1)
        }
        var live = feed()
        plan(&live, 10_012)
        let first = live.advance(taskAt: 0, isComplete: true, rowCount: 1)
        #expect(first.freshFrom == nil)
        for platform in stride(from: Int64(10_022), through: 10_062, by: 10) {
            plan(&live, platform)
            _ = live.advance(taskAt: 0, isComplete: true, rowCount: 1)
        }
        plan(&live, 10_082)
        let later = live.advance(taskAt: 0, isComplete: true, rowCount: 1)
        #expect(later.freshFrom == at(10_060))

        // A backlog: how long its changes were invisible is unknown.
        plan(&live, 10_082 + 4 * Self.hour)
        let second = live.advance(taskAt: 1, isComplete: true, rowCount: 1)
        #expect(second.freshFrom == nil)
    }

    /// A change that a live read found late after an outage was not invisible all that time.
    @Test func anOutageIsNoLag() {
        var shop = MachineHarness.shop(1, [.orders, .sweep])
        (shop.overlapMax, shop.settleMax, shop.sweepDelays) = (900, 10, [600])
        var bench = MachineHarness(shops: [shop]) { _, _ in MachineHarness.emptyPage }
        bench.run(seconds: 600)
        let asked = UTCInstant(seconds: MachineHarness.start + 600)
        let late = LateRow(order: "1", modifiedAt: asked.advanced(bySeconds: -500))
        let live = StreamID(shop: ShopID(1), kind: .orders)
        bench.handle(.stored(live, onTime: 0, late: [late], askedAt: asked))
        #expect(bench.machine.shops[0].windows.lag?.lagSeconds == 128)
    }

    /// Samples of a sweep say "more than the overlap" and no more: it doubles until it suffices.
    @Test func sweepsLengthenTheOverlapStepByStep() {
        var shop = MachineHarness.shop(1, [.orders, .sweep])
        (shop.overlapMax, shop.settleMax, shop.sweepDelays) = (900, 10, [600])
        var bench = MachineHarness(shops: [shop]) { _, _ in MachineHarness.emptyPage }
        bench.run(seconds: 60)
        let sweep = StreamID(shop: ShopID(1), kind: .sweep)
        var overlaps: [Int64] = []
        for _ in 0..<5 {
            let asked = UTCInstant(seconds: MachineHarness.start + 60)
            let late = LateRow(order: "1", modifiedAt: asked.advanced(bySeconds: -1_100))
            bench.handle(.stored(sweep, onTime: 0, late: [late], askedAt: asked))
            overlaps += bench.machine.shops[0].feeds.prefix(1).map(\.policy.overlap)
        }
        #expect(overlaps == [162, 642, 900, 900, 900])
        #expect(bench.notes.count { if case .lateChange = $0 { true } else { false } } == 5)
    }

    /// A sweep keeps away from what live reads will read again.
    @Test func aSweepStaysBehindTheOverlap() {
        var shop = MachineHarness.shop(1, [.orders, .sweep])
        (shop.overlap, shop.overlapMax, shop.sweepDelays) = (300, 300, [60])
        var bench = MachineHarness(shops: [shop]) { _, _ in MachineHarness.emptyPage }
        bench.run(seconds: 3_600)
        var swept = 0
        for (at, call) in bench.calls where call.stream?.kind == .sweep {
            guard case .list(let request) = call.kind else { continue }
            swept += 1
            #expect(request.through.seconds <= MachineHarness.start + at - 600)
        }
        #expect((30...52).contains(swept))
    }

    /// Raised by what was measured, a longer settle does not take a cursor back at a restart.
    @Test func aRestartWithALongerSettleKeepsItsCursor() {
        var shop = MachineHarness.shop(1, [.orders])
        shop.settleMax = 10
        let now = MachineHarness.now(0)
        shop.restored.cursors[.orders] = now.wall.advanced(bySeconds: -3)
        var lag = IndexLag(now: now.wall)
        lag.observe(onTime: 1, lags: [8, 8, 8], bySweep: false, now: now.wall)
        shop.restored.lag = lag
        let moment = Moment(ticks: now.ticks, wall: now.wall, platform: now.wall)
        var setup = FeedSetup(shop, .seeking, moment)
        setup.run()
        #expect(setup.feeds.first?.policy.settle == 8)
        #expect(setup.changes.allSatisfy { $0.cursor == nil })
    }

    /// A sweep begins where live reading began, also when the process starts anew before the
    /// sweep's delay has passed: what was changed before is not missed.
    @Test func aRestartTakesNoSweepBack() {
        var shop = MachineHarness.shop(1, [.orders, .sweep])
        shop.sweepDelays = [600]
        let now = MachineHarness.now(0)
        for kind in [StreamKind.orders, .sweep] {
            shop.restored.cursors[kind] = now.wall.advanced(bySeconds: -30)
        }
        let moment = Moment(ticks: now.ticks, wall: now.wall, platform: now.wall)
        var setup = FeedSetup(shop, .seeking, moment)
        setup.run()
        #expect(setup.changes.allSatisfy { $0.cursor == nil })
        #expect(
            setup.feeds.map(\.cursor.seconds) == [now.wall.seconds - 30, now.wall.seconds - 30])
    }
}
