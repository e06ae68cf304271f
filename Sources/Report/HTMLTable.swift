import OrderStore
import ProgramSupport

/// The report's figures as an HTML table.
struct HTMLTable {
    let report: SalesReport
    let text: ReportText

    private var isByItem: Bool { report.grouping == .item }
    private var showsUnknown: Bool { report.total.unknownOrders > 0 }

    func html() -> String {
        var body = report.lines.map { line in
            row(label(line), line.figures, shop: shop(line))
        }
        if let rest = report.unattributed, report.showsUnattributed {
            body.append(row(HTMLText.escape(text.unattributed), rest, isRest: true))
        }
        return """
            <div class="scroll"><table>
            <thead><tr>\(header)</tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody>
            <tfoot>\(row(text.total, report.total))</tfoot>
            </table></div>
            """
    }

    private var header: String {
        var names = [text.orders, text.buyers]
        if isByItem { names.append(text.quantity) }
        names += [text.paid, text.refunds, text.net, text.average]
        if showsUnknown { names.append(text.unknownOrders) }
        return "<th scope=\"col\">\(text.heading(report.grouping))</th>"
            + names.map { "<th scope=\"col\">\($0)</th>" }.joined()
    }

    private func label(_ line: SalesReport.Line) -> String {
        let label = HTMLText.escape(text.label(line))
        guard case .day(let day) = line.key else { return label }
        return "\(label) <i>\(text.weekday(day))</i>"
    }

    /// Goods of different shops can have one title: with several shops, the shop stands below.
    private func shop(_ line: SalesReport.Line) -> String? {
        guard case .item(let shop, _) = line.key, report.shops.count > 1 else { return nil }
        return HTMLText.escape(shop)
    }

    private func row(
        _ label: String, _ figures: SalesFigures, isRest: Bool = false, shop: String? = nil
    ) -> String {
        var cells = isRest ? ["", ""] : [figures.orders, figures.buyers].map { count($0) }
        if isByItem { cells.append(figures.quantity.map { count($0) } ?? "") }
        cells += [figures.paidFen, figures.refundFen, figures.netFen].map { money($0) }
        cells.append(isRest ? "" : figures.averageFen.map { money($0) } ?? "–")
        if showsUnknown { cells.append(count(figures.unknownOrders)) }
        let below = shop.map { "<small>\($0)</small>" } ?? ""
        return "<tr><th scope=\"row\">\(label)\(below)</th>"
            + cells.map { "<td>\($0)</td>" }.joined() + "</tr>"
    }

    private func count(_ number: Int64) -> String {
        number == 0 ? "<i>0</i>" : DisplayText.grouped(number)
    }

    /// Nothing stands back, what is below zero stands out.
    private func money(_ fen: Int64) -> String {
        let amount = text.yuan(fen)
        return fen == 0 ? "<i>\(amount)</i>" : fen < 0 ? "<em>\(amount)</em>" : amount
    }
}
