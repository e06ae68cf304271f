import Testing

@testable import SyncCore

@Suite struct FeedTests {
    private let start = MonotonicInstant(milliseconds: 0)

    private func at(_ seconds: Int64) -> UTCInstant { UTCInstant(seconds: seconds) }

    private func feed(
        _ direction: Feed.Direction, cursor: Int64, floor: Int64? = nil
    ) -> Feed {
        let kind: StreamKind = direction == .forward ? .orders : .backfill
        return Feed(
            id: StreamID(shop: ShopID(1), kind: kind), direction: direction,
            policy: Feed.Policy(
                settle: 2, overlap: 60, pollIntervalMilliseconds: 10_000, spanMax: 1_800,
                spanFirst: 1_800, pageSize: 100),
            cursor: at(cursor), remaining: floor.map { window($0, cursor) }, now: start)
    }

    private func plan(_ feed: inout Feed, platform: Int64) -> LedgerChange? {
        feed.plan(now: start, platformNow: at(platform), interval: 10_000)
    }

    private func windows(_ feed: Feed) -> [TimeWindow] { feed.tasks.map(\.reader.window) }

    @Test func aNewFeedReadsToNowLessSettle() {
        var feed = feed(.forward, cursor: 1_000)
        #expect(plan(&feed, platform: 1_002) == nil)
        #expect(feed.tasks.isEmpty)
        #expect(feed.nextPlan == MonotonicInstant(milliseconds: 1_000))
        feed.nextPlan = start
        _ = plan(&feed, platform: 1_012)
        #expect(windows(feed) == [window(1_000, 1_010)])
        // No one knows when the overlap was read last: twice as far.
        #expect(feed.tasks[0].reader.readStart == at(880))
    }

    /// A poll that waited for other calls reads up to the moment of its own call.
    @Test func aPlannedWindowEndsWhenItsCallIsMade() {
        var feed = feed(.forward, cursor: 1_000)
        _ = plan(&feed, platform: 1_012)
        let later = MonotonicInstant(milliseconds: 7_000)
        let isExtended = feed.extendLastTask(
            now: later, platformNow: at(1_019), interval: 10_000)
        #expect(isExtended)
        #expect(windows(feed) == [window(1_000, 1_017)])
        #expect(feed.nextPlan == MonotonicInstant(milliseconds: 17_000))
        var isAgain = feed.extendLastTask(now: later, platformNow: at(1_019), interval: 10_000)
        #expect(!isAgain)
        // One that has failed, or is read already, stays as it is.
        feed.tasks[0].attempt = 1
        isAgain = feed.extendLastTask(now: later, platformNow: at(1_030), interval: 10_000)
        #expect(!isAgain)
    }

    // Backlog in seconds, and the lengths that it is cut into at first.
    @Test(
        arguments: [
            (10, [10]), (2_699, [2_699]), (2_700, [1_800, 900]),
            (7_200, [1_800, 1_800, 1_800, 1_800]),
            (14_400, [3_600, 3_600, 3_600, 3_600]), (1_000_000, [86_400, 86_400, 86_400, 86_400]),
        ] as [(Int64, [Int64])])
    func theFeedCutsABacklog(backlog: Int64, lengths: [Int64]) {
        var feed = feed(.forward, cursor: 1_000)
        _ = plan(&feed, platform: 1_002 + backlog)
        #expect(windows(feed).map(\.seconds) == lengths)
        #expect(windows(feed).first?.start == at(1_000))
    }

    @Test func anUntouchedWindowGrowsAndKeepsItsSpan() {
        var feed = feed(.forward, cursor: 1_000)
        _ = plan(&feed, platform: 1_012)
        feed.tasks[0].reader.narrow()
        feed.tasks[0].attempt = 3
        feed.tasks[0].state = .waiting(until: MonotonicInstant(milliseconds: 99))
        let (span, readStart) = (feed.tasks[0].reader.span, feed.tasks[0].reader.readStart)
        feed.nextPlan = start
        _ = plan(&feed, platform: 1_100)
        #expect(windows(feed) == [window(1_000, 1_098)])
        #expect(feed.tasks[0].attempt == 3)
        #expect(feed.tasks[0].state == .waiting(until: MonotonicInstant(milliseconds: 99)))
        #expect(feed.tasks[0].reader.span == span)
        #expect(feed.tasks[0].reader.readStart == readStart)
    }

    @Test func theCursorWaitsForTheOldestWindow() {
        var feed = feed(.forward, cursor: 0)
        _ = plan(&feed, platform: 7_202)
        let second = feed.advance(taskAt: 1, isComplete: true, rowCount: 3)
        #expect(second.cursor == nil)
        #expect(second.written.map(\.state) == [.done])
        let third = feed.advance(taskAt: 2, isComplete: false, rowCount: 3)
        #expect(third.written.map(\.state) == [.open])
        let first = feed.advance(taskAt: 0, isComplete: true, rowCount: 3)
        #expect(first.cursorBefore == at(0))
        #expect(first.cursor == at(3_600))
        #expect(first.removed == [at(1_800)])
        #expect(windows(feed) == [window(3_600, 5_400), window(5_400, 7_200)])
    }

