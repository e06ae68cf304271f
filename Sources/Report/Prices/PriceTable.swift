import OrderStore
import ProgramSupport

/// Prices for the terminal.
public enum PriceTable {
    private static let nameColumnsMax = 36

    public static func text(_ reports: [PriceReport], _ text: PriceText, history: Bool) -> String {
        var rows = [
            [
                "GOODS_SIGN", text.goods, text.single, text.group, text.platform, text.jinbao,
                text.best, text.final, text.coupon, text.extras,
            ]
        ]
        for report in reports {
            let name = PlainText.cut(PlainText.line(report.name), columnsMax: nameColumnsMax)
            guard let now = report.now else {
                let nothing = [String](repeating: "-", count: 6)
                rows.append(
                    [report.goods, name.isEmpty ? "-" : name] + nothing
                        + [report.failure == nil ? text.notOffered : text.failed, "-"])
                continue
            }
            rows.append([report.goods, name] + amounts(now, text) + notes(now, text))
        }
        var parts = [DisplayText.table(rows, rightAligned: [2, 3, 4, 5, 6, 7])]
        if history { parts += reports.map { self.history($0, text) } }
        return parts.joined(separator: "\n\n")
    }

    private static func notes(_ price: WatchedPrice, _ text: PriceText) -> [String] {
        let extras = text.extras(of: price)
        return [text.coupon(of: price), extras.isEmpty ? "-" : extras]
    }

    private static func amounts(_ price: WatchedPrice, _ text: PriceText) -> [String] {
        [
            price.normalFen, price.groupFen, price.platformDiscountFen, price.jinbaoFen,
            price.bestFen, price.finalFen,
        ].map(text.yuan)
    }

    private static func history(_ report: PriceReport, _ text: PriceText) -> String {
        let head = "\(report.goods)  \(PlainText.line(report.name))"
        guard !report.history.isEmpty else { return "\(head)\n\(text.noHistory)" }
        var rows = [
            [
                text.observed, text.single, text.group, text.platform, text.jinbao, text.best,
                text.final, text.coupon, text.extras,
            ]
        ]
        for price in report.history {
            let notes = price.state == .listed ? notes(price, text) : [text.state(of: price), "-"]
            rows.append([text.minute(price.observedAt)] + amounts(price, text) + notes)
        }
        return "\(head)\n\(DisplayText.table(rows, rightAligned: [1, 2, 3, 4, 5, 6]))"
    }
}
