public import OrderStore
public import SyncCore
import WireFormat

/// A sales report, ready to be written: its lines in order, days without sales among them.
public struct SalesReport: Equatable, Sendable {
    public typealias Line = Sales.Group

    public let period: ReportPeriod
    public let grouping: SalesGrouping
    public let shops: [String]
    public let promoters: [String]
    public let lines: [Line]
    let unattributed: SalesFigures?
    public let total: SalesFigures
    public let leftOut: Sales.LeftOut
    let syncedUntil: UTCInstant?
    let loadedFrom: UTCInstant?
    public let madeAt: UTCInstant

    public init(_ sales: Sales, period: ReportPeriod, grouping: SalesGrouping, madeAt: UTCInstant) {
        self.period = period
        self.grouping = grouping
        shops = sales.shops
        promoters = sales.promoters
        lines = Self.ordered(Self.filled(sales, period, grouping))
        unattributed = sales.unattributed
        total = sales.total
        leftOut = sales.leftOut
        syncedUntil = sales.syncedUntilAt.map { UTCInstant(seconds: $0) }
        loadedFrom = sales.loadedFromAt.map { UTCInstant(seconds: $0) }
        self.madeAt = madeAt
    }

    /// What is left over by goods has its own line, unless it is nothing.
    var showsUnattributed: Bool {
        unattributed.map { $0.paidFen != 0 || $0.refundFen != 0 || $0.unknownOrders != 0 } ?? false
    }

    /// History is still loading, or begins within the period: its first days may be short.
    var isHistoryShort: Bool {
        loadedFrom.map { $0 > period.start } ?? false
    }

    /// A shop without sales is a finding, and so is a day.
    private static func filled(
        _ sales: Sales, _ period: ReportPeriod, _ grouping: SalesGrouping
    ) -> [Line] {
        let present = Set(sales.groups.map(\.key))
        let expected: [SalesKey] =
            switch grouping {
            case .day: (period.firstDay...period.lastDay).map { .day($0) }
            case .shop: sales.shops.map { .shop($0) }
            case .status, .item, .province: []
            }
        return sales.groups
            + expected.filter { !present.contains($0) }.map {
                Line(key: $0, figures: SalesFigures())
            }
    }

    /// Days and statuses in their own order, shops by name, the rest by what was paid.
    private static func ordered(_ lines: [Line]) -> [Line] {
        lines.sorted { left, right in
            switch (left.key, right.key) {
            case (.day(let left), .day(let right)): left < right
            case (.shop(let left), .shop(let right)): NaturalOrder.precedes(left, right)
            case (.status(let left), .status(let right)): rank(left) < rank(right)
            default:
                (right.figures.paidFen, name(left)) < (left.figures.paidFen, name(right))
            }
        }
    }

    private static func rank(_ status: String) -> (Int, String) {
        (ReportText.statuses.firstIndex(of: status) ?? ReportText.statuses.count, status)
    }

    /// Settles the order of lines with the same amount.
    private static func name(_ line: Line) -> String {
        switch line.key {
        case .province(let name): name ?? ""
        case .item(let shop, let id): "\(shop) \(id ?? "")"
        case .day, .shop, .status: ""
        }
    }
}
