import ProgramSupport
import SyncCore

/// What is allowed and works, but perhaps not as whoever wrote it thinks.
public enum ConfigurationTraps {
    /// A line each, with what to change.
    public static func notes(_ configuration: Configuration) -> [String] {
        let shops = Dictionary(grouping: configuration.shops, by: \.app)
        return sweeps(configuration)
            + configuration.apps.compactMap { polls($0, shops[$0.name] ?? []) }
    }

    /// Sweeps stay twice the overlap behind live reads (`ShopWindows.sweepLimit`). Only a user who
    /// has set one of the two expects something else.
    private static func sweeps(_ configuration: Configuration) -> [String] {
        var lines: Set<String> = []
        for shop in configuration.shops {
            guard let first = shop.sweepSeconds.first, first < 2 * shop.overlapMaxSeconds,
                first != ShopDefaults.sweepSeconds.first
                    || shop.overlapMaxSeconds != ShopDefaults.overlapMaxSeconds
            else { continue }
            lines.insert(
                "the first sweep (\(DisplayText.duration(first))) can be "
                    + "\(DisplayText.duration(2 * shop.overlapMaxSeconds)) behind while the "
                    + "platform's lists lag: it keeps twice the overlap behind, which grows up to "
                    + "overlap_max (\(DisplayText.duration(shop.overlapMaxSeconds))). Nothing is "
                    + "lost; lower overlap_max to have it sooner")
        }
        return lines.sorted()
    }

    private static func polls(
        _ app: Configuration.App, _ shops: [Configuration.Shop]
    ) -> String? {
        var calls: Int64 = 0
        for shop in shops {
            calls += 86_400_000 / shop.pollIntervalMilliseconds
            if shop.streams.contains(.refunds) {
                calls += 86_400_000 / shop.refundIntervalMilliseconds
            }
        }
        guard calls > Int64(app.callsPerDay) else { return nil }
        return "app \(app.name): polls alone would take \(DisplayText.grouped(calls)) of "
            + "\(DisplayText.grouped(Int64(app.callsPerDay))) calls a day: they are spread when "
            + "half are used, and come later than poll_interval says; lengthen poll_interval, or "
            + "raise the quota in the console and calls_per_day here"
    }
}
