import OrderStore
import SyncCore
import Testing

@testable import Report

@Suite struct SalesReportTests {
    private typealias Sample = ReportSample
    private let day = ReportSample.day

    @Test func daysWithoutSalesAreLines() {
        let report = Sample.report(
            .day, [Sample.group(.day(day + 3)), Sample.group(.day(day + 1))], days: 5)
        #expect(report.lines.map(\.key) == (0..<5).map { .day(day + $0) })
        #expect(report.lines.map(\.figures.orders) == [0, 1, 0, 1, 0])
    }

    @Test func shopsWithoutSalesAreLines() {
        let report = Sample.report(.shop, [Sample.group(.shop("b"))]) {
            $0.shops = ["a", "b", "c"]
        }
        #expect(report.lines.map(\.key) == [.shop("a"), .shop("b"), .shop("c")])
    }

    @Test func statusesStandInTheirOrder() {
        let names = ["closed", "new one", "paid", "completed", "shipped"]
        let report = Sample.report(.status, names.map { Sample.group(.status($0)) })
        let order = ["paid", "shipped", "completed", "closed", "new one"]
        #expect(report.lines.map(\.key) == order.map { .status($0) })
    }

    @Test func theRestStandsByAmountThenName() {
        let report = Sample.report(
            .province,
            [
                Sample.group(.province("a"), paid: 1), Sample.group(.province(nil), paid: 5),
                Sample.group(.province("c"), paid: 9), Sample.group(.province("b"), paid: 5),
            ])
        let again = Sample.report(.province, report.lines.reversed())
        #expect(report.lines == again.lines)
        #expect(report.lines.map(\.figures.paidFen) == [9, 5, 5, 1])
    }

    /// History that begins within the period is said; so is everything left out.
    @Test func whatIsLeftOutIsReported() {
        let nothing = Sample.report(.day, [Sample.group(.day(day))])
        #expect(Sample.english.warnings(nothing).isEmpty)
        let report = Sample.report(.day, [Sample.group(.day(day), unknown: 2)]) {
            $0.loadedFromAt = SalesReportTests.start + 60
            $0.leftOut.unpaidOrders = 1
            $0.leftOut.unpaidFen = 1
            $0.leftOut.otherRefunds = 2
            $0.leftOut.strayRefunds = 3
            $0.leftOut.unknownRefunds = 4
        }
        let lines = Sample.english.warnings(report)
        #expect(lines.count == 6)
        #expect(Sample.chinese.warnings(report).count == 6)
        #expect(lines[0].hasPrefix("Orders created before 2025-11-11 00:01 "))
        #expect(lines[1] == "2 orders of unknown amount so far: in none of the sums.")
        #expect(lines[2].contains("1 order without a time of payment"))
        #expect(lines[2].contains("0.01"))
        let loaded = Sample.report(.day, []) { $0.loadedFromAt = SalesReportTests.start }
        #expect(Sample.english.warnings(loaded).isEmpty)
    }

    /// Promoters are not left out in silence.
    @Test func promotersAreNamed() {
        let report = Sample.report(.day, [Sample.group(.day(day))]) {
            $0.promoters = ["jinbao", "two"]
            $0.leftOut.promotedOrders = 1_200
            $0.leftOut.commissionFen = 34_560
            $0.leftOut.settledFen = 10_000
        }
        #expect(
            Sample.english.warnings(report) == [
                "Promoters have no sales, so jinbao, two is not counted: 1,200 orders brought in "
                    + "the period, commission ¥345.60, of it ¥100.00 settled; see "
                    + "affiliate_orders."
            ])
        let chinese = Sample.chinese.warnings(report).first ?? ""
        for part in ["jinbao, two", "1,200 笔", "¥345.60", "¥100.00"] {
            #expect(chinese.contains(part))
        }
    }

    private static let start = ReportSample.day * 86_400 - 28_800

    @Test(arguments: [
        (0, "0.00"), (1, "0.01"), (-1, "-0.01"), (-100, "-1.00"), (123_456, "1,234.56"),
        (100_000_000_000, "1,000,000,000.00"),
    ])
    func amountsAreWrittenInYuan(fen: Int64, text: String) {
        #expect(Sample.english.yuan(fen) == text)
    }

    @Test(arguments: [
        (0, "0", "0"), (1, "0.01", "0.01"), (50, "0.50", "0.50"), (100, "1", "1"),
        (99_900, "999", "999"), (150_000, "1.5k", "1,500"), (1_000_000, "10k", "1万"),
        (1_550_000, "15.5k", "1.5万"), (200_000_000, "2M", "200万"),
        (2_000_000_000_000, "20bn", "200亿"),
    ])
    func amountsAreAbbreviated(fen: Int64, english: String, chinese: String) {
        #expect(Sample.english.compact(fen: fen) == english)
        #expect(Sample.chinese.compact(fen: fen) == chinese)
    }

    @Test(arguments: [
        (1, 3, "33.3%"), (1, 1, "100.0%"), (0, 5, "0.0%"), (5, 0, ""), (-1, 4, "-25.0%"),
        (3, 2, "150.0%"),
    ])
    func sharesAreWrittenInPercent(part: Int64, whole: Int64, text: String) {
        #expect(Sample.english.share(part, of: whole) == text)
    }

    @Test(
        arguments: [
            (day, day, "2025年11月11日", "11 Nov 2025"),
            (day, day + 1, "2025年11月11日 – 11月12日", "11 Nov – 12 Nov 2025"),
            (day, day + 60, "2025年11月11日 – 2026年1月10日", "11 Nov 2025 – 10 Jan 2026"),
        ] as [(Int64, Int64, String, String)])
    func longPeriodsAreWritten(first: Int64, last: Int64, chinese: String, english: String) {
        let period = ReportPeriod(firstDay: first, lastDay: last)
        #expect(Sample.chinese.longPeriod(period) == chinese)
        #expect(Sample.english.longPeriod(period) == english)
    }

    private static let day = ReportSample.day
}
