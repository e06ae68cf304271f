/// How an app's live calls are spread over its shops and over the rest of the day.
///
/// With intervals T between polls and changes at rates λ, data is λT/2 seconds old in total; for a
/// given number of calls that is least when T is proportional to 1/√λ. A shop with few changes is
/// still polled at a quarter of the mean pace at least.
struct LivePlan: Equatable, Sendable {
    /// Milliseconds between polls of a shop with a rate of one change a second.
    private var intervalFactor = 0.0
    /// The root of the least rate that counts.
    private var rootMin = 0.0
    private var intervalMax: Int64 = 0
    /// Milliseconds in which the app's calls reach every shop once.
    private var round = 0.0

    /// Without a limit: shops are polled at their configured pace.
    init() {}

    /// - Parameters:
    ///   - rates: changes a second of the shops that may be polled.
    ///   - calls: live calls that are left of the day.
    ///   - callsPerSecond: the most calls of any second.
    init(rates: [Double], calls: Int, callsPerSecond: Double, at platformNow: UTCInstant) {
        let roots = rates.map { $0.squareRoot() }
        guard !roots.isEmpty else { return }
        rootMin = roots.reduce(0, +) / Double(roots.count) / 4
        let sum = roots.reduce(0) { $0 + max($1, rootMin) }
        let seconds = DayCurve.rootSecondsLeft(from: platformNow)
        intervalFactor = sum * seconds * 1_000 / Double(max(1, calls))
        // The new day's calls are for its own pace.
        let left = secondsToNextDay(platformNow)
        intervalMax = left * 1_000
        round =
            Double(rates.count) * 1_000
            / min(callsPerSecond, Double(max(1, calls)) / Double(max(1, left)))
    }

    /// The rate that a shop's polls are weighed by.
    func weighed(_ rate: Double) -> Double { max(rate, rootMin * rootMin) }

    /// Milliseconds after which a stream's call comes before those of streams with more changes:
    /// two and a half rounds.
    func lateAfter(pollInterval: Int64) -> Int64 {
        Int64(min(2.5 * max(round, Double(pollInterval)), 1e12))
    }

    /// Milliseconds between polls of a shop at least.
    func interval(rate: Double) -> Int64 {
        guard intervalFactor > 0 else { return 0 }
        let interval = intervalFactor / max(rate.squareRoot(), rootMin)
        return Int64(min(interval, Double(intervalMax)))
    }
}
