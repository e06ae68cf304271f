import Testing

@testable import SyncCore

/// Windows that commands have put into the ledger.
@Suite struct RequestFeedTests {
    private func feed(_ kind: StreamKind) -> Feed {
        Feed(
            id: StreamID(shop: ShopID(1), kind: kind), direction: .backward,
            policy: Feed.Policy(
                settle: 0, overlap: 0, pollIntervalMilliseconds: 0, spanMax: 1_000,
                spanFirst: 1_000,
                pageSize: 5),
            cursor: UTCInstant(seconds: 0), now: MonotonicInstant(milliseconds: 0))
    }

    private func record(_ start: Int64, _ end: Int64, calls: Int = 0) -> WindowRecord {
        WindowRecord(
            window: TimeWindow(
                start: UTCInstant(seconds: start), end: UTCInstant(seconds: end)),
            openEnd: UTCInstant(seconds: end), state: .open, calls: calls, rows: 0)
    }

    @Test(arguments: [StreamKind.requested, .verify])
    func aWindowIsTakenUpOnce(kind: StreamKind) {
        var feed = feed(kind)
        feed.takeUp([record(0, 10), record(10, 20)])
        feed.tasks[0].state = .calling(CallID(7))
        feed.takeUp([record(0, 10), record(10, 20)])
        #expect(feed.tasks.count == 2)
        #expect(feed.tasks.first?.state == .calling(CallID(7)))
        #expect(!feed.isFinished)
    }

    /// What was read for an older verification counts nothing for the new one.
    @Test func aNewVerificationBeginsAnew() {
        var feed = feed(.verify)
        feed.takeUp([record(0, 10), record(10, 20), record(20, 30)])
        feed.tasks[1].calls = 3
        feed.tasks[1].state = .calling(CallID(7))
        // The same verification, as the database has it once those calls are stored.
        feed.takeUp([record(0, 10), record(10, 20, calls: 3), record(20, 30)])
        #expect(feed.tasks.count == 3)
        #expect(feed.tasks.dropFirst().first?.calls == 3)
        // Another one, of fewer days.
        feed.takeUp([record(0, 10), record(10, 20)])
        #expect(feed.tasks.map(\.reader.window.start.seconds).sorted() == [0, 10])
        #expect(feed.tasks.allSatisfy { $0.calls == 0 && $0.state == .ready })
    }
}
