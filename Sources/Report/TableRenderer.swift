import OrderStore
import ProgramSupport

/// A report for the terminal: columns aligned, Chinese characters counted as two.
public enum TableRenderer {
    /// Longer names, titles of goods mostly, are cut so that a line stays a line.
    private static let labelColumnsMax = 48

    public static func render(_ report: SalesReport, _ text: ReportText) -> String {
        let isByItem = report.grouping == .item
        let showsUnknown = report.total.unknownOrders > 0
        var header = [text.heading(report.grouping), text.orders, text.buyers]
        if isByItem { header.append(text.quantity) }
        header += [text.paid, text.refunds, text.net, text.average]
        if showsUnknown { header.append(text.unknownOrders) }
        func row(_ label: String, _ figures: SalesFigures, isRest: Bool = false) -> [String] {
            var cells = [PlainText.cut(PlainText.line(label), columnsMax: labelColumnsMax)]
            cells += isRest ? ["", ""] : [figures.orders, figures.buyers].map(DisplayText.grouped)
            if isByItem { cells.append(figures.quantity.map { DisplayText.grouped($0) } ?? "") }
            cells += [figures.paidFen, figures.refundFen, figures.netFen].map(text.yuan)
            cells.append(isRest ? "" : figures.averageFen.map(text.yuan) ?? "-")
            if showsUnknown { cells.append(DisplayText.grouped(figures.unknownOrders)) }
            return cells
        }
        var rows = [header]
        rows += report.lines.map { row(text.label($0), $0.figures) }
        if let rest = report.unattributed, report.showsUnattributed {
            rows.append(row(text.unattributed, rest, isRest: true))
        }
        rows.append(row(text.total, report.total))
        let table = DisplayText.table(rows, rightAligned: Set(1..<header.count))
        return (head(report, text) + [ruled(table)] + foot(report, text))
            .joined(separator: "\n\n")
    }

    /// The table with a rule above its last line.
    private static func ruled(_ table: String) -> String {
        var lines = table.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let width = lines.map(DisplayText.width).max() ?? 0
        lines.insert(String(repeating: "-", count: width), at: lines.count - 1)
        return lines.joined(separator: "\n")
    }

    private static func head(_ report: SalesReport, _ text: ReportText) -> [String] {
        let title = "\(text.title(report.grouping))  \(text.period(report.period))"
        let details = [PlainText.line(text.shops(report.shops)), text.freshness(report)].compactMap
        { $0 }
        return [title + "\n" + details.joined(separator: text.pick("；", "; "))]
    }

    private static func foot(_ report: SalesReport, _ text: ReportText) -> [String] {
        let lines = text.warnings(report)
        return lines.isEmpty ? [] : [lines.map { "! \($0)" }.joined(separator: "\n")]
    }
}
