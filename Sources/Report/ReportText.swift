public import OrderStore
import ProgramSupport
import SyncCore
import WireFormat

/// What a report says in words, in its reader's language.
public struct ReportText: Sendable {
    public let language: ReportLanguage

    public init(language: ReportLanguage) {
        self.language = language
    }

    static let statuses = [
        "unpaid", "paid", "part_shipped", "shipped", "completed", "closed", "unknown",
    ]

    /// The text in the reader's language.
    func pick(_ chinese: String, _ english: String) -> String {
        language == .zh ? chinese : english
    }

    public func title(_ grouping: SalesGrouping) -> String {
        switch grouping {
        case .day: pick("每日销售", "Sales by day")
        case .shop: pick("各店铺销售", "Sales by shop")
        case .status: pick("各状态销售", "Sales by order status")
        case .item: pick("商品销售", "Sales by item")
        case .province: pick("各省份销售", "Sales by province")
        }
    }

    func heading(_ grouping: SalesGrouping) -> String {
        switch grouping {
        case .day: pick("日期", "Day")
        case .shop: pick("店铺", "Shop")
        case .status: pick("状态", "Status")
        case .item: pick("商品", "Item")
        case .province: pick("省份", "Province")
        }
    }

    public var orders: String { pick("订单数", "Orders") }
    public var buyers: String { pick("买家数", "Buyers") }
    var quantity: String { pick("件数", "Pieces") }
    public var paid: String { pick("实付金额", "Paid") }
    public var refunds: String { pick("退款", "Refunds") }
    var net: String { pick("净额", "Net") }
    var average: String { pick("客单价", "Average") }
    var unknownOrders: String { pick("金额待定", "Amount unknown") }
    public var total: String { pick("合计", "Total") }
    var unattributed: String { pick("不属于任何商品（如运费）", "Not attributable to items") }
    public var others: String { pick("其余", "Others") }

    public func status(_ status: String) -> String {
        switch status {
        case "unpaid": pick("待付款", "Unpaid")
        case "paid": pick("待发货", "To be shipped")
        case "part_shipped": pick("部分发货", "Partly shipped")
        case "shipped": pick("已发货", "Shipped")
        case "completed": pick("交易成功", "Completed")
        case "closed": pick("交易关闭", "Closed")
        default: pick("其他", "Other")
        }
    }

    /// What is at the head of a line.
    public func label(_ line: SalesReport.Line) -> String {
        switch line.key {
        case .day(let day): ReportPeriod.text(day)
        case .shop(let name): name
        case .status(let name): status(name)
        case .province(let name): name ?? pick("未知", "Unknown")
        case .item(_, let id): line.title ?? id ?? pick("无名商品", "Unnamed item")
        }
    }

    public func period(_ period: ReportPeriod) -> String {
        let first = ReportPeriod.text(period.firstDay)
        return period.dayCount == 1
            ? first : "\(first) \(pick("至", "to")) \(ReportPeriod.text(period.lastDay))"
    }

    public func shops(_ names: [String]) -> String {
        switch language {
        case .zh: "店铺：\(names.joined(separator: "、"))"
        case .en: "\(names.count == 1 ? "Shop" : "Shops"): \(names.joined(separator: ", "))"
        }
    }

    /// `1,234.50`.
    public func yuan(_ fen: Int64) -> String {
        let text = Fen.yuanText(fen)
        let whole = DisplayText.grouped(Int64(fen.magnitude / 100))
        return (fen < 0 ? "-" : "") + whole + text.suffix(3)
    }
}
