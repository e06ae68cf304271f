/// A day's load of an app's shops, and the calls that the app has for it.
struct Scenario {
    var name: String
    var shops: Int
    var callsPerSecond: Double
    var callsPerDay: Int
    /// Changes a second of all shops together, over the mean of the day.
    var changesPerSecond: Double
    /// Sweeps, refunds and details with the defaults; else changes of orders alone.
    var hasDefaults = false

    static let all = [
        Scenario(
            name: "a: 1 shop, 5,000 calls/day", shops: 1, callsPerSecond: 20, callsPerDay: 5_000,
            changesPerSecond: 0.02),
        Scenario(
            name: "b: 10 shops, 5,000 calls/day", shops: 10, callsPerSecond: 20,
            callsPerDay: 5_000, changesPerSecond: 0.05),
        Scenario(
            name: "b with the defaults", shops: 10, callsPerSecond: 20, callsPerDay: 5_000,
            changesPerSecond: 0.02, hasDefaults: true),
    ]

    /// Parts of a day's changes by hour in Beijing: few at night, most in the evening.
    static let hours: [Double] = {
        let raw: [Double] = [
            2.2, 1.2, 0.7, 0.5, 0.4, 0.6, 1.2, 2.2, 3.6, 5.0, 5.8, 5.6, 5.2, 5.2, 5.4, 5.6, 5.4,
            5.0,
            4.8, 5.6, 7.2, 8.0, 7.2, 4.4,
        ]
        let sum = raw.reduce(0, +)
        return raw.map { $0 / sum * 24 }
    }()

    /// Mean changes a second of a shop: the n-th has one n-th of the first one's (Zipf).
    var rates: [Double] {
        let weights = (1...shops).map { 1 / Double($0) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum * changesPerSecond }
    }

    /// Seconds of mean staleness that no schedule can beat: polls at intervals that are
    /// proportional to 1/√rate, by shop and hour, with every call of the day.
    var bound: Double {
        var roots = 0.0
        var changes = 0.0
        let perDay = min(Double(callsPerDay), callsPerSecond * 86_400)
        for rate in rates {
            for hour in Self.hours {
                roots += (rate * hour).squareRoot() * 3_600
                changes += rate * hour * 3_600
            }
        }
        return roots * roots / (2 * perDay * changes)
    }
}
