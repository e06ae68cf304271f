/// Reads seconds that hold more rows than a page: the only place for page numbers.
///
///     first page, for the count ──▶ it holds all: complete
///       └─▶ pass: last page … page 1 ──▶ the union holds as many rows as the platform has
///             ▲                          counted for two passes: complete
///             └── after a pause ◀─────── else
///
/// A pass runs from the last page to the first, so that a row which leaves makes another be read
/// twice rather than skipped. One pass can miss rows, because the order of rows of the same second
/// may differ from call to call; the union of several passes does not. A rejected row is part of
/// the union like any other: a single pass can miss it, too, or show it twice.
///
/// Where the count is too low, the last page that it implies shows more rows than it implies: the
/// pages behind it are read first. Where it is too high, or the platform ignores the page number,
/// pages add nothing: they are empty, or equal to the page before. Halving then finds the last page
/// that does add rows:
///
///     up: from the last page by the count, while pages are full
///       ├──the end──▶ down: one page lower each time, to page 1
///       └──the first adds nothing──▶ halving between a page with rows and one without
///                                      └──found──▶ down
///
/// Invariants:
/// 1. The union only holds rows of answers since the count last changed.
/// 2. A pass asks for no more pages than the count and the first page's length imply, those behind
///    full pages, and those of the halving, which never begins twice: rows may come and leave
///    meanwhile.
/// 3. A full page of which the platform has said that more follow does not hold all.
struct CrowdedSecondReader: Equatable, Sendable {
    enum Progress: Equatable {
        /// Ask for the next page.
        case more
        case complete
        /// A pass ended, and the rows do not add up yet: ask again after a pause.
        case passEnded(hasGrown: Bool)
    }

    /// A higher count is a fault of the answer: the last page with rows is found by halving.
    static let rowCountMax = 1_000_000
    /// The last page that full pages can lead to: a million rows of a hundred to a page.
    private static let pageNumberMax = 10_000
    /// Passes that show the same rows, until the number of rejected rows counts.
    static let stablePasses = 3

    let window: TimeWindow
    private let pageSize: Int
    private let endIsExclusive: Bool
    /// The platform has said that more rows follow the first page.
    private let expectsMore: Bool
    /// Rows that the platform counts, and passes that ended since the count last changed.
    private var total: Int?
    private var passesOfTotal = 0
    /// Answers in a row that did not count.
    private(set) var uncountedInRow = 0
    /// Page to ask for; 0 while the count is not known.
    private var pageNumber = 0
    /// Rows of all answers since the count last changed, and those of them that were rejected.
    private var union: Set<UInt64> = []
    private var rejectedUnion: Set<UInt64> = []
    /// Rows that the first page showed.
    private var firstPageCount = 0
    private var rowsOfPass: Set<UInt64> = []
    private var rejectedInPass = 0
    /// Fewest rejected rows in one pass since the count last changed.
    private var rejectedMin = Int.max
    private var shownBefore: Set<UInt64> = []
    private enum Pass: Equatable {
        /// `from` is the last page by the count, which should have so many rows.
        case up(from: Int, rows: Int)
        case down(mayHalve: Bool)
        case halving(full: Int, empty: Int)
    }

    private var pass = Pass.down(mayHalve: true)
    /// The lowest page of this pass that added nothing. No pass of a right count has any.
    private var lowestEmpty: Int?
    /// Rows of all passes: shows whether further passes still find new rows.
    private(set) var shown = RowUnion()

    init(window: TimeWindow, pageSize: Int, endIsExclusive: Bool, expectsMore: Bool = false) {
        self.window = window
        self.pageSize = pageSize
        self.endIsExclusive = endIsExclusive
        self.expectsMore = expectsMore
    }

    var nextRequest: PageRequest {
        PageRequest(
            from: window.start, through: window.end.advanced(bySeconds: endIsExclusive ? 0 : -1),
            pageNumber: max(1, pageNumber), wantsTotal: true, pageSize: pageSize)
    }

