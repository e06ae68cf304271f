import OrderStore
import SyncCore

/// Prices as one HTML file that needs nothing else: no network, no script.
public struct PricePage: Sendable {
    public let reports: [PriceReport]
    public let text: PriceText

    public init(reports: [PriceReport], text: PriceText) {
        self.reports = reports
        self.text = text
    }

    public func html() -> String {
        """
        <!DOCTYPE html>
        <html lang="\(text.languageTag)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" \
        content="default-src 'none'; style-src 'unsafe-inline'">
        <title>\(text.title)</title>
        <style>
        \(HTMLStyle.sheet)\(Self.sheet)
        </style>
        </head>
        <body>
        <main>
        \(reports.map(section).joined(separator: "\n"))
        <footer><p>\(text.bestNote)</p></footer>
        </main>
        </body>
        </html>

        """
    }

    private static let sheet = """

        .before { fill: none; stroke: var(--faint); stroke-width: 1.5; stroke-dasharray: 5 4;
          vector-effect: non-scaling-stroke; }
        .good { margin-bottom: 56px; }
        .good .line { stroke: var(--paid); }
        .good .area { fill: var(--paid); }
        .good .overview { margin: 24px 0 28px; }
        .good h1 { font-size: clamp(20px, 3vw, 28px); word-break: normal; }
        .key.before::before { background: var(--faint); }
        .good .facts span { min-width: 0; overflow-wrap: anywhere; }
        .days .first { transform: none; }
        td.text, th.text { text-align: left; }

        """

    private func section(_ report: PriceReport) -> String {
        """
        <section class="good">
        <header>
        <p class="kind">\(text.title)</p>
        <h1>\(HTMLText.escape(report.name.isEmpty ? report.goods : report.name))</h1>
        <p class="facts">\(facts(report))</p>
        </header>
        \(overview(report))
        \(history(report))
        </section>
        """
    }

    private func facts(_ report: PriceReport) -> String {
        [
            report.now?.mall ?? report.history.last?.mall ?? "", report.goods,
            report.pid.isEmpty ? "" : "PID \(report.pid)", text.minute(report.askedAt),
        ].filter { !$0.isEmpty }.map { "<span>\(HTMLText.escape($0))</span>" }.joined()
    }

    private func overview(_ report: PriceReport) -> String {
        guard let now = report.now else {
            return "<section class=\"overview\"><p class=\"big\">\(text.notOffered)</p></section>"
        }
        var lines = [
            (text.group, money(now.groupFen)), (text.single, money(now.normalFen)),
            (text.best, money(now.bestFen)),
        ]
        if let discount = now.platformDiscountFen, discount > 0 {
            lines.append((text.platform, money(discount)))
        }
        if now.jinbaoFen != nil { lines.append((text.jinbao, money(now.jinbaoFen))) }
        let final = text.yuan(now.finalFen)
        let extras = text.extras(of: now)
        let besides =
            extras.isEmpty
            ? "" : "<p class=\"parts\">\(text.extras): <b>\(HTMLText.escape(extras))</b></p>"
        let rows = lines.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined()
        return """
            <section class="overview">
            <div class="lead">
            <h2>\(text.final)</h2>
            <p class="big"><small>¥</small>\(final.dropLast(3))<small>\(final.suffix(3))</small></p>
            <p class="parts">\(text.coupon): <b>\(HTMLText.escape(text.coupon(of: now)))</b></p>
            \(besides)
            </div>
            <dl>\(rows)</dl>
            </section>
            """
    }

    private func money(_ fen: Int64?) -> String {
        fen.map { "<small>¥</small>\(text.yuan($0))" } ?? "–"
    }

    private func history(_ report: PriceReport) -> String {
        let steps = report.steps
        guard report.history.count > 0 else {
            return "<section class=\"card empty\"><p>\(text.noHistory)</p></section>"
        }
        return """
            <section class="card">
            <h2>\(text.history)</h2>
            <p class="legend"><span class="key">\(text.final)</span>\
            <span class="key before">\(text.group)</span>\(extremes(steps))</p>
            \(PriceChart(steps: steps, end: report.askedAt, text: text).html())
            </section>
            <section class="card">
            <div class="scroll"><table>
            <thead><tr><th>\(text.observed)</th><th>\(text.final)</th><th>\(text.group)</th>\
            <th>\(text.best)</th><th class="text">\(text.coupon)</th></tr></thead>
            <tbody>\(steps.reversed().map(row).joined(separator: "\n"))</tbody>
            </table></div>
            </section>
            """
    }

    private func extremes(_ steps: [WatchedPrice]) -> String {
        let prices = steps.filter { $0.state == .listed }.compactMap(\.finalFen)
        guard let low = prices.min(), let high = prices.max() else { return "" }
        return "<span class=\"peak\">\(text.lowest) ¥\(text.yuan(low)) · "
            + "\(text.highest) ¥\(text.yuan(high))</span>"
    }

    private func row(_ price: WatchedPrice) -> String {
        let isListed = price.state == .listed
        let note = isListed ? text.coupon(of: price) : text.state(of: price)
        let amounts = [price.finalFen, price.groupFen, price.bestFen].map {
            "<td>\(isListed ? text.yuan($0) : "–")</td>"
        }
        return """
            <tr><th>\(text.minute(price.observedAt))</th>\(amounts.joined())\
            <td class="text">\(HTMLText.escape(note))</td></tr>
            """
    }
}
