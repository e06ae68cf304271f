import SyncCore
import Testing

@testable import OrderSync
@testable import ProgramSupport
@testable import Report

@Suite struct ReportPeriodTests {
    /// 2025-11-11 23:59:59 in Beijing.
    private let now = UTCInstant(seconds: 1_762_876_799)

    @Test(
        arguments: [
            (nil, nil, "2025-10-13", "2025-11-11"), ("2025-11-01", nil, "2025-11-01", "2025-11-11"),
            (nil, "2025-03-01", "2025-01-31", "2025-03-01"),
            ("2024-02-29", "2024-02-29", "2024-02-29", "2024-02-29"),
            ("yesterday", "today", "2025-11-10", "2025-11-11"),
            ("2015-11-05", "2025-11-11", "2015-11-05", "2025-11-11"),
            ("2026-01-01", "2026-01-02", "2026-01-01", "2026-01-02"),
            ("1969-12-31", "1970-01-01", "1969-12-31", "1970-01-01"),
        ] as [(String?, String?, String, String)])
    func everyPeriodIsRead(from: String?, to: String?, first: String, last: String) throws {
        let period = try ReportPeriod(from: from, to: to, now: now)
        #expect(ReportPeriod.text(period.firstDay) == first)
        #expect(ReportPeriod.text(period.lastDay) == last)
    }

    @Test(
        arguments: [
            ("2025-11-12", nil, "is after --to 2025-11-11"),
            ("2025-02-30", nil, "--from 2025-02-30 is no day; give yyyy-mm-dd"),
            (nil, "11/11", "--to 11/11 is no day"), (nil, "", "--to  is no day"),
            ("2025-1-1", nil, "is no day"), ("2025-11-11 00:00:00", nil, "is no day"),
            ("0000-00-00", nil, "is no day"), ("tomorrow", nil, "is no day"),
            ("二〇二五", nil, "is no day"), ("2015-11-04", nil, "is 3661 days"),
            ("2025-11-02", "2025-11-01", "give the earlier day first"),
        ] as [(String?, String?, String)])
    func wrongPeriodsAreRefused(from: String?, to: String?, line: String) throws {
        let failure = #expect(throws: CommandFailure.self) {
            try ReportPeriod(from: from, to: to, now: now)
        }
        #expect(failure?.status == .wrongUsage)
        #expect(failure?.line.contains(line) ?? false, "\(failure?.line ?? "")")
        #expect(failure?.line.contains("\n") == false)
    }

    @Test(arguments: [(0, 0), (57_599, 0), (57_600, 1), (-28_801, -1), (-28_800, 0)])
    func everyInstantHasItsDay(seconds: Int64, day: Int64) {
        #expect(ReportPeriod.day(UTCInstant(seconds: seconds)) == day)
    }

    @Test func aPeriodBeginsAtMidnightInBeijing() {
        #expect(ReportPeriod(firstDay: 0, lastDay: 0).start.seconds == -28_800)
    }

    @Test(arguments: [
        ([:], ReportLanguage.en), (["LANG": "zh_CN.UTF-8"], .zh), (["LANG": "en_US"], .en),
        (["LANG": "zh_CN", "LC_ALL": "C"], .en), (["LANG": "C", "LC_MESSAGES": "zh_TW"], .zh),
        (["LANG": "zh_CN", "LC_ALL": ""], .zh), (["LANG": "ZH"], .zh),
    ])
    func theEnvironmentDecidesTheLanguage(environment: [String: String], expected: ReportLanguage) {
        #expect(ReportLanguage { environment[$0] } == expected)
    }

    @Test(arguments: [
        ("sales.html", ReportFormat.html), ("a.b/sales.HTM", .html), ("s.csv", .csv),
        ("s.json", .json), ("sales", nil), ("s.txt", nil), ("s.", nil),
    ])
    func theNameDecidesTheFormat(path: String, expected: ReportFormat?) {
        #expect(ReportFormat(path: path) == expected)
    }
}
