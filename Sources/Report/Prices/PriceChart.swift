import OrderStore
import SyncCore

/// A good's price over time: steps, since a price holds until the next is seen. The price after
/// coupon as a line with its area, the group's price dashed above it; a gap where the good was not
/// offered. Shapes are SVG stretched to the page's width; labels are HTML.
struct PriceChart {
    let steps: [WatchedPrice]
    /// Until when the last step holds.
    let end: UTCInstant
    let text: PriceText

    private static let width = 10_000
    private static let height = 1_000
    private static let labelCount: Int64 = 5

    private var start: UTCInstant { steps.first?.observedAt ?? end }
    private var seconds: Int64 { max(1, end.seconds(since: start)) }

    func html() -> String {
        let prices = steps.flatMap { [$0.finalFen, $0.groupFen].compactMap { $0 } }
        let scale = PriceScale(prices)
        return """
            <div class="plot tall">\(labels(scale))\
            <svg viewBox="0 0 \(Self.width) \(Self.height)" preserveAspectRatio="none" role="img" \
            aria-label="\(text.history)">\(grid(scale))\
            <path class="area" d="\(area(scale))"/>\
            <path class="before" d="\(line(scale, \.groupFen))"/>\
            <path class="line" d="\(line(scale, \.finalFen))"/>\
            \(slots)</svg></div>
            <div class="days">\(times)</div>
            """
    }

    /// Each step with when it begins and ends on the page; what is not offered has no price.
    private var spans: [(price: WatchedPrice, left: Int, right: Int)] {
        steps.indices.map { index in
            let next = index + 1 < steps.count ? steps[index + 1].observedAt : end
            return (steps[index], place(steps[index].observedAt), place(next))
        }
    }

    private func place(_ instant: UTCInstant) -> Int {
        let part = Double(instant.seconds(since: start)) / Double(seconds)
        return Int((min(1, max(0, part)) * Double(Self.width)).rounded())
    }

    private func line(_ scale: PriceScale, _ value: KeyPath<WatchedPrice, Int64?>) -> String {
        var path = ""
        var isDown = false
        for (price, left, right) in spans {
            guard price.state == .listed, let fen = price[keyPath: value] else {
                isDown = false
                continue
            }
            let y = scale.position(fen, height: Self.height)
            path += isDown ? "V\(y)H\(right)" : "M\(left) \(y)H\(right)"
            isDown = true
        }
        return path
    }

    private func area(_ scale: PriceScale) -> String {
        spans.compactMap { price, left, right in
            guard price.state == .listed, let fen = price.finalFen else { return nil }
            let y = scale.position(fen, height: Self.height)
            return "M\(left) \(Self.height)V\(y)H\(right)V\(Self.height)Z"
        }.joined()
    }

    private func grid(_ scale: PriceScale) -> String {
        scale.ticks.map { tick in
            "<path class=\"grid\" d=\"M0 \(scale.position(tick, height: Self.height))"
                + "H\(Self.width)\"/>"
        }.joined()
    }

    private var slots: String {
        spans.map { price, left, right in
            """
            <g><rect class="slot" x="\(left)" y="0" width="\(max(1, right - left))" \
            height="\(Self.height)"/><title>\(tip(price))</title></g>
            """
        }.joined()
    }

    private func tip(_ price: WatchedPrice) -> String {
        let when = text.minute(price.observedAt)
        guard price.state == .listed else {
            return HTMLText.escape("\(when)\u{2003}\(text.notOffered)")
        }
        return HTMLText.escape(
            "\(when)\u{2003}\(text.final) ¥\(text.yuan(price.finalFen))\u{2003}"
                + "\(text.group) ¥\(text.yuan(price.groupFen))\u{2003}\(text.coupon(of: price))")
    }

    private func labels(_ scale: PriceScale) -> String {
        let marks = scale.ticks.map { tick in
            let place = scale.position(tick, height: 10_000)
            return "<span style=\"top:\(percent(place))\">\(text.yuan(tick))</span>"
        }
        return "<div class=\"axis\" aria-hidden=\"true\">\(marks.joined())</div>"
    }

    private var times: String {
        (0..<Self.labelCount).map { index in
            let at = start.advanced(bySeconds: seconds * index / (Self.labelCount - 1))
            let minute = text.minute(at)
            // Days for long times, minutes for short ones.
            let name = seconds > 3 * 86_400 ? minute.dropFirst(5).prefix(5) : minute.dropFirst(5)
            if index == Self.labelCount - 1 { return "<span class=\"last\">\(name)</span>" }
            let left = percent(Int(10_000 * index / (Self.labelCount - 1)))
            let kind = index == 0 ? " class=\"first\"" : index % 2 == 1 ? " class=\"wide\"" : ""
            return "<span\(kind) style=\"left:\(left)\">\(name)</span>"
        }.joined()
    }

    /// Ten-thousandths as percent.
    private func percent(_ part: Int) -> String {
        "\(part / 100).\(part % 100 < 10 ? "0" : "")\(part % 100)%"
    }
}
