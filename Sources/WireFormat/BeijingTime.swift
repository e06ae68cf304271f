public import SyncCore

/// Platform-local time: Beijing, UTC+8 without daylight saving, as Taobao and Pinduoduo state it.
public enum BeijingTime {
    public static let offsetSeconds: Int64 = 8 * 3_600

    /// Reads `yyyy-MM-dd HH:mm:ss`, or `yyyy-MM-dd` as that day's first second; surrounding text
    /// is refused. Returns nil for anything else, the all-zero date included.
    public static func parse(_ text: UnsafeRawBufferPointer) -> UTCInstant? {
        guard text.count == 19 || text.count == 10 else { return nil }
        guard text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            let year = digits(text, 0, 4), let month = digits(text, 5, 2),
            let day = digits(text, 8, 2)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.isValid else { return nil }
        var seconds = date.daysSince1970 * 86_400 - offsetSeconds
        if text.count == 19 {
            guard text[10] == UInt8(ascii: " "), text[13] == UInt8(ascii: ":"),
                text[16] == UInt8(ascii: ":"),
                let hour = digits(text, 11, 2), hour < 24,
                let minute = digits(text, 14, 2), minute < 60,
                let second = digits(text, 17, 2), second < 60
            else { return nil }
            seconds += Int64(hour * 3_600 + minute * 60 + second)
        }
        return UTCInstant(seconds: seconds)
    }

    public static func parse(_ text: String) -> UTCInstant? {
        var copy = text
        return copy.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }

    /// `yyyy-MM-dd HH:mm:ss` in Beijing time; for other years, the nearest time of 0 to 9999.
    public static func text(_ instant: UTCInstant) -> String {
        let (day, clock) = split(printable(instant).seconds + offsetSeconds)
        return "\(dateText(day)) \(two(clock / 3_600)):\(two(clock / 60 % 60)):\(two(clock % 60))"
    }

    /// `yyyy-MM-dd` of the Beijing day that holds `instant`: the day that daily quotas count.
    public static func dayText(_ instant: UTCInstant) -> String {
        dateText(split(printable(instant).seconds + offsetSeconds).day)
    }

    /// The nearest instant that has four digits of a year in Beijing. What the database contains
    /// may be any number: printing it must not overflow.
    static func printable(_ instant: UTCInstant) -> UTCInstant {
        UTCInstant(seconds: min(max(instant.seconds, -62_167_248_000), 253_402_271_999))
    }

    private static func split(_ seconds: Int64) -> (day: Int64, clock: Int64) {
        let clock = ((seconds % 86_400) + 86_400) % 86_400
        return ((seconds - clock) / 86_400, clock)
    }

    private static func dateText(_ day: Int64) -> String {
        let date = CivilDate(daysSince1970: day)
        let year = String(date.year)
        let padding = String(repeating: "0", count: max(0, 4 - year.count))
        return "\(padding)\(year)-\(two(Int64(date.month)))-\(two(Int64(date.day)))"
    }
}

/// Two digits with a leading zero.
func two(_ value: Int64) -> String {
    value < 10 ? "0\(value)" : "\(value)"
}

/// The unsigned decimal number in `count` bytes from `start`, nil unless all are digits.
func digits(_ text: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> Int? {
    var value = 0
    for index in start..<(start + count) {
        let digit = Int(text[index]) - 48
        guard (0...9).contains(digit) else { return nil }
        value = value * 10 + digit
    }
    return value
}
