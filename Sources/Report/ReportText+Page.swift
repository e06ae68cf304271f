import ProgramSupport
import WireFormat

/// What only the HTML page says.
extension ReportText {
    var languageTag: String { pick("zh-CN", "en") }

    /// `2026年10月24日 – 11月22日`, `24 Oct – 22 Nov 2026`.
    func longPeriod(_ period: ReportPeriod) -> String {
        let first = CivilDate(daysSince1970: period.firstDay)
        let last = CivilDate(daysSince1970: period.lastDay)
        guard first != last else { return long(first, withYear: true) }
        let isOneYear = first.year == last.year
        switch language {
        case .zh: return "\(long(first, withYear: true)) – \(long(last, withYear: !isOneYear))"
        case .en: return "\(long(first, withYear: !isOneYear)) – \(long(last, withYear: true))"
        }
    }

    private func long(_ date: CivilDate, withYear: Bool) -> String {
        switch language {
        case .zh: (withYear ? "\(date.year)年" : "") + "\(date.month)月\(date.day)日"
        case .en: "\(date.day) \(Self.months[date.month - 1])" + (withYear ? " \(date.year)" : "")
        }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// A label under the axis: `10/24`, or `2026/10` for a month.
    func axisDay(_ day: Int64, _ size: ChartBuckets.Size) -> String {
        let date = CivilDate(daysSince1970: day)
        return switch size {
        case .day, .week: "\(date.month)/\(date.day)"
        case .month: "\(date.year)/\(date.month)"
        }
    }

    /// A label beside the axis: `1.5万`, `15k`.
    public func compact(fen: Int64) -> String {
        let yuan = fen / 100
        let units: [(Int64, String)] =
            language == .zh
            ? [(100_000_000, "亿"), (10_000, "万")]
            : [(1_000_000_000, "bn"), (1_000_000, "M"), (1_000, "k")]
        for (size, name) in units where yuan >= size {
            let tenths = yuan / (size / 10)
            let decimal = tenths % 10 == 0 ? "" : ".\(tenths % 10)"
            return DisplayText.grouped(tenths / 10) + decimal + name
        }
        return fen % 100 == 0 ? DisplayText.grouped(yuan) : Fen.yuanText(fen)
    }

    /// `12.3%`; nothing of nothing is nothing.
    public func share(_ part: Int64, of whole: Int64) -> String {
        guard whole > 0 else { return "" }
        let permille = Int64((Double(part) / Double(whole) * 1_000).rounded())
        return "\(permille < 0 ? "-" : "")\(permille.magnitude / 10).\(permille.magnitude % 10)%"
    }

    func chartTitle(_ size: ChartBuckets.Size?) -> String {
        switch size {
        case .day: pick("每日实付与退款", "Paid and refunded per day")
        case .week: pick("每周实付与退款", "Paid and refunded per week")
        case .month: pick("每月实付与退款", "Paid and refunded per month")
        case nil: pick("实付与退款", "Paid and refunded")
        }
    }

    func ordersCaption(_ size: ChartBuckets.Size) -> String {
        switch size {
        case .day: pick("每日订单数", "Orders per day")
        case .week: pick("每周订单数", "Orders per week")
        case .month: pick("每月订单数", "Orders per month")
        }
    }

    func peak(_ bucket: ChartBuckets.Bucket) -> String {
        let days = period(ReportPeriod(firstDay: bucket.firstDay, lastDay: bucket.lastDay))
        return pick("最高 \(days)，¥", "Highest \(days), ¥") + yuan(bucket.paidFen)
    }

    /// `周六`, `Sat`.
    func weekday(_ day: Int64) -> String {
        let index = Int(((day + 4) % 7 + 7) % 7)  // 1970-01-01 was a Thursday.
        return language == .zh
            ? "周" + ["日", "一", "二", "三", "四", "五", "六"][index]
            : ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][index]
    }

    var todaySoFar: String { pick("未结束", "Not over yet") }
    var weekend: String { pick("周末", "Weekend") }
    public var details: String { pick("明细", "In figures") }
    var remarks: String { pick("请注意", "Please note") }
    var explanations: String { pick("指标说明", "What the figures mean") }
    var noSales: String { pick("这段时间没有已付款的订单。", "No paid orders in this period.") }

    func madeBy(_ moment: String) -> String {
        pick(
            "由 ordersync \(orderSyncVersion) 生成于北京时间 \(moment)；金额单位：元",
            "Made by ordersync \(orderSyncVersion) at \(moment) Beijing time; amounts in yuan")
    }
}
