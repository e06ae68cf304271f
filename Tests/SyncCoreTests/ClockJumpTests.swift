import Testing

@testable import SyncCore

/// The platform's clock is set: what was changed just before is visible late in real time, and may
/// have times that are past by the new clock.
@Suite struct ClockJumpTests {
    private static let start = MachineHarness.start

    private func at(_ seconds: Int64) -> UTCInstant { UTCInstant(seconds: seconds) }

    private func ticks(_ seconds: Int64) -> MonotonicInstant {
        MonotonicInstant(milliseconds: seconds * 1_000)
    }

    private func feed(_ kind: StreamKind, settle: Int64, overlap: Int64, cursor: Int64) -> Feed {
        Feed(
            id: StreamID(shop: ShopID(1), kind: kind), direction: .forward,
            policy: Feed.Policy(
                settle: settle, overlap: overlap, pollIntervalMilliseconds: 10_000, spanMax: 1_800,
                spanFirst: 1_800, pageSize: 100),
            cursor: at(cursor), now: ticks(0))
    }

    private func jump(_ before: Int64, _ after: Int64) -> ClockJump {
        ClockJump(before: at(before), after: at(after), at: ticks(0))
    }

    /// At growing pauses until the overlap has passed in real time, and without what the clock
    /// jumped over.
    @Test func theOverlapBeforeAJumpIsReadAgain() throws {
        var feed = feed(.orders, settle: 0, overlap: 60, cursor: 10_000)
        feed.note(jump(10_000, 13_600), platformNow: at(13_600))
        var reached: [Int64] = []
        for second in stride(from: Int64(5), through: 300, by: 5) {
            let platformNow = at(13_600 + second)
            _ = feed.plan(now: ticks(second), platformNow: platformNow, interval: 1_000)
            var asked = 0
            while let task = feed.tasks.indices.first {
                let request = feed.tasks[task].reader.nextRequest
                if second > 5, request.from < at(9_960) { reached.append(second) }
                // Nothing that the clock jumped over is asked for once more.
                if second > 5 {
                    #expect(request.from >= at(13_540) || request.through < at(10_010))
                }
                let page = PageSummary(rows: [], hasNext: false, total: nil)
                let isComplete = feed.tasks[task].reader.accept(page) == .complete
                _ = feed.advance(taskAt: task, isComplete: isComplete, rowCount: 0)
                asked += 1
                try #require(asked < 50)
            }
        }
        #expect(reached == [10, 20, 40, 65])
    }

    @Test func aSweepWaitsItsDelayAfterAJump() {
        var feed = feed(.sweep, settle: 700, overlap: 0, cursor: 9_200)
        feed.note(jump(10_000, 13_600), platformNow: at(13_600))
        func end(_ second: Int64) -> UTCInstant? {
            _ = feed.plan(
                now: ticks(second), platformNow: at(13_600 + second), interval: 1_000)
            return feed.tasks.last?.reader.window.end
        }
        #expect(end(0) == at(9_300))
        #expect(end(600) == at(9_900))
        #expect(end(701) == at(13_601))
    }

    /// A process ended when only one of two cursors had been taken back: the other is judged by
    /// when it was stored itself.
    @Test func eachCursorIsTakenBackByItsOwnTime() throws {
        var configuration = MachineHarness.shop(1, [.orders, .refunds])
        configuration.restored.cursors = [.orders: at(99_000), .refunds: at(103_000)]
        configuration.restored.storedAt = [.orders: at(100_990), .refunds: at(99_500)]
        let moment = Moment(ticks: ticks(1), wall: at(101_000), platform: at(101_000))
        var setup = FeedSetup(configuration, .seeking, moment)
        setup.run()
        let refunds = try #require(setup.feeds.first { $0.id.kind == .refunds })
        #expect(refunds.cursor <= at(99_500))
        let orders = try #require(setup.feeds.first { $0.id.kind == .orders })
        #expect(orders.cursor == at(99_000))
    }

    /// Without dates in the answers the last process read beyond the correct time for up to eleven
    /// minutes, and stored its cursor meanwhile: those minutes are read again.
    @Test func aCursorIsTakenBackByTheTimeThatAStepGoesUnnoticed() throws {
        var configuration = MachineHarness.shop(1, [.orders])
        configuration.restored.cursors = [.orders: at(103_000)]
        configuration.restored.storedAt = [.orders: at(100_990)]
        var setup = FeedSetup(
            configuration, .seeking,
            Moment(ticks: ticks(1), wall: at(101_000), platform: at(101_000)))
        setup.run()
        let orders = try #require(setup.feeds.first { $0.id.kind == .orders })
        #expect(orders.cursor <= at(101_000 - 10 - 660))
        #expect(orders.cursor > at(101_000 - 10 - 760))
    }

    /// Between the correction and the moment when it is noticed, times of the wrong clock become
    /// past: such versions have to lose to later answers as well.
    @Test func versionsOfAClockThatWasAheadAreMarked() throws {
        var ahead: Int64 = 120
        var second: Int64 = 0
        let app = MachineConfiguration.App(
            id: AppID(0),
            limit: RateLimiter.Policy(callsPerSecond: 100, burst: 100, callsPerDay: 10_000),
            rules: .seeking, startsFresh: true)
        var machine = SyncMachine(
            MachineConfiguration(apps: [app], shops: [MachineHarness.shop(1, [.orders])]),
            now: MachineHarness.now(0))
        var setBack: UTCInstant?
        func handle(_ event: SyncEvent) {
            for action in machine.handle(event, now: MachineHarness.now(second)) {
                switch action {
                case .call(let call):
                    let time = UTCInstant(seconds: Self.start + second + ahead)
                    let outcome: CallResult.Outcome =
                        call.kind == .serverTime ? .serverTime(time) : MachineHarness.emptyPage
                    handle(.answered(call.id, CallResult(outcome, date: time)))
                case .reserve(let app, let wanted):
                    let total = wanted.granted(found: wanted.known).total
                    handle(.reserved(app, total: total, others: 0, day: wanted.day))
                case .commit: handle(.committed(changes: 1))
                case .clockSetBack(_, let time, _): setBack = time
                default: break
                }
            }
        }
        while second < 35 {
            second += 1
            handle(.tick)
        }
        (setBack, ahead, second) = (nil, 0, 100)
        for _ in 1...20 {
            second += 1
            handle(.tick)
        }
        // Confirmed for the last time some polls before: at 30 s or so.
        let marked = try #require(setBack)
        #expect(marked <= UTCInstant(seconds: Self.start + 35))
        #expect(marked > UTCInstant(seconds: Self.start))
    }

    /// The platform's own time is wrong while a proxy's `Date` is right: only the former says when
    /// that is corrected, so it is asked for each minute, less often if it stays as it is.
    @Test func aCorrectionIsNoticedThoughDatesContradict() throws {
        var ahead: Int64 = 3_600
        var bench = MachineHarness(shops: [MachineHarness.shop(1, [.orders])]) { _, _ in
            MachineHarness.emptyPage
        }
        bench.date = { UTCInstant(seconds: Self.start + $0) }
        bench.platformTime = { UTCInstant(seconds: Self.start + $0 + ahead) }
        bench.run(seconds: 300)
        ahead = 0
        bench.run(seconds: 65)
        #expect(
            bench.notes.contains { if case .clockMoved(_, -3_600) = $0 { true } else { false } })
        let late = bench.calls(of: .serverTime).filter { $0 >= 300 }
        #expect((1...3).contains(late.count))
        // The header agrees now, and is believed again in the end.
        bench.run(seconds: 7_200)
        #expect(bench.calls(of: .serverTime).count < 80)
    }
}
