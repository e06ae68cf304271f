import ArgumentParser
import Configuration
import OrderStore
import ProgramSupport
import SyncCore
import WireFormat

/// The shop and the days that a command is about.
struct RangeOptions: ParsableArguments {
    @Argument(help: "The shop's name in the configuration.")
    var shop: String
    @Option(help: ArgumentHelp("First day of creation, Beijing time.", valueName: "yyyy-mm-dd"))
    var from: String
    @Option(help: ArgumentHelp("Last day of creation, Beijing time.", valueName: "yyyy-mm-dd"))
    var to: String

    /// Days that the platform shows.
    private static let horizonDays: Int64 = 90

    func validate() throws {
        guard let start = Self.day(from), let last = Self.day(to) else {
            throw ValidationError("--from and --to take days such as 2026-11-01.")
        }
        guard start <= last else { throw ValidationError("--from is after --to.") }
    }

    /// The days as an interval, cut to what has passed and to what the platform shows.
    func range(now: UTCInstant) throws(CommandFailure) -> TimeWindow {
        guard let start = Self.day(from), let last = Self.day(to) else {
            throw CommandFailure(.failed, "--from and --to take days such as 2026-11-01")
        }
        let end = min(last.advanced(bySeconds: 86_400), now)
        guard start < end else {
            throw CommandFailure(.failed, "--from lies in the future")
        }
        let horizon = now.advanced(bySeconds: -Self.horizonDays * 86_400)
        guard end > horizon else {
            throw CommandFailure(
                .failed, "the platform shows the last \(Self.horizonDays) days only")
        }
        return TimeWindow(start: max(start, horizon), end: end)
    }

    func configured(_ configuration: Configuration) throws(CommandFailure) -> Configuration.Shop {
        guard let found = configuration.shops.first(where: { $0.name == shop }) else {
            let names = configuration.shops.map(\.name).joined(separator: ", ")
            throw CommandFailure(
                .configurationWrong, "no [[shop]] is named \"\(shop)\"; there are: \(names)")
        }
        guard !found.isPromoter else {
            throw CommandFailure(
                .wrongUsage,
                "\(shop) is a promoter's account and has no orders by day of creation; its stream "
                    + "reads 90 days back automatically")
        }
        return found
    }

    private static func day(_ text: String) -> UTCInstant? {
        text.utf8.count == 10 ? BeijingTime.parse(text) : nil
    }
}
