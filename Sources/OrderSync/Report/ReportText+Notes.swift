import OrderStore
import SyncCore
import WireFormat

extension ReportText {
    /// What the figures leave out or may lack; empty when there is nothing to say.
    func warnings(_ report: SalesReport) -> [String] {
        let leftOut = report.leftOut
        var lines: [String] = []
        if report.isHistoryShort, let from = report.loadedFrom {
            let moment = minute(from)
            lines.append(
                pick(
                    "\(moment) 之前创建的订单不在数据库中，前几天的数字可能偏少。",
                    "Orders created before \(moment) are not in the database: the first days may "
                        + "be short."))
        }
        if report.total.unknownOrders > 0 {
            let count = report.total.unknownOrders
            lines.append(
                pick(
                    "\(Console.grouped(count)) 笔订单的付款金额平台尚未给出，未计入任何金额。",
                    "\(Console.count(Int(count), "order")) of unknown amount so far: in none of the sums."
                ))
        }
        if leftOut.unpaidOrders > 0 {
            let count = leftOut.unpaidOrders
            let amount = yuan(leftOut.unpaidFen)
            lines.append(
                pick(
                    "\(Console.grouped(count)) 笔订单没有付款时间（如货到付款），共 ¥\(amount)，未计入。",
                    "\(Console.count(Int(count), "order")) without a time of payment, such as cash on "
                        + "delivery, worth ¥\(amount): not counted."))
        }
        return lines + refundWarnings(report)
    }

    private func refundWarnings(_ report: SalesReport) -> [String] {
        let leftOut = report.leftOut
        var lines: [String] = []
        if leftOut.otherRefunds > 0 {
            let count = leftOut.otherRefunds
            let amount = yuan(leftOut.otherRefundFen)
            lines.append(
                pick(
                    "上述未计入订单的退款 \(Console.grouped(count)) 笔，共 ¥\(amount)，未计入。",
                    "\(Console.count(Int(count), "refund")) of such orders, worth ¥\(amount): not "
                        + "counted."))
        }
        if leftOut.strayRefunds > 0 {
            let count = leftOut.strayRefunds
            let amount = yuan(leftOut.strayRefundFen)
            lines.append(
                pick(
                    "期间完成的退款中有 \(Console.grouped(count)) 笔找不到订单，共 ¥\(amount)，未计入。",
                    "\(Console.count(Int(count), "refund")) of the period whose order is not in the "
                        + "database, worth ¥\(amount): not counted."))
        }
        if leftOut.unknownRefunds > 0 {
            let count = leftOut.unknownRefunds
            lines.append(
                pick(
                    "\(Console.grouped(count)) 笔已完成的退款没有金额，未计入退款。",
                    "\(Console.count(Int(count), "completed refund")) without an amount: not in the "
                        + "refunds."))
        }
        return lines
    }

    /// How far the orders are read; nil when that is not known.
    func freshness(_ report: SalesReport) -> String? {
        report.syncedUntil.map {
            pick("数据截至北京时间 \(minute($0))", "Data as of \(minute($0)) Beijing time")
        }
    }

    /// What each figure means, in pairs of term and meaning.
    func definitions(_ report: SalesReport) -> [(term: String, meaning: String)] {
        var list = [
            (
                orders,
                pick(
                    "期间内付款的订单，按付款时间的北京日期归日；之后关闭的订单仍计入。",
                    "Orders paid in the period, on the Beijing day of their payment; one that was "
                        + "closed later still counts.")
            ),
            (
                buyers,
                pick(
                    "不同买家的人数，各行不可相加；无法辨认的买家每单按一人计。",
                    "Different buyers, so lines do not add up; a buyer that nothing tells apart "
                        + "counts once per order.")
            ),
            (
                refunds,
                pick(
                    "这些订单已完成的退款，不论何时退款，记在订单付款的那一天。",
                    "Completed refunds of these orders, whenever they were made, on the day the "
                        + "order was paid.")
            ),
            (net, pick("实付金额减退款。", "Paid less refunds.")),
            (average, pick("实付金额除以订单数。", "Paid per order.")),
        ]
        if report.grouping == .item {
            list.append(
                (
                    unattributed,
                    pick(
                        "订单实付金额中不属于任何商品的部分：运费、未分摊的优惠等。",
                        "What of the orders' payments belongs to no item: postage, discounts that "
                            + "were not divided.")
                ))
        }
        return list
    }

    /// `2026-11-22 08:30` in Beijing time.
    func minute(_ instant: UTCInstant) -> String {
        String(BeijingTime.text(instant).prefix(16))
    }
}
