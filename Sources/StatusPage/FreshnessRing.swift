import Glibc

/// The lag of each shop in each minute of the last day, a byte each: a thousand shops take less
/// than one and a half megabytes.
struct FreshnessRing {
    /// Minutes kept, and minutes of a bar in the page's charts.
    static let minutes: Int64 = 1_440
    static let minutesPerBar: Int64 = 15

    /// Stands for all shops: no shop's name is empty.
    static let allShops = ""

    private static let unknown: UInt8 = 255
    private var lags: [String: [UInt8]] = [:]
    /// The latest minute that was written, since 1970.
    private var latest: Int64?

    /// Writes a minute; minutes that were left out stay unknown.
    /// - Parameter shops: the lags by name; nil where it is not known. Other shops are forgotten.
    mutating func record(minute: Int64, _ shops: [String: Int64?]) {
        let first = latest.map { min(max($0 + 1, minute - Self.minutes + 1), minute) } ?? minute
        // A clock that was set back far begins anew.
        if let latest, latest - minute > 5 { lags = [:] }
        var next: [String: [UInt8]] = [:]
        next.reserveCapacity(shops.count)
        for (name, lag) in shops {
            // Taken out, so that writing does not copy it.
            var ring =
                lags.removeValue(forKey: name)
                ?? [UInt8](repeating: Self.unknown, count: Int(Self.minutes))
            for skipped in first...minute { ring[Self.slot(skipped)] = Self.unknown }
            ring[Self.slot(minute)] = lag.map { Self.encode($0) } ?? Self.unknown
            next[name] = ring
        }
        lags = next
        latest = minute
    }

    /// Bars of a quarter of an hour each, oldest first, the last holding `minute`: the greatest
    /// lag in it, in seconds; nil where nothing is known. Bars begin at full quarters, so that a
    /// chart moves once in a quarter of an hour.
    func bars(of shop: String, minute: Int64) -> [Int64?] {
        let count = Self.minutes / Self.minutesPerBar
        guard let ring = lags[shop], let latest else {
            return [Int64?](repeating: nil, count: Int(count))
        }
        let firstBar = minute / Self.minutesPerBar - count + 1
        return (0..<count).map { bar in
            let start = (firstBar + bar) * Self.minutesPerBar
            var worst: UInt8?
            for one in start..<(start + Self.minutesPerBar)
            where one <= latest && one > latest - Self.minutes {
                let code = ring[Self.slot(one)]
                if code != Self.unknown { worst = max(worst ?? 0, code) }
            }
            return worst.map { Self.decode($0) }
        }
    }

    // MARK: Helpers

    private static func slot(_ minute: Int64) -> Int {
        Int(((minute % minutes) + minutes) % minutes)
    }

    /// Steps of six percent, up to three weeks.
    static func encode(_ seconds: Int64) -> UInt8 {
        UInt8(min(254, (12 * log2(1 + Double(max(0, seconds)))).rounded()))
    }

    static func decode(_ code: UInt8) -> Int64 {
        Int64((exp2(Double(code) / 12) - 1).rounded())
    }
}
