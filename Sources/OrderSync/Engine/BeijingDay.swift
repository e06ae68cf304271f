import SyncCore
import WireFormat

/// The Beijing day that quotas count, as the database names it.
enum BeijingDay {
    static func text(_ instant: UTCInstant) -> String {
        BeijingTime.dayText(instant)
    }

    /// From the core's day number, counted from 1970.
    static func text(day: Int64) -> String {
        BeijingTime.dayText(
            UTCInstant(seconds: day * 86_400 - BeijingTime.offsetSeconds))
    }

    /// Calls by the core's day number.
    static func numbered(_ days: [(day: String, calls: Int)]) -> [Int64: Int] {
        var numbered: [Int64: Int] = [:]
        for (text, calls) in days {
            guard let start = BeijingTime.parse(text) else { continue }
            numbered[(start.seconds + BeijingTime.offsetSeconds) / 86_400] = calls
        }
        return numbered
    }
}
