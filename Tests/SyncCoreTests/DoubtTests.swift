import Testing

@testable import SyncCore

/// Answers that do not prove that they are whole: their rows are stored, nothing is blocked, and
/// few calls are spent.
@Suite struct DoubtTests {
    /// A list of a stream whose answers are falsified before they are given.
    private final class Lists {
        var rows: [UInt64: Int64] = [:]
        var stored: Set<UInt64> = []
        let falsify: (PageSummary, PageRequest) -> PageSummary

        init(falsify: @escaping (PageSummary, PageRequest) -> PageSummary) {
            self.falsify = falsify
        }

        func answer(_ request: PageRequest) -> PageSummary {
            let range = request.from.seconds...request.through.seconds
            let matching = rows.filter { range.contains($0.value) }
                .sorted { ($0.value, $0.key) > ($1.value, $1.key) }
            let first = (request.pageNumber - 1) * request.pageSize
            let page = matching.dropFirst(first).prefix(request.pageSize)
            return falsify(
                PageSummary(
                    rows: page.map { RowKey(idHash: $0.key, at: UTCInstant(seconds: $0.value)) },
                    hasNext: request.wantsTotal ? nil : first + page.count < matching.count,
                    total: request.wantsTotal ? matching.count : nil), request)
        }
    }

    private static let start = MachineHarness.start

    private static func bench(
        _ streams: Set<StreamKind>, _ rules: ReadingRules, _ lists: Lists,
        backfillDays: Int64 = 0
    ) -> MachineHarness {
        var shop = MachineHarness.shop(1, streams)
        shop.backfillDays = backfillDays
        return MachineHarness(shops: [shop], rules: rules) { call, _ in
            guard case .list(let request) = call.kind else { return MachineHarness.emptyPage }
            let page = lists.answer(request)
            lists.stored.formUnion(page.rows.map(\.idHash))
            return .page(page)
        }
    }

    private static func calls(_ bench: MachineHarness, _ kind: StreamKind, since: Int64 = 0) -> Int
    {
        bench.calls.count { $0.call.stream?.kind == kind && $0.at >= since }
    }

    private static func off(by offset: Int) -> (PageSummary, PageRequest) -> PageSummary {
        { page, _ in
            var page = page
            page.total = page.total.map { max(0, $0 + offset) }
            return page
        }
    }

    /// A total that is always one more, one less, or far more than the rows that are shown.
    @Test(arguments: [1, -1, 99_999], [ReadingRules.seeking, .counting])
    func refundsAreReadThoughTheirTotalIsWrong(offset: Int, rules: ReadingRules) throws {
        let lists = Lists(falsify: Self.off(by: offset))
        var bench = Self.bench([.orders, .refunds], rules, lists)
        for second in stride(from: Int64(0), to: 3_600, by: 97) {
            lists.rows[UInt64(second)] = Self.start + second
        }
        bench.run(seconds: 1_800)
        let before = Self.calls(bench, .refunds)
        bench.run(seconds: 1_800)
        let due = lists.rows.filter { $0.value < Self.start + 3_600 - 260 }
        #expect(lists.stored.isSuperset(of: due.keys))
        let feed = try #require(bench.machine.shops[0].feeds.first { $0.id.kind == .refunds })
        #expect(feed.cursor.seconds > Self.start + 3_600 - 260 - rules.settleMin)
        #expect(feed.tasks.count < 4)
        // A poll a minute, and three answers for each; orders are read at their own pace.
        #expect(before < 200)
        #expect(Self.calls(bench, .refunds) - before < 150)
        #expect(Self.calls(bench, .orders) >= 355)
    }

