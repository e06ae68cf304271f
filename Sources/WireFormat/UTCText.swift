public import SyncCore

/// UTC as text: RFC 3339 for logs, and the `Date` header of HTTP.
public enum UTCText {
    /// `2025-11-11T16:00:03.412Z` from milliseconds since 1970.
    public static func rfc3339(milliseconds: Int64) -> String {
        let millisecond = ((milliseconds % 1_000) + 1_000) % 1_000
        let seconds = (milliseconds - millisecond) / 1_000
        let text = String(rfc3339(UTCInstant(seconds: seconds)).dropLast())
        let padding = millisecond < 10 ? "00" : millisecond < 100 ? "0" : ""
        return "\(text).\(padding)\(millisecond)Z"
    }

    /// `2025-11-11T16:00:03Z`.
    public static func rfc3339(_ instant: UTCInstant) -> String {
        let beijing = BeijingTime.text(instant.advanced(bySeconds: -BeijingTime.offsetSeconds))
        return "\(beijing.prefix(10))T\(beijing.suffix(8))Z"
    }

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7: the only form senders may make).
    public static func parseHTTPDate(_ text: String) -> UTCInstant? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]),
            let month = months.firstIndex(of: parts[2]), let year = Int(parts[3])
        else { return nil }
        let fields = parts[4].split(separator: ":", omittingEmptySubsequences: false)
        let clock = fields.compactMap { Int64($0) }
        let date = CivilDate(year: year, month: month + 1, day: day)
        guard fields.count == 3, clock.count == 3, date.isValid, (0..<24).contains(clock[0]),
            (0..<60).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        let seconds = clock[0] * 3_600 + clock[1] * 60 + clock[2]
        return UTCInstant(seconds: date.daysSince1970 * 86_400 + seconds)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    public static func httpDate(_ instant: UTCInstant) -> String {
        let clock = ((instant.seconds % 86_400) + 86_400) % 86_400
        let day = (instant.seconds - clock) / 86_400
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
