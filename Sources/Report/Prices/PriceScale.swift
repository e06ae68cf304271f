/// The vertical scale of a chart of prices, in fen: round steps that hold all of them. It need not
/// begin at zero: what matters is how a price moves.
struct PriceScale: Equatable {
    /// Values that get a line and a label, lowest first.
    let ticks: [Int64]

    init(_ prices: [Int64]) {
        let (low, high) = (max(0, prices.min() ?? 0), max(1, prices.max() ?? 1))
        // A price that never moved is in the middle of a tenth of itself.
        let room = max(4, (high - low) / 8, high / 20)
        let bottom = max(0, low - room)
        let step = Self.roundStep((high + room - bottom - 1) / 4 + 1)
        let first = bottom / step
        let last = (high + room - 1) / step + 1
        ticks = (first...last).map { $0 * step }
    }

    /// Where a value stands, 0 at the top to `height` at the bottom.
    func position(_ value: Int64, height: Int) -> Int {
        let (bottom, top) = (ticks.first ?? 0, ticks.last ?? 1)
        let part = Double(top - value) / Double(max(1, top - bottom))
        return Int((min(1, max(0, part)) * Double(height)).rounded())
    }

    /// The smallest of 1, 2, 5, 10, 20, … that is no less.
    private static func roundStep(_ least: Int64) -> Int64 {
        var power: Int64 = 1
        while power <= least / 10 { power *= 10 }
        for factor: Int64 in [1, 2, 5] where factor * power >= least { return factor * power }
        return 10 * power
    }
}
