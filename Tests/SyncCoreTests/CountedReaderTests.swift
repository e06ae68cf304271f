import Testing

@testable import SyncCore

/// A list in no promised order, which counts what it selects.
private struct CountedList {
    var rows: [UInt64: Int64]
    /// The platform leaves out the second that a request ends in.
    var endIsExclusive = false
    /// Rows that a page holds at most; nil for as many as are asked for.
    var pageLength: Int?
    /// One row in so many is left out of its page after that was cut; 0 for none.
    var hiddenEvery: UInt64 = 0
    /// It counts the page's rows instead of all.
    var countsPage = false
    var random: SplitMix64
    private(set) var requests: [PageRequest] = []

    init(seconds: [Int64], seed: UInt64 = 1) {
        let numbered = seconds.enumerated().map { (UInt64($0.offset), $0.element) }
        rows = Dictionary(uniqueKeysWithValues: numbered)
        random = SplitMix64(seed: seed)
    }

    mutating func answer(_ request: PageRequest) -> PageSummary {
        requests.append(request)
        let end = request.through.seconds - (endIsExclusive ? 1 : 0)
        let matching = rows.filter { request.from.seconds <= $0.value && $0.value <= end }
            .sorted { $0.key < $1.key }
        let length = pageLength ?? request.pageSize
        let first = (request.pageNumber - 1) * length
        var page = Array(matching.dropFirst(first).prefix(length))
        if hiddenEvery > 0 { page.removeAll { $0.key % hiddenEvery == 0 } }
        page.shuffle(using: &random)
        return PageSummary(
            rows: page.map { RowKey(idHash: $0.key, at: UTCInstant(seconds: $0.value)) },
            hasNext: nil, total: countsPage ? page.count : matching.count)
    }

    /// Reads to the end; the ids that were in answers.
    mutating func read(
        _ reader: inout WindowReader, callsMax: Int, allowsDoubts: Bool = false
    ) -> Set<UInt64>? {
        var seen: Set<UInt64> = []
        while requests.count < callsMax {
            let page = answer(reader.nextRequest)
            let verdict = reader.accept(page)
            if case .doubted(let doubt) = verdict, !allowsDoubts {
                Issue.record("doubted: \(doubt)")
            }
            seen.formUnion(page.rows.map(\.idHash))
            switch verdict {
            case .complete, .acceptedInDoubt(_, isComplete: true): return seen
            case .believed, .doubted, .passEnded, .acceptedInDoubt: break
            }
        }
        return nil
    }
}

@Suite struct CountedReaderTests {
    private func reader(
        _ window: TimeWindow, openEnd: Int64? = nil, overlap: Int64 = 0, span: Int64 = 86_400
    ) -> WindowReader {
        WindowReader(
            window: window, openEnd: openEnd.map(UTCInstant.init(seconds:)), overlap: overlap,
            policy: WindowReader.Policy(spanMax: span, pageSize: 5, mode: .counted))
    }

    private func page(_ ids: [UInt64], at second: Int64 = 1_050, total: Int?) -> PageSummary {
        let rows = ids.map { RowKey(idHash: $0, at: UTCInstant(seconds: second)) }
        return PageSummary(rows: rows, hasNext: nil, total: total)
    }

