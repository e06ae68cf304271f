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
}
