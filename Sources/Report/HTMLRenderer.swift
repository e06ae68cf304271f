import OrderStore
import ProgramSupport

/// A report as one HTML file that needs nothing else: no network, no script. Reads on a phone,
/// prints, and follows the reader's light or dark setting.
public struct HTMLRenderer: Sendable {
    public let report: SalesReport
    public let text: ReportText

    public static func render(_ report: SalesReport, _ text: ReportText) -> String {
        HTMLRenderer(report: report, text: text).page()
    }

    private func page() -> String {
        let title = "\(text.title(report.grouping)) · \(text.longPeriod(report.period))"
        return """
            <!DOCTYPE html>
            <html lang="\(text.languageTag)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" \
            content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(HTMLText.escape(title))</title>
            <style>
            \(HTMLStyle.sheet)
            </style>
            </head>
            <body>
            <main>
            \([header, overview, warnings, chart, details, footer]
                .filter { !$0.isEmpty }.joined(separator: "\n"))
            </main>
            </body>
            </html>
            """
    }

    private var header: String {
        let facts = [text.shops(report.shops), text.freshness(report)].compactMap { $0 }
        return """
            <header>
            <p class="kind">\(text.title(report.grouping))</p>
            <h1>\(text.longPeriod(report.period))</h1>
            <p class="facts">\(facts.map { "<span>\(HTMLText.escape($0))</span>" }.joined())</p>
            </header>
            """
    }

    private var overview: String {
        let total = report.total
        let paid = text.yuan(total.paidFen)
        let average = total.averageFen.map { "<small>¥</small>\(text.yuan($0))" } ?? "–"
        return """
            <section class="overview">
            <div class="lead">
            <h2>\(text.paid)</h2>
            <p class="big"><small>¥</small>\(paid.dropLast(3))<small>\(paid.suffix(3))</small></p>
            \(division)
            </div>
            <dl>
            <div><dt>\(text.orders)</dt><dd>\(DisplayText.grouped(total.orders))</dd></div>
            <div><dt>\(text.buyers)</dt><dd>\(DisplayText.grouped(total.buyers))</dd></div>
            <div><dt>\(text.average)</dt><dd>\(average)</dd></div>
            </dl>
            </section>
            """
    }

    /// What was paid, divided into what is left and what was refunded.
    private var division: String {
        let total = report.total
        let whole = Double(max(1, max(total.paidFen, total.refundFen)))
        let refund = min(1_000, max(0, Int(Double(total.refundFen) / whole * 1_000)))
        let left = total.paidFen > 0 ? 1_000 - refund : 0
        func part(_ name: String, _ label: String, _ fen: Int64) -> String {
            let share = total.paidFen > 0 ? text.share(fen, of: total.paidFen) : ""
            return "<span class=\"key \(name)\">\(label) <b>¥\(text.yuan(fen))</b> "
                + "<i>\(share)</i></span>"
        }
        return """
            <svg class="division" viewBox="0 0 1000 8" preserveAspectRatio="none" \
            aria-hidden="true"><rect class="track" width="1000" height="8"/>\
            <rect class="paid" width="\(left)" height="8"/>\
            <rect class="refund" x="\(left)" width="\(refund)" height="8"/></svg>
            <p class="parts">\(part("paid", text.net, total.netFen))\
            \(part("refund", text.refunds, total.refundFen))</p>
            """
    }

    private var warnings: String {
        let lines = text.warnings(report)
        guard !lines.isEmpty else { return "" }
        let items = lines.map { "<li>\(HTMLText.escape($0))</li>" }.joined()
        return """
            <aside><h2>\(text.remarks)</h2><ul>\(items)</ul></aside>
            """
    }

    private var chart: String {
        guard report.total.orders > 0 else {
            return "<section class=\"card empty\"><p>\(text.noSales)</p></section>"
        }
        guard report.grouping == .day else {
            return card(
                text.chartTitle(nil), keys(), BarChart(report, text).html())
        }
        let days = report.lines.compactMap { line -> (day: Int64, figures: SalesFigures)? in
            guard case .day(let day) = line.key else { return nil }
            return (day, line.figures)
        }
        let buckets = ChartBuckets(days: days)
        let highest = buckets.buckets.max { $0.paidFen < $1.paidFen }
        let peak = highest.map { "<span class=\"peak\">\(text.peak($0))</span>" } ?? ""
        return card(
            text.chartTitle(buckets.size),
            keys(hasWeekends: buckets.size == .day, hasToday: today <= report.period.lastDay)
                + peak,
            DayChart(buckets: buckets, today: today, text: text).html())
    }

    private func card(_ title: String, _ legend: String, _ content: String) -> String {
        """
        <section class="card">
        <h2>\(title)</h2>
        <p class="legend">\(legend)</p>
        \(content)
        </section>
        """
    }

    private var today: Int64 { ReportPeriod.day(report.madeAt) }

    private func keys(hasWeekends: Bool = false, hasToday: Bool = false) -> String {
        """
        <span class="key paid">\(text.paid)</span><span class="key refund">\(text.refunds)</span>\
        \(hasToday ? "<span class=\"key open\">\(text.todaySoFar)</span>" : "")\
        \(hasWeekends ? "<span class=\"key weekend\">\(text.weekend)</span>" : "")
        """
    }

    private var details: String {
        """
        <section class="card">
        <h2>\(text.details)</h2>
        \(HTMLTable(report: report, text: text).html())
        </section>
        """
    }

    private var footer: String {
        let terms = text.definitions(report).map { definition in
            "<div><dt>\(definition.term)</dt><dd>\(definition.meaning)</dd></div>"
        }
        return """
            <footer>
            <h2>\(text.explanations)</h2>
            <dl>\(terms.joined())</dl>
            <p>\(text.madeBy(text.minute(report.madeAt)))</p>
            </footer>
            """
    }
}
