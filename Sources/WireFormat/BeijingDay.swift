public import SyncCore

/// The Beijing day that quotas count, as the database names it.
public enum BeijingDay {
    public static func text(_ instant: UTCInstant) -> String {
        BeijingTime.dayText(instant)
    }

    /// From the core's day number, counted from 1970.
    public static func text(day: Int64) -> String {
        BeijingTime.dayText(
            UTCInstant(seconds: day * 86_400 - BeijingTime.offsetSeconds))
    }

    /// Calls by the core's day number.
    public static func numbered(_ days: [(day: String, calls: Int)]) -> [Int64: Int] {
        var numbered: [Int64: Int] = [:]
        for (text, calls) in days {
            if let day = number(text) { numbered[day] = calls }
        }
        return numbered
    }

    /// Calls of each class by the core's day number.
    public static func numbered(
        _ calls: [(day: String, callClass: CallClass, calls: Int)]
    ) -> [Int64: [CallClass: Int]] {
        var numbered: [Int64: [CallClass: Int]] = [:]
        for entry in calls {
            guard let day = number(entry.day) else { continue }
            numbered[day, default: [:]][entry.callClass] = entry.calls
        }
        return numbered
    }

    private static func number(_ text: String) -> Int64? {
        BeijingTime.parse(text).map { ($0.seconds + BeijingTime.offsetSeconds) / 86_400 }
    }
}
