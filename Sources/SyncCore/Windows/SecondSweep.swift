/// Reads seconds that hold more rows than a page: the only place for page numbers.
///
///     first page, for the count ──▶ it holds all: complete
///       └─▶ pass: last page … page 1 ──▶ the union holds as many rows as the platform has
///             ▲                          counted for two passes: complete
///             └── after a pause ◀─────── else
///
/// A pass runs from the last page to the first, so that a row which leaves makes another be read
/// twice rather than skipped. One pass can miss rows, because the order of rows of the same second
/// may differ from call to call; the union of several passes does not.
///
/// Invariants:
/// 1. The union only holds rows of answers since the count last changed.
/// 2. A pass asks for no more pages than the count and the first page's length imply. Where the
///    count is wrong, the last page with rows is found by halving, so that few calls are lost.
struct SecondSweep: Equatable, Sendable {
    enum Progress: Equatable {
        /// Ask for the next page.
        case more
        case complete
        /// A pass ended, and the rows do not add up yet: ask again after a pause.
        case passEnded(hasGrown: Bool)
    }

    /// More rows in a second than this are a fault of the answer.
    static let rowCountMax = 1_000_000

    let window: TimeWindow
    private let pageSize: Int
    private let endIsExclusive: Bool
    /// Rows that the platform counts, and passes that ended since the count last changed.
    private var total: Int?
    private var passesOfTotal = 0
    /// Answers in a row that did not count.
    private(set) var uncountedInRow = 0
    /// Page to ask for; 0 while the count is not known.
    private var pageNumber = 0
    /// Rows of all answers since the count last changed.
    private var union: Set<UInt64> = []
    private var rowsOfPass: Set<UInt64> = []
    private var rejectedInPass = 0
    /// Fewest rejected rows in one pass since the count last changed: if their order differs from
    /// call to call, one of them may be shown twice in a pass.
    private var rejectedMin = Int.max
    /// The lowest page that was empty in this pass, and the highest one known to hold rows: the
    /// last page lies between them. No pass of a right count has any.
    private var lowestEmpty: Int?
    private var highestFull = 1
    /// Rows of all passes: shows whether further passes still find new rows.
    private(set) var shown = RowUnion()

    init(window: TimeWindow, pageSize: Int, endIsExclusive: Bool) {
        self.window = window
        self.pageSize = pageSize
        self.endIsExclusive = endIsExclusive
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
        guard let total = page.total, (0...Self.rowCountMax).contains(total) else {
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
        if pageNumber <= 1, ids.count + page.rejectedCount == total { return .complete }
        union.formUnion(ids)
        if pageNumber == 0 {
            begin(total: total, firstPage: page)
            return .more
        }
        if goOn(after: page) { return .more }
        rejectedMin = min(rejectedMin, rejectedInPass)
        // Two passes: within one, a row can leave and another come without a change of the count.
        passesOfTotal += 1
        if passesOfTotal > 1, union.count <= total, union.count + rejectedMin >= total {
            return .complete
        }
        // Others than before have come: it is unknown which have left.
        if union.count > total { forgetUnion() }
        let hasGrown = shown.add(rowsOfPass)
        (rowsOfPass, rejectedInPass) = ([], 0)
        begin(total: total, firstPage: page)
        return .passEnded(hasGrown: hasGrown)
    }

    private mutating func forgetUnion() {
        (union, rejectedMin, passesOfTotal) = ([], .max, 0)
    }

    /// Begins a pass at the last page that can hold rows.
    private mutating func begin(total: Int, firstPage: PageSummary) {
        // A platform may hold its pages shorter than asked for.
        let length = max(1, min(pageSize, firstPage.shownCount))
        let last = (total + length - 1) / length
        pageNumber = max(1, min(last, (lowestEmpty ?? .max) - 1))
        (lowestEmpty, highestFull) = (nil, 1)
    }

    /// Chooses the pass's next page.
    /// - Returns: false if there is none.
    private mutating func goOn(after page: PageSummary) -> Bool {
        if page.shownCount == 0, pageNumber > 1 {
            lowestEmpty = min(lowestEmpty ?? pageNumber, pageNumber)
        } else if lowestEmpty != nil {
            highestFull = max(highestFull, pageNumber)
        }
        if let lowestEmpty, pageNumber >= highestFull, lowestEmpty - highestFull > 1 {
            pageNumber = (highestFull + lowestEmpty) / 2
        } else if pageNumber == lowestEmpty {
            pageNumber = highestFull == 1 ? 1 : highestFull - 1
        } else {
            pageNumber -= 1
        }
        return pageNumber > 0
    }
}
