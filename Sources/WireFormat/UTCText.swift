public import SyncCore

/// UTC as text: RFC 3339 for logs, and the `Date` header of HTTP.
public enum UTCText {
    /// `2025-11-11T16:00:03.412Z` from milliseconds since 1970.
    public static func rfc3339(milliseconds: Int64) -> String {
        let millisecond = ((milliseconds % 1_000) + 1_000) % 1_000
        // Rounded down, without a difference that could overflow.
        let seconds = milliseconds / 1_000 - (milliseconds % 1_000 < 0 ? 1 : 0)
        let text = String(rfc3339(UTCInstant(seconds: seconds)).dropLast())
        let padding = millisecond < 10 ? "00" : millisecond < 100 ? "0" : ""
        return "\(text).\(padding)\(millisecond)Z"
    }

    /// `2025-11-11T16:00:03Z`.
    public static func rfc3339(_ instant: UTCInstant) -> String {
        let bounded = BeijingTime.printable(instant)
        let beijing = BeijingTime.text(bounded.advanced(bySeconds: -BeijingTime.offsetSeconds))
        return "\(beijing.prefix(10))T\(beijing.suffix(8))Z"
    }

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7: the only form senders may make).
    public static func parseHTTPDate(_ text: String) -> UTCInstant? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = number(parts[1], digits: 2),
            let month = months.firstIndex(of: parts[2]), let year = number(parts[3], digits: 4)
        else { return nil }
        let clock = parts[4].split(separator: ":", omittingEmptySubsequences: false)
        let date = CivilDate(year: year, month: month + 1, day: day)
        guard clock.count == 3, date.isValid,
            let hour = number(clock[0], digits: 2), hour < 24,
            let minute = number(clock[1], digits: 2), minute < 60,
            let second = number(clock[2], digits: 2), second <= 60
        else { return nil }
        let seconds = Int64(hour * 3_600 + minute * 60 + second)
        return UTCInstant(seconds: date.daysSince1970 * 86_400 + seconds)
    }

    /// A number of exactly so many digits. More of them make a date that no arithmetic holds.
    private static func number(_ text: Substring, digits: Int) -> Int? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(text)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    public static func httpDate(_ instant: UTCInstant) -> String {
        let seconds = BeijingTime.printable(instant).seconds
        let clock = ((seconds % 86_400) + 86_400) % 86_400
        let day = (seconds - clock) / 86_400
        let date = CivilDate(daysSince1970: day)
        let weekday = weekdays[Int(((day + 4) % 7 + 7) % 7)]  // 1970-01-01 was a Thursday.
        let time = "\(two(clock / 3_600)):\(two(clock / 60 % 60)):\(two(clock % 60))"
        let dayText = "\(two(Int64(date.day))) \(months[date.month - 1]) \(date.year)"
        return "\(weekday), \(dayText) \(time) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
