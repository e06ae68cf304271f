import Testing

@testable import SyncCore

/// A list for a reader to read: the second of each row, by its id.
struct ListModel {
    var rows: [UInt64: Int64]
    var endIsExclusive = false
    /// `has_next` is false on every page.
    var deniesMore = false
    private(set) var requests: [PageRequest] = []

    init(seconds: [Int64], endIsExclusive: Bool = false) {
        let numbered = seconds.enumerated().map { (UInt64($0.offset), $0.element) }
        rows = Dictionary(uniqueKeysWithValues: numbered)
        self.endIsExclusive = endIsExclusive
    }

    mutating func answer(_ request: PageRequest) -> PageSummary {
        requests.append(request)
        let end = request.through.seconds - (endIsExclusive ? 1 : 0)
        let matching = rows.filter { request.from.seconds <= $0.value && $0.value <= end }
            .sorted { ($0.value, $0.key) > ($1.value, $1.key) }
        let first = (request.pageNumber - 1) * request.pageSize
        let page = matching.dropFirst(first).prefix(request.pageSize)
        return PageSummary(
            rows: page.map { RowKey(idHash: $0.key, at: UTCInstant(seconds: $0.value)) },
            hasNext: request.wantsTotal
                ? nil : !deniesMore && first + page.count < matching.count,
            total: request.wantsTotal ? matching.count : nil)
    }

    /// Reads to the end; the ids that were in believed answers.
    mutating func read(_ reader: inout WindowReader) -> Set<UInt64> {
        var seen: Set<UInt64> = []
        for _ in 0..<1_000 {
            let page = answer(reader.nextRequest)
            let verdict = reader.accept(page)
            if case .doubted(let doubt) = verdict { Issue.record("doubted: \(doubt)") }
            seen.formUnion(page.rows.map(\.idHash))
            if verdict == .complete { return seen }
        }
        Issue.record("never complete: \(reader.nextRequest)")
        return seen
    }
}

func window(_ start: Int64, _ end: Int64) -> TimeWindow {
    TimeWindow(start: UTCInstant(seconds: start), end: UTCInstant(seconds: end))
}

@Suite struct WindowReaderTests {
    private func reader(
        _ window: TimeWindow, openEnd: Int64? = nil, overlap: Int64 = 0, span: Int64 = 1_800
    ) -> WindowReader {
        WindowReader(
            window: window, openEnd: openEnd.map(UTCInstant.init(seconds:)), overlap: overlap,
            policy: WindowReader.Policy(spanMax: span, pageSize: 5))
    }

