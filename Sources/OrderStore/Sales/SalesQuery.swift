internal import WireFormat

/// Which sales to add up. Days are Beijing days, counted from 1970-01-01, both ends included.
public struct SalesQuery: Equatable, Sendable {
    public var firstDay: Int64
    public var lastDay: Int64
    public var grouping: SalesGrouping
    /// Names; empty for every shop.
    public var shops: [String]

    public init(
        firstDay: Int64, lastDay: Int64, grouping: SalesGrouping, shops: [String] = []
    ) {
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.grouping = grouping
        self.shops = shops
    }

    /// The first second, Unix seconds UTC.
    var startSeconds: Int64 { firstDay * 86_400 - BeijingTime.offsetSeconds }

    /// The first second after the last day.
    var endSeconds: Int64 { (lastDay + 1) * 86_400 - BeijingTime.offsetSeconds }
}
