import Testing

@testable import SyncCore

@Suite struct CrowdedSecondReaderTests {
    private func sweep() -> CrowdedSecondReader {
        CrowdedSecondReader(window: window(99, 101), pageSize: 5, endIsExclusive: false)
    }

    /// Feeds a sweep from lists of ids, each list serving so many calls; its end and its calls.
    private func run(_ lists: [(ids: [UInt64], calls: Int)]) -> (
        CrowdedSecondReader.Progress, [Int]
    ) {
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
            if progress == .complete { return (progress, pages) }
        }
        return (.more, pages)
    }

    @Test func theSweepRequestsBothSecondsWithTheCount() {
        let request = sweep().nextRequest
        #expect(request.from == UTCInstant(seconds: 99))
        #expect(request.through == UTCInstant(seconds: 100))
        #expect(request.wantsTotal)
    }

    @Test func theReaderReadsLastPageFirstUntilTwoSweepsAgree() {
        let (progress, pages) = run([(Array(0..<12), 100)])
        #expect(progress == .complete)
        #expect(pages == [1, 3, 2, 1, 3, 2, 1])
    }

    @Test func oneAnswerMayHoldAll() {
        #expect(run([(Array(0..<5), 1)]).0 == .complete)
    }

    /// The count is too low, as of a platform that counts a page at most, or half of the rows: the
    /// pages behind the last one are read all the same.
    @Test(arguments: [1, 4, 5, 6, 9, 11]) func aCountThatIsTooLowHidesNoRow(total: Int) {
        var sweep = CrowdedSecondReader(
            window: window(99, 101), pageSize: 5, endIsExclusive: false, expectsMore: true)
        var seen: Set<UInt64> = []
        var passes = 0
        for _ in 0..<100 where passes < 3 {
            let page = sweep.nextRequest.pageNumber
            let ids = (UInt64(0)..<12).dropFirst((page - 1) * 5).prefix(5)
            seen.formUnion(ids)
            let progress = sweep.accept(
                PageSummary(
                    rows: ids.map { RowKey(idHash: $0, at: UTCInstant(seconds: 100)) },
                    hasNext: nil, total: total))
            #expect(progress != .complete)
            if case .passEnded = progress { passes += 1 }
        }
        #expect(passes == 3)
        #expect(seen.count == 12)
    }

    /// More rows were announced, and there are none: two passes show it.
    @Test(arguments: [5, 0, nil] as [Int?])
    func anAnnouncementThatIsWrongCostsTwoPasses(behindTheEnd: Int?) {
        var sweep = CrowdedSecondReader(
            window: window(99, 101), pageSize: 5, endIsExclusive: false, expectsMore: true)
        var pages: [Int] = []
        for _ in 0..<10 {
            pages.append(sweep.nextRequest.pageNumber)
            let ids = sweep.nextRequest.pageNumber > 1 ? 0..<0 : UInt64(0)..<5
            let progress = sweep.accept(
                PageSummary(
                    rows: ids.map { RowKey(idHash: $0, at: UTCInstant(seconds: 100)) },
                    hasNext: nil, total: ids.isEmpty ? behindTheEnd : 5))
            if progress == .complete { break }
        }
        #expect(pages == [1, 1, 2, 1, 2])
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

    /// Other rows at each call, as many as before: no pass proves anything.
    @Test func rowsThatNeverStayProveNothing() {
        let lists = (0..<200).map { call in
            (ids: (0..<10).map { UInt64($0 + call * 100) }, calls: 1)
        }
        #expect(run(lists).0 == .more)
        var sweep = sweep()
        #expect(
            sweep.accept(PageSummary(rows: [], hasNext: true, total: nil))
                == .passEnded(hasGrown: false))
    }

    /// Rows come and leave between calls, and the count is far too high: a pass still ends.
    @Test func aPassEndsWhateverThePagesHold() {
        for seed in UInt64(0)..<300 {
            var random = SplitMix64(seed: seed)
            var sweep = sweep()
            let fullness = Double(seed % 10) / 10
            for pass in 0..<4 {
                var calls = 0
                var progress = CrowdedSecondReader.Progress.more
                while progress == .more, calls < 2_000 {
                    let isFull = Double.random(in: 0..<1, using: &random) < fullness
                    let ids = isFull ? (0..<5).map { _ in random.next() } : []
                    let rows = ids.map { RowKey(idHash: $0, at: UTCInstant(seconds: 100)) }
                    progress = sweep.accept(PageSummary(rows: rows, hasNext: nil, total: 1_000))
                    calls += 1
                }
                // The count's pages (1,000 if the first holds one row), full ones behind them, and
                // the halving.
                #expect(calls <= 1 + 1_000 + 100 + 10, "seed \(seed), pass \(pass)")
                #expect(progress != .more, "seed \(seed), pass \(pass)")
            }
        }
    }

    /// Index replicas break ties differently: each call shows a page of another order. The union
    /// of the passes is complete when it holds as many rows as the count that stays the same.
    @Test(arguments: [12, 40, 97])
    func tiesInAnotherOrderAtEachCallAreReadByTheUnion(count: Int) {
        for seed in UInt64(0)..<50 {
            var random = SplitMix64(seed: seed)
            var sweep = sweep()
            var seen: Set<UInt64> = []
            var (progress, passes, calls) = (CrowdedSecondReader.Progress.more, 0, 0)
            while progress != .complete, calls < 2_000 {
                let ids = (0..<UInt64(count)).shuffled(using: &random)
                let rows = ids.dropFirst((sweep.nextRequest.pageNumber - 1) * 5).prefix(5)
                seen.formUnion(rows)
                calls += 1
                progress = sweep.accept(
                    PageSummary(
                        rows: rows.map { RowKey(idHash: $0, at: UTCInstant(seconds: 100)) },
                        hasNext: nil, total: count))
                if case .passEnded = progress { passes += 1 }
            }
            #expect(progress == .complete, "seed \(seed)")
            #expect(seen.count == count, "seed \(seed)")
            #expect(passes < 30, "seed \(seed)")
        }
    }

    /// A row that cannot be read is counted by the platform, and keeps no second open.
    @Test func rejectedRowsAreCounted() {
        var sweep = sweep()
        func page(_ ids: Range<UInt64>, rejected: [UInt64] = []) -> PageSummary {
            PageSummary(
                rows: ids.map { RowKey(idHash: $0, at: UTCInstant(seconds: 100)) }, hasNext: nil,
                total: 8, rejected: rejected)
        }
        #expect(sweep.accept(page(0..<5)) == .more)
        #expect(sweep.accept(page(5..<7, rejected: [99])) == .more)
        #expect(sweep.accept(page(0..<5)) == .passEnded(hasGrown: true))
        #expect(sweep.accept(page(5..<7, rejected: [99])) == .more)
        #expect(sweep.accept(page(0..<5)) == .complete)
    }

    /// Answers from `count` rows in the order that `order` gives for each call; those that
    /// `rejectedKey` has a key for cannot be read. Nil if the sweep does not end.
    private func passes(
        _ count: UInt64, rejectedKey: (_ row: UInt64, _ call: UInt64) -> UInt64?,
        order: (_ call: UInt64) -> [UInt64]
    ) -> (passes: Int, seen: Set<UInt64>)? {
        var sweep = sweep()
        var seen: Set<UInt64> = []
        var passes = 1
        for call in UInt64(0)..<2_000 {
            let first = (sweep.nextRequest.pageNumber - 1) * 5
            let rows = order(call).dropFirst(first).prefix(5)
            let readable = rows.filter { rejectedKey($0, call) == nil }
            seen.formUnion(readable)
            let progress = sweep.accept(
                PageSummary(
                    rows: readable.map { RowKey(idHash: $0, at: UTCInstant(seconds: 100)) },
                    hasNext: nil, total: Int(count),
                    rejected: rows.compactMap { rejectedKey($0, call) }))
            if progress == .complete { return (passes, seen) }
            if case .passEnded = progress { passes += 1 }
        }
        return nil
    }

    /// A single pass can miss a rejected row like any other, or show it twice.
    @Test(arguments: [1, 2, 5] as [UInt64], [12, 40, 97] as [UInt64])
    func rejectedRowsInAnotherOrderAtEachCallAreReadByTheUnion(rejected: UInt64, count: UInt64)
        throws
    {
        for seed in UInt64(0)..<50 {
            var random = SplitMix64(seed: seed)
            let found = passes(
                count, rejectedKey: { row, _ in row < rejected ? row : nil },
                order: { _ in (0..<count).shuffled(using: &random) })
            let (passes, seen) = try #require(found, "seed \(seed)")
            #expect(seen.count == Int(count - rejected), "seed \(seed)")
            #expect(passes < 30, "seed \(seed)")
        }
    }

    /// Rejected rows that are equal byte by byte, or differ from call to call, are not recognised:
    /// then their number in each pass counts, when passes show nothing new.
    @Test(arguments: [true, false])
    func rejectedRowsThatAreNotRecognisedAreCounted(areEqual: Bool) throws {
        let found = passes(
            17,
            rejectedKey: { row, call in row % 6 == 1 ? (areEqual ? 7 : row + 100 * call) : nil },
            order: { _ in Array(0..<17) })
        let (passes, seen) = try #require(found)
        #expect(seen.count == 14)
        #expect(passes <= 4)
    }

    /// Each page is the first one, whatever number is asked for.
    @Test func aPageNumberThatIsIgnoredCostsFewCalls() {
        var sweep = sweep()
        var (calls, passes) = (0, 0)
        while sweep.shown.stableCount < 3, calls < 1_000 {
            let rows = (0..<UInt64(5)).map { RowKey(idHash: $0, at: UTCInstant(seconds: 100)) }
            calls += 1
            let progress = sweep.accept(PageSummary(rows: rows, hasNext: nil, total: 90_000))
            if case .passEnded = progress { passes += 1 }
        }
        #expect(calls < 50)
        #expect(passes == 3)
    }

    /// Beyond the last page the platform shows the last one.
    @Test func aLastPageThatIsRepeatedHidesNoOther() {
        var sweep = sweep()
        var calls = 0
        while sweep.shown.stableCount < 3, calls < 1_000 {
            let number = min(sweep.nextRequest.pageNumber, 4)
            let rows = (0..<UInt64(18)).dropFirst((number - 1) * 5).prefix(5)
            calls += 1
            _ = sweep.accept(
                PageSummary(
                    rows: rows.map { RowKey(idHash: $0, at: UTCInstant(seconds: 100)) },
                    hasNext: nil, total: 90_000))
        }
        #expect(sweep.shown.ids.count == 18)
        #expect(calls < 100)
    }

    /// A count of 90,000 where there are six rows: few calls find the page that has the last one.
    @Test func aWrongCountCostsFewCalls() {
        var sweep = sweep()
        var (calls, passes) = (0, 0)
        while sweep.shown.stableCount < 3, calls < 1_000 {
            let first = (sweep.nextRequest.pageNumber - 1) * 5
            let rows = Array(0..<UInt64(6)).dropFirst(first).prefix(5).map {
                RowKey(idHash: $0, at: UTCInstant(seconds: 100))
            }
            calls += 1
            let progress = sweep.accept(PageSummary(rows: rows, hasNext: nil, total: 90_000))
            if case .passEnded = progress { passes += 1 }
        }
        #expect(sweep.shown.ids.count == 6)
        #expect(calls < 100)
        #expect(passes < 12)
    }

    /// The platform holds its pages shorter than asked for.
    @Test func shorterPagesThanAskedForAreAllRead() {
        var sweep = sweep()
        var seen: Set<UInt64> = []
        var progress = CrowdedSecondReader.Progress.more
        for _ in 0..<40 where progress != .complete {
            let rows = Array(0..<UInt64(10)).dropFirst((sweep.nextRequest.pageNumber - 1) * 3)
                .prefix(3)
            seen.formUnion(rows)
            progress = sweep.accept(
                PageSummary(
                    rows: rows.map { RowKey(idHash: $0, at: UTCInstant(seconds: 100)) },
                    hasNext: nil, total: 10))
        }
        #expect(progress == .complete)
        #expect(seen.count == 10)
    }
}
