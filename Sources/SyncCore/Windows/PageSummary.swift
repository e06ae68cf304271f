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