    // Pages of 5 rows, spans of 1800 s at most, windows [1000, end).
    @Test(
        arguments: [
            ("nothing", [], 1_100, 1),
            ("one page", [1_001, 1_002, 1_003], 1_100, 1),
            ("exactly one page", [1_001, 1_002, 1_003, 1_004, 1_005], 1_100, 2),
            ("several pages", Array(1_000..<1_023), 1_100, 6),
            (
                "a border inside a second", [1_001, 1_002, 1_002, 1_002, 1_003, 1_004, 1_005],
                1_100, 2
            ),
            ("a full second at the start", Array(repeating: 1_000, count: 17), 1_100, 11),
            ("a full second at the end", Array(repeating: 1_100, count: 17), 1_100, 11),
            ("two full seconds", (0..<30).map { 1_050 + $0 % 2 }, 1_100, 24),
            ("several spans", [1_500, 3_000, 5_000], 6_000, 3),
            ("one second long", [1_000, 1_000, 1_001], 1_001, 1),
            ("empty window", [1_000], 1_000, 1),
        ] as [(String, [Int64], Int64, Int)])
    func everyRowIsRead(why: String, seconds: [Int64], end: Int64, calls: Int) {
        for endIsExclusive in [false, true] {
            var list = ListModel(seconds: seconds, endIsExclusive: endIsExclusive)
            var reader = reader(window(1_000, end))
            let seen = list.read(&reader)
            let wanted = list.rows.filter { 1_000 <= $0.value && $0.value < end }
            #expect(seen.isSuperset(of: wanted.keys), "\(why)")
            #expect(reader.openEnd <= reader.window.start)
            #expect(list.requests.allSatisfy { $0.from < $0.through }, "\(why)")
            #expect(list.requests.allSatisfy { $0.through.seconds(since: $0.from) <= 1_800 })
            if !endIsExclusive { #expect(list.requests.count <= calls, "\(why)") }
        }
    }

    /// A full page may be cut off, whatever the platform says of what follows.
    @Test(arguments: [5, 23, 60])
    func theReaderReadsAllOfAListThatDeniesMore(count: Int64) {
        var list = ListModel(seconds: Array(1_000..<1_000 + count))
        list.deniesMore = true
        var reader = reader(window(1_000, 1_100))
        let seen = list.read(&reader)
        #expect(seen == Set(list.rows.keys))
    }

    /// Random lists, windows, page borders, ends and spans.
    @Test func theReaderReadsRandomLists() {
        for seed in UInt64(0)..<400 {
            var random = SplitMix64(seed: seed)
            let width = random.pick(1...60)
            let seconds = (0..<random.pick(0...60)).map { _ in 1_000 + random.pick(0...width) }
            var list = ListModel(seconds: seconds, endIsExclusive: random.chance(0.5))
            let openEnd = random.chance(0.3) ? 1_000 + random.pick(0...width) : nil
            let overlap = random.chance(0.3) ? random.pick(0...20) : 0
            let start = 1_000 + (overlap > 0 ? random.pick(0...width) : 0)
            var reader = reader(
                window(start, 1_000 + width + overlap), openEnd: openEnd.map { max(start, $0) },
                overlap: overlap, span: random.pick(2...40))
            let end = reader.openEnd.seconds
            let readStart = reader.readStart.seconds
            let seen = list.read(&reader)
            let wanted = list.rows.filter { readStart <= $0.value && $0.value < end }
            #expect(seen.isSuperset(of: wanted.keys), "seed \(seed)")
        }
    }

    /// Pages stay full as the span slides: a call per page, but for the last.
    @Test func spansSlide() {
        var list = ListModel(seconds: (0..<100).map { 1_000 + $0 * 100 })
        var reader = reader(window(1_000, 11_000))
        _ = list.read(&reader)
        #expect(list.requests.count <= 100 / 4 + 8)
    }

    @Test func theSpanNarrowsAndGrows() {
        var reader = reader(window(0, 10_000))
        reader.narrow()
        #expect(reader.span == 900)
        #expect(reader.nextRequest.from == UTCInstant(seconds: 9_100))
        for _ in 0..<20 { reader.narrow() }
        #expect(reader.span == 1)
        #expect(reader.nextRequest.from < reader.nextRequest.through)
        let empty = PageSummary(rows: [], hasNext: false, total: nil)
        #expect(reader.accept(empty) == .believed)
        #expect(reader.openEnd == UTCInstant(seconds: 9_999))
        // Growing at once would meet the same refusal at every second request.
        for _ in 1..<WindowReader.cautionMax { _ = reader.accept(empty) }
        #expect(reader.span == 1)
        _ = reader.accept(empty)
        #expect(reader.span == 2)
        for _ in 0..<12 { _ = reader.accept(empty) }
        #expect(reader.span == 1_800)
        reader.limitSpan(to: 77)
        #expect(reader.span == 77)
    }

    @Test func theReaderFindsAnExclusiveEndOnce() {
        var list = ListModel(seconds: (0..<40).map { 1_000 + $0 / 3 }, endIsExclusive: true)
        var reader = reader(window(1_000, 1_100))
        #expect(list.read(&reader).count == 40)
        #expect(reader.endIsExclusive)
    }

    /// More rows in the seam's second than a page, and the next answers show others of them.
    @Test func theReaderFindsAnExclusiveEndThoughTiesAreShuffled() {
        var reader = reader(window(1_000, 1_100))
        func page(_ ids: Range<UInt64>) -> PageSummary {
            let rows = ids.map { RowKey(idHash: $0, at: UTCInstant(seconds: 1_050)) }
            return PageSummary(rows: rows, hasNext: true, total: nil)
        }
        _ = reader.accept(page(0..<5))
        let nothing = PageSummary(rows: [], hasNext: false, total: nil)
        #expect(reader.accept(nothing) == .believed)
        #expect(reader.nextRequest.through == UTCInstant(seconds: 1_051))
        #expect(reader.accept(page(5..<10)) == .believed)
        #expect(reader.endIsExclusive)
        #expect(reader.nextRequest.wantsTotal)
        #expect(reader.nextRequest.through == UTCInstant(seconds: 1_051))
    }

    /// Whether the end is exclusive is asked with one more second. An answer that proves nothing
    /// does not decide it: the rows of that second would be lost.
    @Test func anAnswerInDoubtDoesNotDecideWhetherTheEndIsExclusive() {
        var reader = reader(window(1_000, 1_100))
        func page(_ ids: Range<UInt64>, hasNext: Bool?) -> PageSummary {
            let rows = ids.map { RowKey(idHash: $0, at: UTCInstant(seconds: 1_050)) }
            return PageSummary(rows: rows, hasNext: hasNext, total: nil)
        }
        #expect(reader.accept(page(0..<5, hasNext: true)) == .believed)
        #expect(reader.accept(page(0..<0, hasNext: false)) == .believed)
        #expect(reader.nextRequest.through == UTCInstant(seconds: 1_051))
        for answer in [page(0..<0, hasNext: true), page(0..<0, hasNext: nil)] {
            guard case .doubted = reader.accept(answer) else {
                Issue.record("believed: \(answer)")
                continue
            }
            #expect(reader.nextRequest.through == UTCInstant(seconds: 1_051))
        }
        #expect(!reader.endIsExclusive)
        #expect(reader.accept(page(5..<10, hasNext: true)) == .believed)
        #expect(reader.endIsExclusive)
    }

    @Test func theReaderContinuesWhereAnEarlierRunStopped() {
        var list = ListModel(seconds: Array(1_000..<1_050))
        var reader = reader(window(1_000, 1_050), openEnd: 1_010)
        #expect(list.read(&reader) == Set(0...10))
        #expect(list.requests.first?.through == UTCInstant(seconds: 1_010))
    }

    /// The same span with its count first, then ever shorter spans; nothing counts as stored.
    @Test func aDoubtIsCountedThenNarrowed() {
        var reader = reader(window(1_000, 2_000))
        let bad = PageSummary(rows: [], hasNext: true, total: nil)
        var counted = reader.nextRequest
        counted.wantsTotal = true
        #expect(reader.accept(bad) == .doubted(.moreAfterShortPage))
        #expect(reader.nextRequest == counted)
        for start in [1_875, 1_985, 1_999] as [Int64] {
            #expect(reader.accept(bad) == .doubted(.moreAfterShortPage))
            #expect(reader.nextRequest.from == UTCInstant(seconds: start))
            #expect(!reader.isStuck)
        }
        #expect(reader.openEnd == UTCInstant(seconds: 2_000))
        for pass in 1...WindowReader.stuckPasses {
            #expect(reader.accept(bad) == .doubted(.moreAfterShortPage))
            #expect(reader.isStuck == (pass == WindowReader.stuckPasses))
        }
        // Quarantined, it is accepted after some more answers that show nothing else.
        reader.quarantine()
        for _ in 1..<WindowReader.quarantinePasses {
            #expect(reader.accept(bad) == .doubted(.moreAfterShortPage))
        }
        #expect(
            reader.accept(bad) == .acceptedInDoubt(.moreAfterShortPage, isComplete: false))
        #expect(reader.openEnd == UTCInstant(seconds: 1_999))
    }