    mutating func accept(_ page: PageSummary) -> Progress {
        let ids = Set(page.rows.map(\.idHash))
        rowsOfPass.formUnion(ids)
        rejectedInPass += page.rejectedCount
        if pageNumber <= 1 { firstPageCount = page.shownCount }
        // Behind the last page a platform may count nothing, or answer that there is nothing.
        let isBehindTheEnd = pageNumber > 1 && page.shownCount == 0
        let stated = isBehindTheEnd ? self.total : page.total.map { min($0, Self.rowCountMax) }
        guard let total = stated, total >= 0 else {
            uncountedInRow += 1
            return .passEnded(hasGrown: false)
        }
        uncountedInRow = 0
        if self.total != total {
            forgetUnion()
            shown.restart()
        }
        self.total = total
        // The first page holds them all. A later one that is empty says nothing: rows have left.
        if pageNumber <= 1, ids.count + page.rejectedCount == total, !(expectsMore && isFull(page))
        {
            return .complete
        }
        union.formUnion(ids)
        rejectedUnion.formUnion(Self.distinct(page.rejected))
        defer { shownBefore = page.shownIDs }
        if pageNumber == 0 {
            begin(total: total)
            return .more
        }
        if goOn(after: page) { return .more }
        rejectedMin = min(rejectedMin, rejectedInPass)
        let hasGrown = shown.add(rowsOfPass)
        // Two passes: within one, a row can leave and another come without a change of the count.
        passesOfTotal += 1
        if passesOfTotal > 1, holdsAll(total) { return .complete }
        // Others than before have come: it is unknown which have left.
        if union.count > total { forgetUnion() }
        // Rejected rows without an id are not recognised when their JSON changes.
        if union.union(rejectedUnion).count > total { rejectedUnion = [] }
        (rowsOfPass, rejectedInPass) = ([], 0)
        begin(total: total)
        return .passEnded(hasGrown: hasGrown)
    }

    private func isFull(_ page: PageSummary) -> Bool { page.shownCount >= pageSize }

    private func holdsAll(_ total: Int) -> Bool {
        if union.union(rejectedUnion).count == total { return true }
        // Rejected rows on different pages can be equal byte by byte, such as `{}`. Their number in
        // one pass counts only when passes show nothing new: in an order that changes from call to
        // call, a pass can show one of them twice and miss another row.
        return shown.stableCount >= Self.stablePasses && union.count <= total
            && union.count + rejectedMin >= total
    }

    /// Rejected rows by their hash; equal ones of one answer are several rows.
    private static func distinct(_ rejected: [UInt64]) -> Set<UInt64> {
        var result: Set<UInt64> = []
        for hash in rejected {
            var mixer = SplitMix64(seed: hash)
            var key = hash
            while !result.insert(key).inserted { key = mixer.next() }
        }
        return result
    }

    private mutating func forgetUnion() {
        (union, rejectedUnion, rejectedMin, passesOfTotal) = ([], [], .max, 0)
    }

    /// Begins a pass at the last page that can hold rows.
    private mutating func begin(total: Int) {
        // A platform may hold its pages shorter than asked for.
        let length = max(1, min(pageSize, firstPageCount))
        let last = (total + length - 1) / length
        pageNumber = max(1, min(last, (lowestEmpty ?? .max) - 1))
        let isCountLow = expectsMore && total <= firstPageCount
        let rows = isCountLow ? 0 : total - (pageNumber - 1) * length
        (pass, lowestEmpty) = (.up(from: pageNumber, rows: rows), nil)
    }

    /// Chooses the pass's next page.
    /// - Returns: false if there is none.
    private mutating func goOn(after page: PageSummary) -> Bool {
        let isRepeated = page.shownIDs == shownBefore
        let addsNothing = pageNumber > 1 && (page.shownCount == 0 || isRepeated)
        switch pass {
        case .up(let from, let rows):
            let isBehind = pageNumber > from || page.shownCount > rows
            if !addsNothing, isFull(page), isBehind, pageNumber < Self.pageNumberMax {
                pageNumber += 1
                return true
            }
            pass = .down(mayHalve: true)
            guard addsNothing, pageNumber == from else {
                pageNumber = from - 1
                return pageNumber > 0
            }
            pass = .halving(full: 1, empty: pageNumber)
        case .down(mayHalve: true) where addsNothing:
            pass = .halving(full: 1, empty: pageNumber)
        case .down: break
        case .halving(let full, _) where addsNothing:
            pass = .halving(full: full, empty: pageNumber)
        case .halving(_, let empty): pass = .halving(full: pageNumber, empty: empty)
        }
        guard case .halving(let full, let empty) = pass else {
            pageNumber -= 1
            return pageNumber > 0
        }
        lowestEmpty = empty
        if empty - full > 1 {
            pageNumber = (full + empty) / 2
        } else {
            pass = .down(mayHalve: false)
            // Only the first page was not read in this pass.
            pageNumber = max(1, full - 1)
        }
        return true
    }
}
