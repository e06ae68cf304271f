import Foundation
import SyncCore
import Testing
import WireFormat

@Suite struct CalendarTests {
    private static var beijing: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 28_800) ?? .current
        return calendar
    }

    /// Foundation's calendar is the oracle; from 1900 on, where it is proleptic, too.
    @Test func textAgreesWithFoundation() {
        var random = SplitMix64(seed: 1)
        let calendar = Self.beijing
        for _ in 0..<2_000 {
            let seconds = Int64.random(in: -2_208_988_800...7_258_118_400, using: &random)
            let instant = UTCInstant(seconds: seconds)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let parts = calendar.dateComponents(
                [.year, .month, .day, .hour, .minute, .second], from: date)
            let expected = String(
                format: "%04d-%02d-%02d %02d:%02d:%02d", parts.year ?? 0, parts.month ?? 0,
                parts.day ?? 0, parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0)
            #expect(BeijingTime.text(instant) == expected)
            #expect(BeijingTime.parse(expected) == instant)
            #expect(BeijingTime.dayText(instant) == String(expected.prefix(10)))
        }
    }

    @Test(
        arguments: [
            ("1970-01-01 08:00:00", 0), ("1970-01-01", -28_800),
            ("2024-02-29 00:00:00", 1_709_136_000),
            ("2025-11-11 23:59:59", 1_762_876_799), ("2000-02-29", 951_753_600),
        ] as [(String, Int64)])
    func everyFormOfTimeIsParsed(text: String, seconds: Int64) {
        #expect(BeijingTime.parse(text) == UTCInstant(seconds: seconds))
    }

    @Test(arguments: [
        "", "0000-00-00 00:00:00", "2025-02-29", "1900-02-29", "2025-13-01", "2025-00-01",
        "2025-11-31", "2025-11-11 24:00:00", "2025-11-11 23:60:00", "2025-11-11 23:59:60",
        "2025-11-11T23:59:59", " 2025-11-11", "2025-11-11 ", "2025-11-11 1:00:000", "2025/11/11",
        "+025-11-11", "2025-11-11 23:59:59Z", "２０２５-11-11",
    ])
    func wrongTimesAreRefused(text: String) {
        #expect(BeijingTime.parse(text) == nil)
    }

    @Test func daysRoundTrip() {
        var previous = CivilDate(daysSince1970: -800_001)
        for day in Int64(-800_000)...800_000 where day % 7 == 0 || abs(day) < 20_000 {
            let date = CivilDate(daysSince1970: day)
            guard date.daysSince1970 == day, date.isValid, date != previous else {
                Issue.record("day \(day) is \(date)")
                return
            }
            previous = date
        }
        #expect(CivilDate(daysSince1970: 0) == CivilDate(year: 1970, month: 1, day: 1))
        #expect(!CivilDate(year: 2023, month: 2, day: 29).isValid)
        #expect(!CivilDate(year: 2023, month: 4, day: 31).isValid)
    }

    /// A stored time may be anything: to print one is no reason to end.
    @Test(
        arguments: [
            (.max, "9999-12-31 23:59:59"), (.min, "0000-01-01 00:00:00"),
            (1_700_000_000_000, "9999-12-31 23:59:59"),
            (253_402_271_999, "9999-12-31 23:59:59"), (253_402_271_998, "9999-12-31 23:59:58"),
            (-62_167_248_000, "0000-01-01 00:00:00"),
        ] as [(Int64, String)])
    func textIsBounded(seconds: Int64, text: String) {
        #expect(BeijingTime.text(UTCInstant(seconds: seconds)) == text)
        #expect(BeijingTime.dayText(UTCInstant(seconds: seconds)) == String(text.prefix(10)))
    }

    @Test(arguments: [Int64.max, Int64.min, 1_700_000_000_000_000])
    func otherTextsAreBounded(seconds: Int64) {
        let year = seconds > 0 ? "9999" : "0000"
        #expect(UTCText.rfc3339(UTCInstant(seconds: seconds)).hasPrefix(year))
        #expect(UTCText.rfc3339(milliseconds: seconds).count >= 24)
        #expect(UTCText.httpDate(UTCInstant(seconds: seconds)).hasSuffix(" GMT"))
        #expect(!CivilDate(year: .max, month: 1, day: 1).isValid)
        #expect(!CivilDate(year: .min, month: 12, day: 31).isValid)
    }

    @Test func httpDatesRoundTrip() {
        #expect(
            UTCText.httpDate(UTCInstant(seconds: 784_111_777)) == "Sun, 06 Nov 1994 08:49:37 GMT")
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        var random = SplitMix64(seed: 2)
        for _ in 0..<500 {
            let instant = UTCInstant(seconds: Int64.random(in: 0...4_102_444_800, using: &random))
            let text = UTCText.httpDate(instant)
            let date = Date(timeIntervalSince1970: Double(instant.seconds))
            #expect(text == formatter.string(from: date))
            #expect(UTCText.parseHTTPDate(text) == instant)
        }
    }

    @Test(arguments: [
        "", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov 1994 08:49:37 CST", "Sun, 06 Nov 1994 08:x:49:37 GMT",
        // Digits of RFC 9110: two of a day, four of a year, two of each field of the clock.
        "Sun, 06 Nov 9223372036854775807 08:49:37 GMT", "Sun, 06 Nov 300000000000 08:49:37 GMT",
        "Sun, 06 Nov 300000000 08:49:37 GMT", "Sun, 06 Nov 10000 08:49:37 GMT",
        "Sun, 06 Nov -9223372036854775808 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 9223372036854775807 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 9223372036854775807:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 1994 +8:49:37 GMT", "Sun, 06 Nov 1994 08:-1:37 GMT",
        "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov +994 08:49:37 GMT",
    ])
    func theCalendarRefusesHTTPDate(text: String) {
        #expect(UTCText.parseHTTPDate(text) == nil)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_762_876_803_412, "2025-11-11T16:00:03.412Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (1_007, "1970-01-01T00:00:01.007Z"),
        ] as [(Int64, String)])
    func theCalendarWritesRFC3339(milliseconds: Int64, text: String) {
        #expect(UTCText.rfc3339(milliseconds: milliseconds) == text)
    }
}
