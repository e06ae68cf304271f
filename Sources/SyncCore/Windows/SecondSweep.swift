/// Reads seconds that hold more rows than a page: the only place for page numbers. Sweeps run
/// from the last page to the first, so that a row which leaves makes another be read twice rather
/// than skipped, until two sweeps in a row saw the same rows, as many as the platform counts. Of a
/// list in no promised order a sweep can miss rows and see others twice: there all sweeps together
/// have to see as many rows as each of two in a row counts.
struct SecondSweep: Equatable, Sendable {
    enum Progress: Equatable {
        case more
        case complete
        case disagree
    }

    /// Sweeps before the seconds are given up for now.
    static let sweepCountMax = 12
    static let unorderedSweepCountMax = 60
    /// More rows in a second than this are a fault of the answer.
    static let rowCountMax = 1_000_000

    let window: TimeWindow
    private let pageSize: Int
    private let endIsExclusive: Bool
    private let isOrdered: Bool
    /// Rows that the platform counted at the end of the sweep before.
    private var previousTotal: Int?
    /// Page to ask for; 0 while the count is not known.
    private var pageNumber = 0
    private var seen: Set<UInt64> = []
    private var previous: Set<UInt64>?
    private var sweepCount = 0

    init(window: TimeWindow, pageSize: Int, endIsExclusive: Bool, isOrdered: Bool = true) {
        self.window = window
        self.pageSize = pageSize
        self.endIsExclusive = endIsExclusive
        self.isOrdered = isOrdered
    }

    var nextRequest: PageRequest {
        PageRequest(
            from: window.start, through: window.end.advanced(bySeconds: endIsExclusive ? 0 : -1),
            pageNumber: max(1, pageNumber), wantsTotal: true, pageSize: pageSize)
    }

    mutating func accept(_ page: PageSummary) -> Progress {
        guard let total = page.total, (0...Self.rowCountMax).contains(total) else {
            return .disagree
        }
        // The first page holds them all. A later one that is empty says nothing: rows have left.
        if pageNumber <= 1, page.rows.count == total { return .complete }
        if pageNumber == 0 {
            begin(total: total)
            return .more
        }
        seen.formUnion(page.rows.map(\.idHash))
        pageNumber -= 1
        if pageNumber > 0 { return .more }
        if seen.count == total, isOrdered ? seen == previous : total == previousTotal {
            return .complete
        }
        sweepCount += 1
        let sweepsMax = isOrdered ? Self.sweepCountMax : Self.unorderedSweepCountMax
        if sweepCount == sweepsMax { return .disagree }
        previous = seen
        previousTotal = total
        begin(total: total)
        return .more
    }

    private mutating func begin(total: Int) {
        // More than are counted: some have left since, and nobody knows which.
        if isOrdered || seen.count > total { seen = [] }
        pageNumber = max(1, (total + pageSize - 1) / pageSize)
    }
}
