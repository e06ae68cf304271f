/// One page to ask for. Bounds are inclusive whole seconds, as both platforms take them.
public struct PageRequest: Equatable, Sendable {
    public var from: UTCInstant
    public var through: UTCInstant
    /// 1 is the page with the newest rows.
    public var pageNumber: Int
    /// Ask for the number of rows in the window; else only whether more follow.
    public var wantsTotal: Bool
    public var pageSize: Int

    public init(
        from: UTCInstant, through: UTCInstant, pageNumber: Int = 1, wantsTotal: Bool = false,
        pageSize: Int
    ) {
        self.from = from
        self.through = through
        self.pageNumber = pageNumber
        self.wantsTotal = wantsTotal
        self.pageSize = pageSize
    }
}

/// What a window's reader needs to know of one row.
public struct RowKey: Hashable, Sendable {
    public var idHash: UInt64
    /// The instant that the list selects and sorts by. A row without content may leave it out, of a
    /// list that is counted: there it decides nothing.
    public var at: UTCInstant?

    public init(idHash: UInt64, at: UTCInstant?) {
        self.idHash = idHash
        self.at = at
    }
}

/// A well-formed answer, reduced to what decisions need; rows in the order received.
public struct PageSummary: Equatable, Sendable {
    public var rows: [RowKey]
    public var hasNext: Bool?
    public var total: Int?
    /// Rows of the answer that are not in `rows`: without a usable id or time, or malformed. They
    /// count towards `total` and a full page. Each is the hash of the row's id, or of its JSON if
    /// the id is unreadable, so that a later answer shows whether it is the same row.
    public var rejected: [UInt64]

    /// - Parameter isListNull: null is where the list belongs. That need not be an empty list, so
    ///   `has_next` does not prove it: only a count does.
    public init(
        rows: [RowKey], hasNext: Bool?, total: Int?, rejected: [UInt64] = [],
        isListNull: Bool = false
    ) {
        self.rows = rows
        self.hasNext = isListNull && hasNext == false ? nil : hasNext
        self.total = total
        self.rejected = rejected
    }

    public var rejectedCount: Int { rejected.count }

    /// Rows that the answer shows, the rejected ones included.
    var shownCount: Int { rows.count + rejected.count }

    /// The rows that the answer shows, the rejected ones included.
    var shownIDs: Set<UInt64> { Set(rows.map(\.idHash)).union(rejected) }
}

/// Why an answer does not prove that its span is complete. Its rows are stored all the same.
public enum Doubt: String, CaseIterable, Sendable {
    /// A row is older than the span that was asked for: an old version was read.
    case rowOutsideWindow = "row_outside_window"
    /// More rows are announced than the answer holds, though a page has room for them.
    case moreAfterShortPage = "more_after_short_page"
    /// Neither `has_next` nor a total: nothing says whether the answer is whole.
    case noCompleteness = "no_completeness"
    /// The answer holds more rows than it counts, or one row twice.
    case countDiffers = "count_differs"
    /// Passes over the pages of one second do not add up to the platform's count.
    case sweepsDisagree = "sweeps_disagree"
}
