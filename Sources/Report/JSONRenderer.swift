import OrderStore
import ProgramSupport
import SyncCore
import WireFormat

/// JSON for programs: money in integer fen, names in English whatever the language. The shape is
/// a contract: see docs/REPORT.md.
public enum JSONRenderer {
    public static func render(_ report: SalesReport) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("version", orderSyncVersion)
            json.member("from", ReportPeriod.text(report.period.firstDay))
            json.member("to", ReportPeriod.text(report.period.lastDay))
            json.member("time_zone", "Asia/Shanghai")
            json.member("by", report.grouping.rawValue)
            json.key("shops")
            json.array { json in
                for shop in report.shops { json.value(shop) }
            }
            json.key("promoters")
            json.array { json in
                for promoter in report.promoters { json.value(promoter) }
            }
            json.member("made_at", report.madeAt.seconds)
            json.member("synced_until_at", report.syncedUntil?.seconds)
            json.member("loaded_from_at", report.loadedFrom?.seconds)
            json.key("rows")
            json.array { json in
                for line in report.lines { write(line, to: &json) }
            }
            json.key("unattributed")
            if let rest = report.unattributed {
                json.object { json in
                    writeMoney(rest, to: &json)
                    json.member("amount_unknown_orders", rest.unknownOrders)
                }
            } else {
                json.null()
            }
            json.key("total")
            json.object { write(report.total, to: &$0) }
            json.key("not_counted")
            json.object { write(report.leftOut, to: &$0) }
        }
        return json.text
    }

    private static func write(_ line: SalesReport.Line, to json: inout JSONWriter) {
        json.object { json in
            switch line.key {
            case .day(let day): json.member("day", ReportPeriod.text(day))
            case .shop(let name): json.member("shop", name)
            case .status(let name): json.member("status", name)
            case .province(let name): json.member("province", name)
            case .item(let shop, let id):
                json.member("item", id)
                json.member("title", line.title)
                json.member("shop", shop)
            }
            write(line.figures, to: &json)
        }
    }

    private static func write(_ figures: SalesFigures, to json: inout JSONWriter) {
        json.member("orders", figures.orders)
        json.member("buyers", figures.buyers)
        if let quantity = figures.quantity { json.member("quantity", quantity) }
        writeMoney(figures, to: &json)
        json.member("average_fen", figures.averageFen)
        json.member("amount_unknown_orders", figures.unknownOrders)
    }

    private static func writeMoney(_ figures: SalesFigures, to json: inout JSONWriter) {
        json.member("paid_fen", figures.paidFen)
        json.member("refund_fen", figures.refundFen)
        json.member("net_fen", figures.netFen)
    }

    private static func write(_ leftOut: Sales.LeftOut, to json: inout JSONWriter) {
        json.member("orders_without_payment_time", leftOut.unpaidOrders)
        json.member("orders_without_payment_time_fen", leftOut.unpaidFen)
        json.member("refunds_of_orders_not_counted", leftOut.otherRefunds)
        json.member("refunds_of_orders_not_counted_fen", leftOut.otherRefundFen)
        json.member("refunds_without_order", leftOut.strayRefunds)
        json.member("refunds_without_order_fen", leftOut.strayRefundFen)
        json.member("refunds_without_amount", leftOut.unknownRefunds)
        json.member("promoted_orders", leftOut.promotedOrders)
        json.member("promoted_commission_fen", leftOut.commissionFen)
        json.member("promoted_commission_settled_fen", leftOut.settledFen)
    }
}
