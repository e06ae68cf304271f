import OrderStore

/// Paid amounts as bars to the right, one line per group, with refunds as a thinner bar below.
/// Groups beyond the greatest twenty are put together.
struct BarChart {
    struct Bar: Equatable {
        var label: String
        var paidFen: Int64
        var refundFen: Int64
    }

    static let barsMax = 20

    let bars: [Bar]
    let totalFen: Int64
    let text: ReportText

    private static let width = 1_000

    init(_ report: SalesReport, _ text: ReportText) {
        self.text = text
        totalFen = report.total.paidFen
        var bars = report.lines.map { line in
            Bar(
                label: text.label(line), paidFen: line.figures.paidFen,
                refundFen: line.figures.refundFen)
        }
        if bars.count > Self.barsMax + 1 {
            let ranked = bars.sorted { $0.paidFen > $1.paidFen }
            let rest = ranked[Self.barsMax...]
            bars = Array(ranked[..<Self.barsMax])
            bars.append(
                Bar(
                    label: "\(text.others) (\(rest.count))",
                    paidFen: rest.reduce(0) { $0 + $1.paidFen },
                    refundFen: rest.reduce(0) { $0 + $1.refundFen }))
        }
        self.bars = bars
    }

    func html() -> String {
        let longest = bars.map { max($0.paidFen, $0.refundFen) }.max() ?? 0
        let rows = bars.map { bar in
            let label = HTMLText.escape(bar.label)
            return """
                <li><span class="name" title="\(label)">\(label)</span>\
                <svg viewBox="0 0 \(Self.width) 20" preserveAspectRatio="none" aria-hidden="true">\
                <rect class="track" width="\(Self.width)" height="13"/>\
                <rect class="paid" width="\(length(bar.paidFen, longest))" height="13"/>\
                <rect class="refund" y="15" width="\(length(bar.refundFen, longest))" height="5"/>\
                </svg><span class="amount">¥\(text.yuan(bar.paidFen))</span>\
                <span class="share">\(text.share(bar.paidFen, of: totalFen))</span></li>
                """
        }
        return "<ol class=\"bars\">\(rows.joined(separator: "\n"))</ol>"
    }

    /// Never invisible when there is something.
    private func length(_ fen: Int64, _ longest: Int64) -> Int {
        guard fen > 0, longest > 0 else { return 0 }
        return max(2, Int(Double(fen) / Double(longest) * Double(Self.width)))
    }
}
