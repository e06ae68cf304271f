internal import SyncCore
internal import WireFormat

/// When people buy: little at night, most in the evening.
enum DayRhythm {
    /// Maps a position in `0..<1` of the whole past to a moment in it; monotone.
    static func instant(_ position: Double, days: Int, end: UTCInstant) -> UTCInstant {
        let start = end.advanced(bySeconds: -Int64(days) * 86_400)
        let scaled = position * Double(days)
        let day = scaled.rounded(.down)
        // Days are counted back from `end`, so that its hour must not skew the rhythm.
        let zone = Double((start.seconds + BeijingTime.offsetSeconds) % 86_400) / 86_400
        let fraction = rotated(scaled - day, by: zone)
        return start.advanced(bySeconds: Int64((day + fraction) * 86_400))
    }

    /// The share of a day's orders that come before a time of the day, at each third hour.
    private static let shares: [Double] = [0, 0.06, 0.08, 0.10, 0.25, 0.45, 0.60, 0.78, 1]

    /// The time after a day's start at `zone` by which the share `fraction` has come.
    private static func rotated(_ fraction: Double, by zone: Double) -> Double {
        let passed = share(before: zone)
        let target = passed + fraction
        let wrapped = target >= 1 ? 1 + time(ofShare: target - 1) : time(ofShare: target)
        return min(max(wrapped - zone, 0), 0.999_99)
    }

    private static func share(before time: Double) -> Double {
        let position = time * 8
        let knot = min(Int(position), 7)
        return shares[knot] + (shares[knot + 1] - shares[knot]) * (position - Double(knot))
    }

    private static func time(ofShare share: Double) -> Double {
        let knot = (0..<8).last { shares[$0] <= share } ?? 0
        let width = shares[knot + 1] - shares[knot]
        return (Double(knot) + min(1, (share - shares[knot]) / width)) / 8
    }
}
