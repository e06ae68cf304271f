import OrderStore
import ProgramSupport
public import SyncCore
import WireFormat

extension ReportText {
    /// What the figures leave out or may lack; empty when there is nothing to say.
    func warnings(_ report: SalesReport) -> [String] {
        [history(report), unknownOrders(report), unpaidOrders(report.leftOut)].compactMap { $0 }
            + refundWarnings(report.leftOut) + [promoters(report)].compactMap { $0 }
    }

    /// A promoter's account is a shop to the configuration, but sells nothing.
    private func promoters(_ report: SalesReport) -> String? {
        guard !report.promoters.isEmpty else { return nil }
        let names = report.promoters.joined(separator: ", ")
        let (count, leftOut) = (report.leftOut.promotedOrders, report.leftOut)
        let (all, settled) = (yuan(leftOut.commissionFen), yuan(leftOut.settledFen))
        return pick(
            "推广账号 \(names) 没有自己的销售，未计入；期间推广订单 \(DisplayText.grouped(count)) 笔，"
                + "佣金 ¥\(all)，其中已结算 ¥\(settled)，见 affiliate_orders。",
            "Promoters have no sales, so \(names) is not counted: \(counted(count, "order")) "
                + "brought in the period, commission ¥\(all), of it ¥\(settled) settled; see "
                + "affiliate_orders.")
    }

    private func history(_ report: SalesReport) -> String? {
        guard report.isHistoryShort, let from = report.loadedFrom else { return nil }
        let moment = minute(from)
        return pick(
            "\(moment) 之前创建的订单不在数据库中，此前的数字可能偏少。",
            "Orders created before \(moment) are not in the database: days before may be short.")
    }

    private func unknownOrders(_ report: SalesReport) -> String? {
        let count = report.total.unknownOrders
        guard count > 0 else { return nil }
        return pick(
            "\(DisplayText.grouped(count)) 笔订单的付款金额平台尚未给出，未计入任何金额。",
            "\(counted(count, "order")) of unknown amount so far: in none of the sums.")
    }

    private func unpaidOrders(_ leftOut: Sales.LeftOut) -> String? {
        let count = leftOut.unpaidOrders
        guard count > 0 else { return nil }
        let amount = yuan(leftOut.unpaidFen)
        return pick(
            "\(DisplayText.grouped(count)) 笔订单没有付款时间（如货到付款），共 ¥\(amount)，未计入。",
            "\(counted(count, "order")) without a time of payment, such as cash on delivery, "
                + "worth ¥\(amount): not counted.")
    }

    private func refundWarnings(_ leftOut: Sales.LeftOut) -> [String] {
        var lines: [String] = []
        if leftOut.otherRefunds > 0 {
            let count = leftOut.otherRefunds
            let amount = yuan(leftOut.otherRefundFen)
            lines.append(
                pick(
                    "以上未计入订单的退款 \(DisplayText.grouped(count)) 笔，共 ¥\(amount)，未计入。",
                    "\(counted(count, "refund")) of such orders, worth ¥\(amount): not counted."))
        }
        if leftOut.strayRefunds > 0 {
            let count = leftOut.strayRefunds
            let amount = yuan(leftOut.strayRefundFen)
            lines.append(
                pick(
                    "期间完成的退款中有 \(DisplayText.grouped(count)) 笔找不到订单，共 ¥\(amount)，未计入。",
                    "\(counted(count, "refund")) of the period whose order is not in the "
                        + "database, worth ¥\(amount): not counted."))
        }
        if leftOut.unknownRefunds > 0 {
            let count = leftOut.unknownRefunds
            lines.append(
                pick(
                    "\(DisplayText.grouped(count)) 笔已完成的退款没有金额，未计入退款。",
                    "\(counted(count, "completed refund")) without an amount: not in the sums."))
        }
        return lines
    }

    private func counted(_ number: Int64, _ noun: String) -> String {
        DisplayText.count(Int(number), noun)
    }

    /// How far the orders are read; nil when that is not known.
    public func freshness(_ report: SalesReport) -> String? {
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
                    "Different buyers, so lines do not add up; a buyer that cannot be identified "
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
    public func minute(_ instant: UTCInstant) -> String {
        String(BeijingTime.text(instant).prefix(16))
    }
}