    /// A window behind a failing one leaves its overlap to a later window. After a restart only two
    /// overlaps are read again, so the cursor must not pass what that window still has to read.
    @Test func theCursorWaitsForAPendingOverlap() {
        var feed = feed(.forward, cursor: 1_000)
        _ = plan(&feed, platform: 1_102)
        (feed.tasks[0].failures, feed.tasks[0].isRecorded) = (WindowTask.failureLimit, true)
        feed.nextPlan = start
        _ = plan(&feed, platform: 1_902)
        #expect(windows(feed) == [window(1_000, 1_100), window(1_100, 1_900)])
        #expect(feed.tasks[1].reader.readStart == at(1_100))
        let first = feed.advance(taskAt: 0, isComplete: true, rowCount: 0)
        #expect(first.cursor == at(1_100))
        let second = feed.advance(taskAt: 0, isComplete: true, rowCount: 1)
        #expect(second.cursor == nil)
        #expect(second.written.map(\.state) == [.done])

        // A crash here: the overlap before that window is read again.
        var restarted = self.feed(.forward, cursor: 1_100)
        restarted.restore(second.written)
        #expect(restarted.tasks.map(\.reader.readStart) == [at(980)])

        feed.nextPlan = start
        _ = plan(&feed, platform: 1_912)
        #expect(feed.tasks[1].reader.readStart == at(1_040))
        let third = feed.advance(taskAt: 1, isComplete: true, rowCount: 1)
        #expect(third.cursorBefore == at(1_100))
        #expect(third.cursor == at(1_910))
        #expect(third.removed == [at(1_100)])
        #expect(third.written.isEmpty)
    }

    @Test func aFeedTakesUpTheLedgerAndItsGaps() {
        var feed = feed(.forward, cursor: 1_000)
        func record(_ start: Int64, _ end: Int64, _ open: Int64, _ state: WindowRecord.State)
            -> WindowRecord
        {
            WindowRecord(
                window: window(start, end), openEnd: at(open), state: state, calls: 2, rows: 9)
        }
        feed.restore([
            record(3_000, 4_000, 3_000, .done), record(500, 900, 500, .open),
            record(1_000, 2_000, 1_500, .suspect),
        ])
        #expect(
            windows(feed) == [window(1_000, 2_000), window(2_000, 3_000), window(3_000, 4_000)])
        #expect(feed.tasks.map(\.state) == [.ready, .ready, .done])
        #expect(feed.tasks.map(\.isRecorded) == [true, false, true])
        #expect(feed.tasks[0].reader.openEnd == at(1_500))
        #expect(feed.tasks[1].reader.readStart == at(1_880))
        _ = plan(&feed, platform: 4_102)
        #expect(windows(feed).last == window(4_000, 4_100))
        #expect(feed.tasks.last?.reader.readStart == at(3_880))
    }

    @Test func theFeedRetractsWhatHasNotPassed() {
        var feed = feed(.forward, cursor: 0)
        _ = plan(&feed, platform: 7_202)
        _ = feed.advance(taskAt: 3, isComplete: false, rowCount: 1)
        let change = feed.retract(to: at(4_000), now: start)
        #expect(change?.removed == [at(5_400)])
        #expect(windows(feed) == [window(0, 1_800), window(1_800, 3_600)])
        _ = plan(&feed, platform: 4_002)
        #expect(windows(feed).last == window(1_800, 4_000))
        #expect(feed.tasks.last?.reader.readStart == at(1_740))
    }

    @Test func historyComesNewestDayFirstThenInFewWindows() {
        let day: Int64 = 86_400
        var feed = feed(.backward, cursor: 100 * day, floor: 0)
        let change = plan(&feed, platform: 200 * day)
        #expect(
            windows(feed)
                == [
                    window(24 * day, 49 * day), window(49 * day, 74 * day),
                    window(74 * day, 99 * day), window(99 * day, 100 * day),
                ])
        #expect(change?.written.map(\.state) == [.open, .open, .open, .open, .planned])
        // Out of order: the cursor is the end of what is open.
        let inner = feed.advance(taskAt: 2, isComplete: true, rowCount: 10)
        #expect(inner.removed == [at(74 * day)])
        #expect(inner.cursor == at(100 * day))
        let newest = feed.advance(taskAt: 2, isComplete: true, rowCount: 10)
        #expect(newest.cursorBefore == at(100 * day))
        #expect(newest.cursor == at(74 * day))
        _ = plan(&feed, platform: 200 * day)
        #expect(windows(feed).first == window(0, 24 * day))
        var calls = 0
        while !feed.isFinished, calls < 10 {
            _ = feed.advance(taskAt: feed.tasks.count - 1, isComplete: true, rowCount: 10)
            _ = plan(&feed, platform: 200 * day)
            calls += 1
        }
        #expect(calls == 3)
        #expect(feed.cursor == at(0))
    }

    @Test func historyIsTakenUpWhereItWasLeft() {
        var first = feed(.backward, cursor: 1_000_000, floor: 0)
        let change = plan(&first, platform: 2_000_000)
        var second = feed(.backward, cursor: 1_000_000, floor: 0)
        second.remaining = window(0, 0)
        second.restore(change?.written ?? [])
        #expect(windows(second) == windows(first))
        #expect(second.remaining == first.remaining)
    }
}