    /// `has_next` is stuck on true, and counts are right: a call more, and no doubt is left.
    @Test func aCountSettlesWhatHasNextContradicts() {
        var reader = reader(window(1_000, 1_100))
        let rows = [RowKey(idHash: 1, at: UTCInstant(seconds: 1_050))]
        #expect(
            reader.accept(PageSummary(rows: rows, hasNext: true, total: nil))
                == .doubted(.moreAfterShortPage))
        #expect(reader.nextRequest.wantsTotal)
        #expect(reader.accept(PageSummary(rows: rows, hasNext: nil, total: 1)) == .complete)
        #expect(reader.countedSpans == WindowReader.countedSpansMax - 1)
    }

    /// Where the stream's other spans are doubtful too, the same rows three times are accepted.
    @Test func aLenientReaderAcceptsWhatIsShownAgainAndAgain() {
        var reader = reader(window(1_000, 1_100))
        reader.isLenient = true
        func bad(_ ids: [UInt64]) -> PageSummary {
            let rows = ids.map { RowKey(idHash: $0, at: UTCInstant(seconds: 1_050)) }
            return PageSummary(rows: rows, hasNext: true, total: ids.count + 1)
        }
        let first = reader.nextRequest
        #expect(reader.accept(bad([1])) == .doubted(.moreAfterShortPage))
        // Before anything is accepted, the second page must show that nothing follows.
        #expect(reader.accept(bad([1, 2])) == .believed)
        #expect(reader.nextRequest.pageNumber == 2)
        for ids in [[], [1, 2]] as [[UInt64]] {
            #expect(reader.accept(bad(ids)) == .doubted(.moreAfterShortPage))
            #expect(reader.nextRequest.from == first.from)
            #expect(reader.nextRequest.pageNumber == 1)
        }
        #expect(
            reader.accept(bad([2])) == .acceptedInDoubt(.moreAfterShortPage, isComplete: true))
    }

    /// An index that is behind: rows come as they are now, newer than it sorts them.
    @Test func rowsNewerThanTheSpanBelongToALaterWindow() {
        var reader = reader(window(1_000, 1_100))
        func page(_ seconds: [Int64], hasNext: Bool) -> PageSummary {
            let rows = seconds.enumerated().map {
                RowKey(idHash: UInt64($0.offset), at: UTCInstant(seconds: $0.element))
            }
            return PageSummary(rows: rows, hasNext: hasNext, total: nil)
        }
        // The page reaches down to the oldest row that is within it.
        #expect(
            reader.accept(page([1_090, 1_500, 1_080, 1_070, 1_500], hasNext: true)) == .believed)
        #expect(reader.nextRequest.through == UTCInstant(seconds: 1_070))
        // Out of order within the span: it is unknown how far the page reaches, so a shorter one.
        #expect(
            reader.accept(page([1_060, 1_070, 1_055, 1_054, 1_053], hasNext: true)) == .believed)
        #expect(reader.nextRequest.through == UTCInstant(seconds: 1_070))
        #expect(reader.nextRequest.from == UTCInstant(seconds: 1_035))
        // All of them newer: nothing says how far the page reaches.
        #expect(reader.accept(page(Array(repeating: 1_500, count: 5), hasNext: true)) == .believed)
        #expect(reader.nextRequest.from == UTCInstant(seconds: 1_053))
        // The whole answer is shown: its order does not matter.
        #expect(reader.accept(page([1_060, 1_500, 1_070], hasNext: false)) == .believed)
        #expect(reader.nextRequest.through == UTCInstant(seconds: 1_053))
    }

    /// Rows that could not be read count towards a full page, and are no reason to doubt.
    @Test func rejectedRowsBlockNothing() {
        var reader = reader(window(1_000, 1_100))
        let rows = (0..<4).map {
            RowKey(idHash: UInt64($0), at: UTCInstant(seconds: 1_090 - Int64($0)))
        }
        let full = PageSummary(rows: rows, hasNext: true, total: nil, rejected: [9])
        #expect(reader.accept(full) == .believed)
        #expect(reader.nextRequest.through == UTCInstant(seconds: 1_087))
        let none = PageSummary(rows: [], hasNext: false, total: nil, rejected: [9])
        #expect(reader.accept(none) == .believed)
        var list = ListModel(seconds: [])
        #expect(list.read(&reader).isEmpty)
    }

    // A request for [100, 200], three rows a page.
    @Test(
        arguments: [
            ([200, 150, 100], true, nil, nil), ([], false, nil, nil),
            ([150, 150], false, nil, nil),
            ([], nil, 0, nil), ([201], false, nil, nil), ([150, 151], false, nil, nil),
            ([99], false, nil, .rowOutsideWindow), ([104, 103, 102, 101], false, nil, nil),
            ([150], true, nil, .moreAfterShortPage), ([150], false, 2, .moreAfterShortPage),
            ([150], nil, 2, .moreAfterShortPage), ([150], nil, nil, .noCompleteness),
        ] as [([Int64], Bool?, Int?, Doubt?)])
    func impossiblePagesAreDoubted(seconds: [Int64], hasNext: Bool?, total: Int?, expected: Doubt?)
    {
        let rows = seconds.map { RowKey(idHash: 1, at: UTCInstant(seconds: $0)) }
        let request = PageRequest(
            from: UTCInstant(seconds: 100), through: UTCInstant(seconds: 200), pageSize: 3)
        let page = PageSummary(rows: rows, hasNext: hasNext, total: total)
        #expect(WindowReader.doubt(about: page, for: request) == expected)
    }
}