    @Test(arguments: [1, -1, 150, 99_999])
    func historyIsLoadedThoughItsTotalIsWrong(offset: Int) {
        let lists = Lists(falsify: Self.off(by: offset))
        var bench = Self.bench([.orders, .backfill], .counting, lists, backfillDays: 3)
        for number in 0..<UInt64(1_200) {
            lists.rows[number] = Self.start - 120 - Int64(number) * 200
        }
        bench.run(seconds: 3_600)
        #expect(lists.stored.count == lists.rows.count)
        #expect(
            bench.notes.contains {
                if case .backfillFinished = $0 { true } else { false }
            })
        #expect(Self.calls(bench, .backfill) < 250)
    }

    /// `has_next` never becomes false: the count settles it.
    @Test func aStuckHasNextCostsFewCalls() throws {
        let lists = Lists { page, _ in
            var page = page
            if page.hasNext != nil { page.hasNext = true }
            return page
        }
        var bench = Self.bench([.orders], .seeking, lists)
        for second in stride(from: Int64(0), to: 1_200, by: 7) {
            lists.rows[UInt64(second)] = Self.start + second
        }
        bench.run(seconds: 1_200)
        let late = lists.rows.filter { $0.value < Self.start + 1_170 }
        #expect(lists.stored.isSuperset(of: late.keys))
        let feed = try #require(bench.machine.shops[0].feeds.first)
        #expect(feed.cursor.seconds > Self.start + 1_170)
        #expect(bench.calls.count < 150)
        #expect(
            bench.notes.contains {
                if case .answerDoubted(_, _, .moreAfterShortPage, _, _) = $0 { true } else { false }
            })
    }

    /// Neither `has_next` nor the count can be relied on.
    @Test func aStreamThatIsDoubtfulEverywhereContinues() throws {
        let lists = Lists { page, _ in
            var page = page
            if page.hasNext != nil { page.hasNext = true }
            page.total = page.total.map { $0 + 1 }
            return page
        }
        var bench = Self.bench([.orders], .seeking, lists)
        for second in stride(from: Int64(0), to: 1_200, by: 7) {
            lists.rows[UInt64(second)] = Self.start + second
        }
        bench.run(seconds: 1_200)
        let late = lists.rows.filter { $0.value < Self.start + 1_150 }
        #expect(lists.stored.isSuperset(of: late.keys))
        let feed = try #require(bench.machine.shops[0].feeds.first)
        #expect(feed.cursor.seconds > Self.start + 1_100)
        #expect(bench.calls.count < 600)
        #expect(
            bench.notes.contains {
                if case .doubtAccepted = $0 { true } else { false }
            })
    }

    /// The platform contradicts itself about one second: that alone is quarantined, for a time.
    /// Wherever it lies in the windows: at the seam of two it costs both of them.
    @Test(arguments: [Int64(300), 301, 305, 309])
    func oneDoubtfulSecondIsQuarantined(second: Int64) throws {
        let bad = Self.start + second
        let lists = Lists { page, request in
            var page = page
            if (request.from.seconds...request.through.seconds).contains(bad) {
                if page.hasNext != nil { page.hasNext = true }
                page.total = page.total.map { $0 + 1 }
            }
            return page
        }
        var bench = Self.bench([.orders], .seeking, lists)
        for second in stride(from: Int64(1), to: 3_600, by: 7) {
            lists.rows[UInt64(second)] = Self.start + second
        }
        lists.rows[99_999] = bad
        var gaps: [Int64: WindowRecord] = [:]
        bench.changed = { change in
            for start in change.removed { gaps[start.seconds] = nil }
            for record in change.written { gaps[record.window.start.seconds] = record }
            return (0, [])
        }
        bench.run(seconds: 500)
        let late = lists.rows.filter { $0.value < Self.start + 470 }
        #expect(lists.stored.isSuperset(of: late.keys))
        let suspect = gaps.values.filter { $0.state == .suspect }
        #expect(suspect.count == 1)
        #expect(suspect.allSatisfy { bad - 3...bad ~= $0.window.start.seconds })
        #expect(
            bench.notes.contains {
                if case .windowQuarantined(_, _, let code) = $0 {
                    code == Doubt.moreAfterShortPage.rawValue
                } else {
                    false
                }
            })
        // It is accepted in the end, and the cursor passes it.
        bench.run(seconds: 3_000)
        let feed = try #require(bench.machine.shops[0].feeds.first)
        #expect(feed.cursor.seconds > Self.start + 3_400)
        #expect(gaps.isEmpty)
        // 350 of them are polls.
        #expect(bench.calls.count < 650)
    }

    /// Spans are lengthened when shorter ones prove useless; but the answer to a call in flight
    /// proves the span that was asked for and no longer one.
    @Test func aSpanIsNotLengthenedUnderACall() {
        let noon = UTCInstant(seconds: Self.start)
        var feed = Feed(
            id: StreamID(shop: ShopID(1), kind: .refundHistory), direction: .backward,
            policy: Feed.Policy(
                settle: 0, overlap: 0, pollIntervalMilliseconds: 10_000, spanMax: 86_400,
                spanFirst: 86_400, pageSize: 100, mode: .counted),
            cursor: noon,
            remaining: TimeWindow(start: noon.advanced(bySeconds: -4 * 86_400), end: noon),
            now: MonotonicInstant(milliseconds: 0))
        _ = feed.plan(now: MonotonicInstant(milliseconds: 0), platformNow: noon, interval: 10_000)
        let wrong = PageSummary(rows: [], hasNext: nil, total: 1)
        for index in feed.tasks.indices {
            for _ in 1...2 { _ = feed.tasks[index].reader.accept(wrong) }
        }
        feed.tasks[0].state = .calling(CallID(1))
        let asked = feed.tasks.map(\.reader.nextRequest)
        feed.noteDoubtfulSpan()
        let next = feed.tasks.map(\.reader.nextRequest)
        #expect(next.count > 1)
        #expect(next[0] == asked[0])
        #expect(next[1].from < asked[1].from)
    }
}
