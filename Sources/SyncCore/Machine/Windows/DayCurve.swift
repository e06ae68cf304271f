/// When shops sell, by hour in Beijing: few orders at night, most in the evening. The mean is 1.
enum DayCurve {
    private static let weights: [Double] = {
        let percent = [
            2.0, 1.2, 0.8, 0.6, 0.6, 0.8, 1.4, 2.4, 3.8, 5.0, 5.6, 5.4, 5.2, 5.2, 5.4, 5.4, 5.2,
            5.0,
            5.0, 5.8, 7.0, 7.6, 6.8, 4.4,
        ]
        let sum = percent.reduce(0, +)
        return percent.map { $0 / sum * 24 }
    }()

    static func weight(at instant: UTCInstant) -> Double {
        weights[Int(86_400 - secondsToNextDay(instant)) / 3_600]
    }

    /// Seconds to the end of the day, each counted by the root of its weight over that of `now`:
    /// intervals between polls are best proportional to the inverse of such roots.
    static func rootSecondsLeft(from now: UTCInstant) -> Double {
        let second = 86_400 - secondsToNextDay(now)
        let hour = Int(second / 3_600)
        var sum = weights[hour].squareRoot() * Double(3_600 - second % 3_600)
        for later in weights.dropFirst(hour + 1) { sum += later.squareRoot() * 3_600 }
        return sum / weights[hour].squareRoot()
    }
}
