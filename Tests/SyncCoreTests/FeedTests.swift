import Testing

@testable import SyncCore

@Suite struct FeedTests {
    private let start = Ticks(milliseconds: 0)

    private func at(_ seconds: Int64) -> UTCInstant { UTCInstant(seconds: seconds) }

    private func feed(
        _ direction: Feed.Direction, cursor: Int64, floor: Int64? = nil
    ) -> Feed {
        let kind: StreamKind = direction == .forward ? .orders : .backfill
        return Feed(
            id: StreamID(shop: ShopID(1), kind: kind), direction: direction,
            policy: Feed.Policy(
                settle: 2, overlap: 60, pollMilliseconds: 10_000, spanMax: 1_800,
                spanFirst: 1_800, pageSize: 100),
            cursor: at(cursor), remaining: floor.map { window($0, cursor) }, now: start)
    }

    private func plan(_ feed: inout Feed, platform: Int64) -> LedgerChange? {
        feed.plan(now: start, platformNow: at(platform), interval: 10_000)
    }

    private func windows(_ feed: Feed) -> [TimeWindow] { feed.tiles.map(\.reader.window) }

    @Test func aNewFeedReadsToNowLessSettle() {
        var feed = feed(.forward, cursor: 1_000)
        #expect(plan(&feed, platform: 1_002) == nil)
        #expect(feed.tiles.isEmpty)
        #expect(feed.nextPlan == Ticks(milliseconds: 10_000))
        feed.nextPlan = start
        _ = plan(&feed, platform: 1_012)
        #expect(windows(feed) == [window(1_000, 1_010)])
        // Nobody knows when the overlap was read last: twice as far.
        #expect(feed.tiles[0].reader.readStart == at(880))
    }

    // Backlog in seconds, and the lengths that it is cut into at first.
    @Test(
        arguments: [
            (10, [10]), (2_699, [2_699]), (2_700, [1_800, 900]),
            (7_200, [1_800, 1_800, 1_800, 1_800]),
            (14_400, [3_600, 3_600, 3_600, 3_600]), (1_000_000, [86_400, 86_400, 86_400, 86_400]),
        ] as [(Int64, [Int64])])
    func cutsABacklog(backlog: Int64, lengths: [Int64]) {
        var feed = feed(.forward, cursor: 1_000)
        _ = plan(&feed, platform: 1_002 + backlog)
        #expect(windows(feed).map(\.seconds) == lengths)
        #expect(windows(feed).first?.start == at(1_000))
    }

    @Test func anUntouchedWindowGrowsAndKeepsItsSpan() {
        var feed = feed(.forward, cursor: 1_000)
        _ = plan(&feed, platform: 1_012)
        feed.tiles[0].reader.narrow()
        feed.tiles[0].attempt = 3
        feed.tiles[0].state = .waiting(until: Ticks(milliseconds: 99))
        let (span, readStart) = (feed.tiles[0].reader.span, feed.tiles[0].reader.readStart)
        feed.nextPlan = start
        _ = plan(&feed, platform: 1_100)
        #expect(windows(feed) == [window(1_000, 1_098)])
        #expect(feed.tiles[0].attempt == 3)
        #expect(feed.tiles[0].state == .waiting(until: Ticks(milliseconds: 99)))
        #expect(feed.tiles[0].reader.span == span)
        #expect(feed.tiles[0].reader.readStart == readStart)
    }

    @Test func theCursorWaitsForTheOldestWindow() {
        var feed = feed(.forward, cursor: 0)
        _ = plan(&feed, platform: 7_202)
        let second = feed.advance(tileAt: 1, isComplete: true, rowCount: 3)
        #expect(second.cursor == nil)
        #expect(second.written.map(\.state) == [.done])
        let third = feed.advance(tileAt: 2, isComplete: false, rowCount: 3)
        #expect(third.written.map(\.state) == [.open])
        let first = feed.advance(tileAt: 0, isComplete: true, rowCount: 3)
        #expect(first.cursorBefore == at(0))
        #expect(first.cursor == at(3_600))
        #expect(first.removed == [at(1_800)])
        #expect(windows(feed) == [window(3_600, 5_400), window(5_400, 7_200)])
    }

    @Test func takesUpTheLedgerAndItsGaps() {
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
        #expect(feed.tiles.map(\.state) == [.ready, .ready, .done])
        #expect(feed.tiles.map(\.isRecorded) == [true, false, true])
        #expect(feed.tiles[0].reader.openEnd == at(1_500))
        #expect(feed.tiles[1].reader.readStart == at(1_880))
        _ = plan(&feed, platform: 4_102)
        #expect(windows(feed).last == window(4_000, 4_100))
        #expect(feed.tiles.last?.reader.readStart == at(3_880))
    }

    @Test func retractsWhatHasNotPassed() {
        var feed = feed(.forward, cursor: 0)
        _ = plan(&feed, platform: 7_202)
        _ = feed.advance(tileAt: 3, isComplete: false, rowCount: 1)
        let change = feed.retract(to: at(4_000), now: start)
        #expect(change?.removed == [at(5_400)])
        #expect(windows(feed) == [window(0, 1_800), window(1_800, 3_600)])
        _ = plan(&feed, platform: 4_002)
        #expect(windows(feed).last == window(1_800, 4_000))
        #expect(feed.tiles.last?.reader.readStart == at(1_740))
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
        let inner = feed.advance(tileAt: 2, isComplete: true, rowCount: 10)
        #expect(inner.removed == [at(74 * day)])
        #expect(inner.cursor == at(100 * day))
        let newest = feed.advance(tileAt: 2, isComplete: true, rowCount: 10)
        #expect(newest.cursorBefore == at(100 * day))
        #expect(newest.cursor == at(74 * day))
        _ = plan(&feed, platform: 200 * day)
        #expect(windows(feed).first == window(0, 24 * day))
        var calls = 0
        while !feed.isFinished, calls < 10 {
            _ = feed.advance(tileAt: feed.tiles.count - 1, isComplete: true, rowCount: 10)
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