/// What a live feed has quarantined must not stop the feeds that read its time again.
@Suite struct QuarantinedFeedTests {
    private let start = MonotonicInstant(milliseconds: 0)

    private func at(_ seconds: Int64) -> UTCInstant { UTCInstant(seconds: seconds) }

    private func feed(_ kind: StreamKind, cursor: Int64) -> Feed {
        Feed(
            id: StreamID(shop: ShopID(1), kind: kind), direction: .forward,
            policy: Feed.Policy(
                settle: 0, overlap: kind == .orders ? 60 : 0, pollIntervalMilliseconds: 10_000,
                spanMax: 1_800, spanFirst: 1_800, pageSize: 100),
            cursor: at(cursor), now: start)
    }

    /// Tasks [0, 1800), … of a live feed.
    private func live() -> Feed {
        var feed = feed(.orders, cursor: 0)
        _ = feed.plan(now: start, platformNow: at(7_200), interval: 10_000)
        #expect(feed.tasks.count == 4)
        return feed
    }

    @Test func sweepsFollowWhatIsReadOrQuarantined() {
        var feed = live()
        #expect(feed.readEnd == at(0))
        feed.tasks[0].isQuarantined = true
        #expect(feed.readEnd == at(1_800))
        _ = feed.advance(taskAt: 2, isComplete: true, rowCount: 0)
        #expect(feed.readEnd == at(1_800))
        _ = feed.advance(taskAt: 1, isComplete: true, rowCount: 0)
        #expect(feed.readEnd == at(5_400))
        #expect(feed.cursor == at(0))
        #expect(feed.quarantinedWindows == [window(0, 1_800)])
        // It is read again: sweeps wait for it as for every other task.
        feed.tasks[0].isQuarantined = false
        #expect(feed.readEnd == at(0))
        #expect(feed.quarantinedWindows.isEmpty)
        _ = feed.advance(taskAt: 0, isComplete: true, rowCount: 0)
        #expect(feed.readEnd == at(5_400))
        #expect(feed.cursor == at(5_400))
    }

    /// The lag is measured from what was read, also behind a quarantined task.
    @Test func theLagIsMeasuredBehindAQuarantinedTask() {
        var feed = feed(.orders, cursor: 0)
        for end in [Int64(100), 200, 300] {
            feed.nextPlan = start
            _ = feed.plan(now: start, platformNow: at(end), interval: 10_000)
            feed.tasks[feed.tasks.count - 1].isRecorded = true
        }
        #expect(feed.tasks.map(\.reader.window.start) == [at(0), at(100), at(200)])
        feed.tasks[0].isQuarantined = true
        #expect(feed.keep(taskAt: 1, rowCount: 1).freshFrom == at(100))
        feed.isBusy = true
        feed.nextPlan = start
        _ = feed.plan(now: start, platformNow: at(320), interval: 10_000)
        #expect(feed.tasks[3].reader.readStart == at(300))
        #expect(feed.keep(taskAt: 3, rowCount: 1).freshFrom == at(100))
        _ = feed.advance(taskAt: 1, isComplete: true, rowCount: 1)
        #expect(feed.keep(taskAt: 3, rowCount: 1).freshFrom == at(200))
    }

    /// The seconds become a quarantined task of the sweep: the others are read without it, and the
    /// cursor waits until it was read, too.
    @Test func aSweepTakesOverTheQuarantine() {
        var sweep = feed(.sweep, cursor: 0)
        let bad = [window(50, 50), window(600, 603), window(900, 902)]
        _ = sweep.plan(
            now: start, platformNow: at(9_000), interval: 10_000, limit: at(1_000),
            quarantined: bad)
        #expect(
            sweep.tasks.map(\.reader.window) == [
                window(0, 600), window(600, 603), window(603, 900), window(900, 902),
                window(902, 1_000),
            ])
        #expect(sweep.tasks.map(\.isQuarantined) == [false, true, false, true, false])
        #expect(sweep.nextPlan == MonotonicInstant(milliseconds: 10_000))
        for index in [0, 1, 3] {  // The first leaves, the second waits behind the first gap.
            _ = sweep.advance(taskAt: index, isComplete: true, rowCount: 0)
        }
        #expect(sweep.cursor == at(600))
        // Quarantines that began before the last task's end, or last beyond the limit.
        sweep.nextPlan = start
        _ = sweep.plan(
            now: start, platformNow: at(9_000), interval: 10_000, limit: at(1_101),
            quarantined: [window(990, 1_010), window(1_100, 1_103)])
        #expect(
            sweep.tasks.suffix(3).map(\.reader.window) == [
                window(1_000, 1_010), window(1_010, 1_100), window(1_100, 1_101),
            ])
        #expect(sweep.tasks.suffix(3).map(\.isQuarantined) == [true, false, true])
        _ = sweep.advance(taskAt: 0, isComplete: true, rowCount: 0)
        #expect(sweep.cursor > at(600))
    }
}
