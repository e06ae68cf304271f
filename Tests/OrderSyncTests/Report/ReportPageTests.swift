import Foundation
import OrderStore
import Testing

@testable import OrderSync
@testable import Report

/// The HTML page: complete, self-contained, and safe whatever a title contains.
@Suite struct ReportPageTests {
    private typealias Sample = ReportSample
    private let day = ReportSample.day

    private func page(_ report: SalesReport) -> String {
        HTMLRenderer.render(report, Sample.english)
    }

    private var reports: [SalesReport] {
        let day = Sample.day
        let tiny = Sample.group(.day(day), paid: 1)
        let many = (0..<400).map { Sample.group(.day(day + $0), $0, paid: $0 * $0) }
        return [
            Sample.report(.day, []), Sample.report(.day, [tiny]),
            Sample.report(.day, [Sample.group(.day(day), paid: 0)]),
            Sample.report(.day, [Sample.group(.day(day), paid: 5, refunded: 500)]),
            Sample.report(.day, many, days: 400), Sample.report(.day, [tiny], days: 3_660),
            Sample.report(.shop, [Sample.group(.shop("<b>"), refunded: 1_000)]),
            Sample.report(.status, [Sample.group(.status("paid"))]),
            Sample.report(.province, (0..<50).map { Sample.group(.province("p\($0)"), paid: $0) }),
            Sample.report(.item, [Sample.group(.item(shop: "", id: nil), paid: -5)]),
            Sample.attacked,
        ]
    }

    /// Every element that is opened is closed, in turn, and no text holds a bare angle bracket.
    @Test func thePageIsWellFormed() {
        for report in reports {
            for language in ReportLanguage.allCases {
                let page = HTMLRenderer.render(report, ReportText(language: language))
                #expect(page.hasPrefix("<!DOCTYPE html>"))
                var open: [Substring] = []
                let tag =
                    /(\/?)([a-z][a-z0-9]*)((?: [a-zA-Z-]+="[^"<>]*")*)(\/?)>([^>]*|(?s:.*))/
                for piece in page.split(separator: "<").dropFirst() {
                    guard let match = String(piece).wholeMatch(of: tag) else {
                        Issue.record("no tag: \(piece.prefix(80))")
                        break
                    }
                    if !match.1.isEmpty {
                        #expect(open.popLast() == match.2)
                    } else if match.4.isEmpty, match.2 != "meta" {
                        open.append(match.2)
                    }
                    #expect(open.last == "style" || !match.5.contains(">"))
                }
                #expect(open.isEmpty)
            }
        }
    }

    @Test func thePageNeedsNothingElse() {
        for report in reports {
            let page = page(report)
            for word in ["http:", "https:", "//", "@import", "url(", "<script>", "<link", "src=x "]
            {
                let isAttack =
                    report == Sample.attacked && ["http:", "//", "src=x "].contains(word)
                #expect(isAttack || !page.contains(word), "\(word)")
            }
            #expect(page.contains("default-src 'none'; style-src 'unsafe-inline'"))
            #expect(page.contains("prefers-color-scheme: dark"))
            #expect(page.contains("@media print"))
        }
    }

    @Test func titlesAreText() {
        let page = page(Sample.attacked)
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(page.contains("&amp;lt;b&amp;gt; &amp; &amp;amp;"))
        #expect(!page.contains("<img"))
        #expect(!page.contains("<b>alert"))
        #expect(!page.contains("onmouseover='"))
        #expect(!page.unicodeScalars.contains("\u{1B}"))
        #expect(!page.unicodeScalars.contains("\u{0}"))
        #expect(page.contains("👨‍👩‍👧 家庭装 𠮷"))
    }

    @Test(arguments: [
        ("a", "a"), ("<>&\"'", "&lt;&gt;&amp;&quot;&#39;"), ("&amp;", "&amp;amp;"), ("a\nb", "a b"),
        ("a\u{2028}b", "a b"), ("a\u{FEFF}b", "ab"),
    ])
    func theTextOfThePageIsEscaped(text: String, escaped: String) {
        #expect(HTMLText.escape(text) == escaped)
    }

    @Test func figuresStandOnThePage() {
        let report = Sample.report(
            .day, [Sample.group(.day(day), 3, paid: 123_456_78, refunded: 1_00)])
        let english = page(report)
        #expect(english.contains("<html lang=\"en\">"))
        #expect(english.contains("11 Nov 2025"))
        #expect(english.contains("123,456<small>.78</small>"))
        #expect(english.contains("123,455.78"))
        #expect(english.contains("Not over yet"))
        let chinese = HTMLRenderer.render(report, Sample.chinese)
        #expect(chinese.contains("<html lang=\"zh-CN\">"))
        #expect(chinese.contains("2025年11月11日"))
        #expect(chinese.contains("周二"))
    }

    @Test func moreThanTwentyBarsAreSummedUp() {
        let groups = (1...50).map { Sample.group(.province("p\($0)"), paid: $0, refunded: 1) }
        let chart = BarChart(Sample.report(.province, groups), Sample.english)
        #expect(chart.bars.count == 21)
        #expect(chart.bars[0] == BarChart.Bar(label: "p50", paidFen: 50, refundFen: 1))
        #expect(chart.bars[20] == BarChart.Bar(label: "Others (30)", paidFen: 465, refundFen: 30))
        #expect(chart.bars.reduce(0) { $0 + $1.paidFen } == 1_275)
        let exact = Sample.report(.province, Array(groups.prefix(21)))
        #expect(BarChart(exact, Sample.english).bars.count == 21)
    }

    @Test(arguments: [
        (93, ChartBuckets.Size.day, 93), (94, .week, 14), (731, .week, 105), (732, .month, 25),
    ])
    func theChartSumsDaysIntoBuckets(days: Int, size: ChartBuckets.Size, count: Int) {
        let list = (0..<days).map { (day: day + Int64($0), figures: SalesFigures(orders: 1)) }
        let chart = ChartBuckets(days: list)
        #expect(chart.size == size)
        #expect(chart.buckets.count == count)
        #expect(chart.buckets.reduce(0) { $0 + $1.orders } == Int64(days))
        #expect(chart.buckets.first?.firstDay == day)
        #expect(chart.buckets.last?.lastDay == day + Int64(days) - 1)
        for (left, right) in zip(chart.buckets, chart.buckets.dropFirst()) {
            #expect(left.lastDay + 1 == right.firstDay)
            if size == .week { #expect((right.firstDay + 3) % 7 == 0, "Monday") }
        }
    }

    @Test(
        arguments: [
            (0, 0, [0, 1]), (1, 0, [0, 1]), (3, 0, [0, 1, 2, 3]), (4, 0, [0, 1, 2, 3, 4]),
            (7, 0, [0, 2, 4, 6, 8]), (10, 0, [0, 5, 10]), (100, 30, [0, 50, 100]),
            (110, 0, [0, 50, 100, 150]), (5_894_383, 0, [0, 2_000_000, 4_000_000, 6_000_000]),
        ] as [(Int64, Int64, [Int64])])
    func theScaleHasRoundSteps(highest: Int64, below: Int64, ticks: [Int64]) {
        let scale = ChartScale(max: highest, below: below)
        #expect(scale.ticks == ticks)
        #expect(scale.position(scale.top, height: 1_000) == 0)
        #expect(scale.position(-below, height: 1_000) == 1_000)
        #expect(scale.position(.max, height: 1_000) == 0)
        #expect(scale.position(.min / 2, height: 1_000) == 1_000)
    }
}
