public import ProgramSupport
public import SyncCore
import WireFormat

/// The Beijing days of a report, counted from 1970-01-01, both ends included.
public struct ReportPeriod: Equatable, Sendable {
    public var firstDay: Int64
    public var lastDay: Int64

    /// What is reported when no day is given.
    static let defaultDays: Int64 = 30
    /// Ten years: every day is a line.
    static let daysMax: Int64 = 3_660

    /// The first second.
    public var start: UTCInstant {
        UTCInstant(seconds: firstDay * 86_400 - BeijingTime.offsetSeconds)
    }

    var dayCount: Int64 { lastDay - firstDay + 1 }

    public init(firstDay: Int64, lastDay: Int64) {
        self.firstDay = firstDay
        self.lastDay = lastDay
    }

    /// Reads `--from` and `--to`: `yyyy-MM-dd`, `today` or `yesterday`. Left out, the report ends
    /// today and has thirty days.
    public init(from: String?, to: String?, now: UTCInstant) throws(CommandFailure) {
        let today = Self.day(now)
        lastDay =
            try to.map { text throws(CommandFailure) in
                try Self.day(text, option: "--to", today: today)
            } ?? today
        firstDay =
            try from.map { text throws(CommandFailure) in
                try Self.day(text, option: "--from", today: today)
            } ?? lastDay - Self.defaultDays + 1
        guard firstDay <= lastDay else {
            throw CommandFailure(
                .wrongUsage,
                "--from \(Self.text(firstDay)) is after --to \(Self.text(lastDay)); "
                    + "give the earlier day first")
        }
        guard dayCount <= Self.daysMax else {
            throw CommandFailure(
                .wrongUsage,
                "\(Self.text(firstDay)) to \(Self.text(lastDay)) is \(dayCount) days; a report "
                    + "takes at most \(Self.daysMax)")
        }
    }

    /// `yyyy-MM-dd`.
    public static func text(_ day: Int64) -> String { BeijingDay.text(day: day) }

    /// The Beijing day that holds an instant.
    public static func day(_ instant: UTCInstant) -> Int64 {
        let seconds = instant.seconds + BeijingTime.offsetSeconds
        return (seconds - ((seconds % 86_400) + 86_400) % 86_400) / 86_400
    }

    private static func day(
        _ text: String, option: String, today: Int64
    ) throws(CommandFailure) -> Int64 {
        switch text {
        case "today": return today
        case "yesterday": return today - 1
        default: break
        }
        guard text.utf8.count == 10, let start = BeijingTime.parse(text) else {
            throw CommandFailure(
                .wrongUsage,
                "\(option) \(text) is no day; give yyyy-mm-dd, for example "
                    + "\(Self.text(today)), or today or yesterday")
        }
        return day(start)
    }
}