    // Pages of 5 rows, windows [1000, end).
    @Test(
        arguments: [
            ("nothing", [], 1_100, 1),
            ("as many rows as counted", [1_001, 1_099, 1_050], 1_100, 1),
            ("exactly a page", [1_001, 1_002, 1_003, 1_004, 1_005], 1_100, 2),
            ("a row more than a page", [1_001, 1_020, 1_040, 1_060, 1_080, 1_099], 1_100, 3),
            ("all in the oldest second", Array(repeating: 1_000, count: 17), 1_100, 24),
            ("all in the newest second", Array(repeating: 1_099, count: 17), 1_100, 31),
            ("several spans", [1_500, 100_000, 200_000], 201_000, 3),
            ("one second long", [1_000, 1_000, 1_001], 1_001, 1),
        ] as [(String, [Int64], Int64, Int)])
    func everyRowIsRead(why: String, seconds: [Int64], end: Int64, calls: Int) {
        for endIsExclusive in [false, true] {
            var list = CountedList(seconds: seconds)
            list.endIsExclusive = endIsExclusive
            var reader = reader(window(1_000, end))
            let seen = list.read(&reader, callsMax: 60)
            let wanted = list.rows.filter { 1_000 <= $0.value && $0.value < end }
            #expect(seen?.isSuperset(of: wanted.keys) == true, "\(why)")
            #expect(reader.openEnd <= reader.window.start)
            #expect(list.requests.allSatisfy { $0.from < $0.through }, "\(why)")
            #expect(list.requests.allSatisfy { $0.wantsTotal }, "\(why)")
            if !endIsExclusive { #expect(list.requests.count <= calls, "\(why)") }
        }
    }

    /// Random rows, dense seconds among them: every row is seen, in a bounded number of calls.
    @Test func theReaderReadsRandomLists() {
        for seed in UInt64(0)..<600 {
            var random = SplitMix64(seed: seed)
            let width = random.chance(0.3) ? random.pick(1...200_000) : random.pick(1...90)
            var seconds = (0..<random.pick(0...80)).map { _ in 1_000 + random.pick(0...width) }
            for _ in 0..<random.pick(0...2) {
                let dense = 1_000 + random.pick(0...width)
                seconds += Array(repeating: dense, count: Int(random.pick(0...30)))
            }
            var list = CountedList(seconds: seconds, seed: seed)
            list.endIsExclusive = random.chance(0.3)
            let overlap = random.chance(0.3) ? random.pick(0...20) : 0
            let openEnd = random.chance(0.2) ? 1_000 + random.pick(0...width) : nil
            var reader = reader(
                window(1_000, 1_000 + width), openEnd: openEnd, overlap: overlap,
                span: random.pick(2...86_400))
            let (end, spans) = (reader.openEnd.seconds, width / reader.span + 1)
            let pages = seconds.count / 5 + 1
            // A part holds three quarters of a page or is halved; a dense second is swept twice,
            // and met again as the boundary of its neighbour.
            let bound = Int(spans) + pages * 14 + 40
            guard let seen = list.read(&reader, callsMax: bound) else {
                Issue.record("seed \(seed): not complete after \(bound) calls")
                continue
            }
            let start = reader.readStart.seconds
            let wanted = list.rows.filter { start <= $0.value && $0.value < end }
            #expect(seen.isSuperset(of: wanted.keys), "seed \(seed)")
        }
    }

    /// A count of the page's rows, or one that is too small, hides what comes after a full page.
    @Test func aFullPageIsNotTheEndWhateverIsCounted() {
        var list = CountedList(seconds: (0..<11).map { 1_001 + $0 * 7 })
        list.countsPage = true
        var reader = reader(window(1_000, 1_100))
        let seen = list.read(&reader, callsMax: 30)
        #expect(seen?.count == 11)
    }

    @Test func rowsInNoOrderAreBelieved() {
        let seconds: [Int64] = [1_010, 1_090, 1_050]
        let rows = seconds.enumerated().map { index, second in
            RowKey(idHash: UInt64(index), at: UTCInstant(seconds: second))
        }
        let unordered = PageSummary(rows: rows, hasNext: nil, total: 3)
        var counted = reader(window(1_000, 1_100))
        #expect(counted.accept(unordered) == .complete)
    }

    @Test(
        arguments: [
            ("as counted", [1, 2, 3], 3, nil), ("nothing, counted as nothing", [], 0, nil),
            ("a row twice", [1, 1, 2], 3, .countDiffers),
            ("fewer than counted", [1, 2], 3, .moreAfterShortPage),
            ("more than counted", [1, 2, 3], 2, .countDiffers),
            ("no count", [1, 2], nil, .noCompleteness),
            ("more than a page, all of them", [1, 2, 3, 4, 5, 6], 6, nil),
            ("a negative count", [], -1, .countDiffers),
        ] as [(String, [UInt64], Int?, Doubt?)])
    func impossiblePagesAreDoubted(why: String, ids: [UInt64], total: Int?, expected: Doubt?) {
        var reader = reader(window(1_000, 1_100))
        let first = reader.nextRequest
        let verdict = reader.accept(page(ids, total: total))
        #expect(verdict == expected.map { .doubted($0) } ?? .complete, "\(why)")
        guard expected != nil else { return }
        #expect(reader.nextRequest == first, "\(why)")
        #expect(reader.openEnd == UTCInstant(seconds: 1_100), "\(why)")
    }

    /// Its rows are stored; the span is asked for again in parts, aimed at most of a page.
    @Test(arguments: [(6, 50), (10, 37), (100, 3), (.max, 1)] as [(Int, Int64)])
    func moreThanAPageIsSplit(total: Int, length: Int64) {
        var reader = reader(window(1_000, 1_100))
        #expect(reader.accept(page([1, 2, 3, 4, 5], total: total)) == .believed)
        #expect(reader.openEnd == UTCInstant(seconds: 1_100))
        let next = reader.nextRequest
        #expect(next.through.seconds(since: next.from) == length)
    }

    /// A total that ignores the filter: the page has room for more rows and shows none, and the
    /// second page has none either, or the same ones. Shorter spans would not say anything, so the
    /// span stays as it is, and no second page is asked for again.
    @Test(arguments: [99_999, nil], [[], [1, 2]] as [[UInt64]])
    func aWrongTotalCutsNoPageThatIsNotFull(total: Int?, second: [UInt64]) {
        var reader = reader(window(1_000, 1_100))
        let first = reader.nextRequest
        func answer(_ ids: [UInt64]) -> PageSummary {
            var page = page(ids, total: total)
            if total == nil { page.hasNext = true }
            return page
        }
        #expect(reader.accept(answer([1, 2])) == .believed)
        var next = first
        next.pageNumber = 2
        #expect(reader.nextRequest == next)
        #expect(reader.accept(answer(second)) == .doubted(.moreAfterShortPage))
        #expect(reader.nextRequest == first)
        reader.isLenient = true
        #expect(reader.accept(answer([1, 2])) == .doubted(.moreAfterShortPage))
        #expect(
            reader.accept(answer([1, 2]))
                == .acceptedInDoubt(.moreAfterShortPage, isComplete: true))
    }

