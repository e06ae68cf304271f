import ProgramSupport
import WireFormat

/// Paid amounts as bars upward from zero, refunds downward, and below, on the same days, the
/// number of orders as a line. Shapes are SVG stretched to the page's width; labels are HTML, so
/// that they stay readable on a phone.
struct DayChart {
    let buckets: ChartBuckets
    /// The day that is not over yet: what holds it is drawn paler.
    let today: Int64
    let text: ReportText

    private static let width = 10_000
    private static let height = 1_000
    private static let labelsMax = 10

    private var items: [ChartBuckets.Bucket] { buckets.buckets }

    func html() -> String {
        let money = ChartScale(
            max: items.map(\.paidFen).max() ?? 0, below: items.map(\.refundFen).max() ?? 0)
        let orders = ChartScale(max: items.map(\.orders).max() ?? 0, tickCount: 2)
        return """
            <div class="plot tall">\(labels(money) { text.compact(fen: $0) })\
            \(svg(text.pick("实付金额与退款", "Paid and refunds"), bars(money)))</div>
            <p class="caption">\(text.ordersCaption(buckets.size))</p>
            <div class="plot low">\(labels(orders) { DisplayText.grouped($0) })\
            \(svg(text.ordersCaption(buckets.size), line(orders)))</div>
            <div class="days">\(dayLabels)</div>
            """
    }

    private func svg(_ name: String, _ content: String) -> String {
        """
        <svg viewBox="0 0 \(Self.width) \(Self.height)" preserveAspectRatio="none" role="img" \
        aria-label="\(HTMLText.escape(name))">\(content)</svg>
        """
    }

    private func bars(_ scale: ChartScale) -> String {
        let zero = scale.position(0, height: Self.height)
        let bars = items.indices.map { index -> String in
            let item = items[index]
            let (left, width) = bar(index)
            let group = item.lastDay >= today ? "<g class=\"open\">" : "<g>"
            let top = scale.position(item.paidFen, height: Self.height)
            let low = scale.position(-item.refundFen, height: Self.height)
            return """
                \(group)\(slot(index, "slot"))\
                \(rect("paid", left, min(top, zero), width, abs(zero - top)))\
                \(rect("refund", left, min(zero, low), width, abs(low - zero)))\
                <title>\(tip(item))</title></g>
                """
        }
        return weekends + grid(scale) + bars.joined() + rule("zero", zero)
    }

    private var weekends: String {
        guard buckets.size == .day else { return "" }
        return items.indices.filter { ChartBuckets.isWeekend(items[$0].firstDay) }
            .map { slot($0, "weekend") }.joined()
    }

    private func line(_ scale: ChartScale) -> String {
        let points = items.indices.map { index in
            let y = scale.position(items[index].orders, height: Self.height)
            return "\(center(index)) \(y)"
        }
        guard let first = points.first else { return grid(scale) }
        let path = "M" + points.joined(separator: "L")
        let area =
            "\(path)L\(center(items.count - 1)) \(Self.height)L\(center(0)) \(Self.height)Z"
        // A dot is a line of no length with round ends: circles would be stretched.
        let dots = items.count <= 45 ? points.map { "M\($0)h0" }.joined() : "M\(first)h0"
        let slots = items.indices.map { index in
            "<g>\(slot(index, "slot"))<title>\(tip(items[index]))</title></g>"
        }
        return """
            \(grid(scale))<path class="area" d="\(area)"/><path class="line" d="\(path)"/>\
            <path class="dots" d="\(dots)"/>\(slots.joined())
            """
    }

    private func grid(_ scale: ChartScale) -> String {
        scale.ticks.map { rule("grid", scale.position($0, height: Self.height)) }.joined()
    }

    private func rule(_ name: String, _ y: Int) -> String {
        "<path class=\"\(name)\" d=\"M0 \(y)H\(Self.width)\"/>"
    }

    private func rect(_ name: String, _ x: Int, _ y: Int, _ width: Int, _ height: Int) -> String {
        guard height > 0 else { return "" }
        return
            "<rect class=\"\(name)\" x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" "
            + "height=\"\(height)\"/>"
    }

    private func slot(_ index: Int, _ name: String) -> String {
        let left = Self.width * index / items.count
        let right = Self.width * (index + 1) / items.count
        return rect(name, left, 0, right - left, Self.height)
    }

    private func center(_ index: Int) -> Int {
        Self.width * (2 * index + 1) / (2 * items.count)
    }

    /// Two thirds of the day's slot, but never a slab.
    private func bar(_ index: Int) -> (left: Int, width: Int) {
        let width = min(Self.width * 2 / 3 / items.count, Self.width * 6 / 100)
        return (center(index) - width / 2, width)
    }

    private func labels(_ scale: ChartScale, _ name: (Int64) -> String) -> String {
        let spans = scale.ticks.map { tick in
            let place = percent(scale.position(tick, height: Self.height), of: Self.height)
            return "<span style=\"top:\(place)\">\(HTMLText.escape(name(tick)))</span>"
        }
        return "<div class=\"axis\" aria-hidden=\"true\">\(spans.joined())</div>"
    }

    /// From the last day backwards; every other label gives way on a narrow screen.
    private var dayLabels: String {
        let stride = (items.count - 1) / Self.labelsMax + 1
        return items.indices.filter { (items.count - 1 - $0) % stride == 0 }.map { index in
            let name = text.axisDay(items[index].firstDay, buckets.size)
            let place = center(index) * 100 / Self.width
            // At the edge a label ends where the chart does.
            if place >= 96 { return "<span class=\"last\">\(name)</span>" }
            let isExtra = (items.count - 1 - index) / stride % 2 == 1
            let style = "style=\"left:\(percent(center(index), of: Self.width))\""
            return "<span\(isExtra ? " class=\"wide\"" : "") \(style)>\(name)</span>"
        }.joined()
    }

    private func percent(_ part: Int, of whole: Int) -> String {
        let hundredths = part * 10_000 / whole
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)%"
    }

    private func tip(_ item: ChartBuckets.Bucket) -> String {
        var tip = text.period(ReportPeriod(firstDay: item.firstDay, lastDay: item.lastDay))
        tip += "\u{2003}\(text.paid) ¥\(text.yuan(item.paidFen))"
        tip += "\u{2003}\(text.refunds) ¥\(text.yuan(item.refundFen))"
        return HTMLText.escape(tip + "\u{2003}\(text.orders) \(DisplayText.grouped(item.orders))")
    }
}
