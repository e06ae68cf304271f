import OrderStore
import SyncCore

@testable import Report

/// Reports as tests state them.
enum ReportSample {
    /// 2025-11-11.
    static let day: Int64 = 20_403
    static let now = UTCInstant(seconds: 1_762_845_000)  // 15:10 that day in Beijing.

    static let english = ReportText(language: .en)
    static let chinese = ReportText(language: .zh)

    static func report(
        _ grouping: SalesGrouping, _ groups: [Sales.Group], days: Int64 = 1,
        edit: (inout Sales) -> Void = { _ in }
    ) -> SalesReport {
        var total = SalesFigures(quantity: grouping == .item ? 0 : nil)
        for figures in groups.map(\.figures) {
            total.orders += figures.orders
            total.buyers += figures.buyers
            total.paidFen += figures.paidFen
            total.refundFen += figures.refundFen
            total.unknownOrders += figures.unknownOrders
            if let quantity = figures.quantity { total.quantity? += quantity }
        }
        var sales = Sales(shops: ["demo"], groups: groups, total: total)
        edit(&sales)
        return SalesReport(
            sales, period: ReportPeriod(firstDay: day, lastDay: day + days - 1),
            grouping: grouping, madeAt: now)
    }

    static func group(
        _ key: SalesKey, _ orders: Int64 = 1, paid: Int64 = 100, refunded: Int64 = 0,
        title: String? = nil, unknown: Int64 = 0
    ) -> Sales.Group {
        var quantity: Int64?
        if case .item = key { quantity = orders }
        return Sales.Group(
            key: key, title: title,
            figures: SalesFigures(
                orders: orders, buyers: orders, quantity: quantity, paidFen: paid,
                refundFen: refunded, unknownOrders: unknown))
    }

    /// Goods with texts that attack whoever shows them.
    static let attacks = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x",
        "</title></style></svg><b>", "&lt;b&gt; & &amp;", "=HYPERLINK(\"http://x\")", "+1", "-1",
        "@SUM(A1)", "\u{1B}[31mred", "a\u{202E}b", "line\nbreak", "\u{0}", "👨‍👩‍👧 家庭装 𠮷",
    ]

    static var attacked: SalesReport {
        let groups = attacks.enumerated().map { index, text in
            group(.item(shop: text, id: index % 2 == 0 ? text : nil), title: text)
        }
        return report(.item, groups) { $0.shops = attacks }
    }
}