    /// Where totals are wrong elsewhere, a full page is halved: its total says nothing.
    @Test func aWrongTotalOfAFullPageIsNoMeasure() {
        var reader = reader(window(1_000, 1_100))
        reader.isLenient = true
        #expect(reader.accept(page([1, 2, 3, 4, 5], total: 99_999)) == .believed)
        #expect(reader.span == 50)
    }

    /// The second page has other rows: the first one was cut off, though it was not full.
    @Test func aShortPageThatOthersFollowIsCut() {
        var reader = reader(window(1_000, 1_100))
        #expect(reader.accept(page([1, 2, 3], total: 10)) == .believed)
        #expect(reader.nextRequest.pageNumber == 2)
        #expect(reader.accept(page([4, 5], total: 10)) == .believed)
        #expect(reader.nextRequest.pageNumber == 1)
        let next = reader.nextRequest
        #expect(next.through.seconds(since: next.from) == 37)
    }

    /// A second page that fails belongs to its span: a shorter one begins with its first page.
    @Test func aShorterSpanBeginsWithItsFirstPage() {
        var reader = reader(window(1_000, 1_100))
        #expect(reader.accept(page([1, 2, 3], total: 10)) == .believed)
        reader.narrow()
        #expect(reader.nextRequest.pageNumber == 1)
        #expect(reader.span == 50)
    }

    /// Pages shorter than asked for, also within one second, and where totals are not relied on.
    @Test(arguments: [true, false], [1_000, 1_050] as [Int64])
    func shortPagesAreReadInFull(isLenient: Bool, second: Int64) throws {
        var list = CountedList(
            seconds: Array(repeating: second, count: 17) + Array(1_000..<1_100))
        list.pageLength = 3
        var reader = reader(window(1_000, 1_100))
        reader.isLenient = isLenient
        let seen = try #require(list.read(&reader, callsMax: 2_000, allowsDoubts: true))
        #expect(seen.count == 117)
    }

    /// A platform that cuts pages first and leaves rows out of them then: no page is full, and the
    /// total counts what is left out. All that it shows is read.
    @Test func rowsLeftOutOfTheirPageHideNoOthers() throws {
        var list = CountedList(seconds: Array(1_000..<1_100))
        list.hiddenEvery = 7
        var reader = reader(window(1_000, 1_100))
        reader.isLenient = true
        let seen = try #require(list.read(&reader, callsMax: 2_000, allowsDoubts: true))
        #expect(seen.count == list.rows.keys.count { $0 % 7 != 0 })
    }

    /// An answer that only says that more follow says nothing of how much: halves will do.
    @Test func moreWithoutACountIsHalved() {
        var reader = reader(window(1_000, 1_100))
        var full = page([1, 2, 3, 4, 5], total: nil)
        full.hasNext = true
        #expect(reader.accept(full) == .believed)
        #expect(reader.span == 50)
    }

    @Test func theShortestSpanIsSweptByPages() {
        var list = CountedList(seconds: Array(repeating: 1_000, count: 12))
        var reader = reader(window(1_000, 1_001))
        #expect(list.read(&reader, callsMax: 20)?.count == 12)
        #expect(list.requests.map(\.pageNumber) == [1, 1, 3, 2, 1, 3, 2, 1])
    }
}
