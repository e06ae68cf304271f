internal import Glibc
internal import SyncCore
internal import WireFormat

/// Time as the clock on the wall shows it, with its distance from UTC.
enum LocalTime {
    /// `2025-11-11 20:00:03 +0800`.
    static func text(_ instant: UTCInstant, offsetSeconds: Int64) -> String {
        let local = UTCText.rfc3339(instant.advanced(bySeconds: offsetSeconds))
        let minutes = abs(offsetSeconds) / 60
        let sign = offsetSeconds < 0 ? "-" : "+"
        return "\(local.prefix(10)) \(local.dropFirst(11).prefix(8)) "
            + "\(sign)\(two(minutes / 60))\(two(minutes % 60))"
    }

    /// Of the machine's time zone (`TZ`, else /etc/localtime) at that time.
    static func offsetSeconds(at seconds: Int64) -> Int64 {
        var time = time_t(seconds)
        var fields = tm()
        guard localtime_r(&time, &fields) != nil else { return 0 }
        return Int64(fields.tm_gmtoff)
    }

    private static func two(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
