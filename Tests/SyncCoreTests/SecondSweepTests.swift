import Testing

@testable import SyncCore

@Suite struct SecondSweepTests {
    private func sweep() -> SecondSweep {
        SecondSweep(window: window(99, 101), pageSize: 5, endIsExclusive: false)
    }

    /// Feeds a sweep from lists of ids, each list serving so many calls; its end and its calls.
    private func run(_ lists: [(ids: [UInt64], calls: Int)]) -> (SecondSweep.Progress, [Int]) {
        var sweep = sweep()
        var pages: [Int] = []
        let calls = lists.flatMap { list in Array(repeating: list.ids, count: list.calls) }
        for ids in calls {
            let request = sweep.nextRequest
            pages.append(request.pageNumber)
            let rows = ids.dropFirst((request.pageNumber - 1) * 5).prefix(5)
            let keys = rows.map { RowKey(idHash: $0, at: UTCInstant(seconds: 100)) }
            let page = PageSummary(rows: keys, hasNext: nil, total: ids.count)
            let progress = sweep.accept(page)
            if progress != .more { return (progress, pages) }
        }
        return (.more, pages)
    }

    @Test func requestsBothSecondsWithTheCount() {
        let request = sweep().nextRequest
        #expect(request.from == UTCInstant(seconds: 99))
        #expect(request.through == UTCInstant(seconds: 100))
        #expect(request.wantsTotal)
    }

    @Test func readsLastPageFirstUntilTwoSweepsAgree() {
        let (progress, pages) = run([(Array(0..<12), 100)])
        #expect(progress == .complete)
        #expect(pages == [1, 3, 2, 1, 3, 2, 1])
    }

    @Test func oneAnswerMayHoldAll() {
        #expect(run([(Array(0..<5), 1)]).0 == .complete)
    }

    @Test func rowsThatLeaveCostAnotherSweep() {
        let (progress, pages) = run([(Array(0..<12), 5), (Array(3..<12), 100)])
        #expect(progress == .complete)
        #expect(pages.suffix(2) == [2, 1])
    }

    /// The last page is empty by now: that is not the whole of the second.
    @Test func anEmptyLaterPageIsNotTheEnd() {
        var sweep = sweep()
        let rows = (0..<5).map { RowKey(idHash: $0, at: UTCInstant(seconds: 100)) }
        #expect(sweep.accept(PageSummary(rows: rows, hasNext: nil, total: 11)) == .more)
        #expect(sweep.nextRequest.pageNumber == 3)
        #expect(sweep.accept(PageSummary(rows: [], hasNext: false, total: 0)) == .more)
        #expect(sweep.nextRequest.pageNumber == 2)
    }

    @Test func givesUpWhenSweepsNeverAgree() {
        let lists = (0..<200).map { call in
            (ids: (0..<10).map { UInt64($0 + call * 100) }, calls: 1)
        }
        #expect(run(lists).0 == .disagree)
        var sweep = sweep()
        #expect(sweep.accept(PageSummary(rows: [], hasNext: true, total: nil)) == .disagree)
    }
}
