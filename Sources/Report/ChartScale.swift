/// The vertical scale of a chart, in whole numbers (fen, or orders): round steps from zero up,
/// and as much below zero as is needed.
struct ChartScale: Equatable {
    /// Values that get a line and a label, zero first.
    let ticks: [Int64]
    let top: Int64
    let bottom: Int64

    /// - Parameters:
    ///   - max: the greatest value above zero.
    ///   - below: the greatest extent below zero.
    init(max: Int64, below: Int64 = 0, tickCount: Int64 = 4) {
        let highest = Swift.max(1, max)
        let step = Self.roundStep(highest, tickCount)
        let count = (highest - 1) / step + 1
        ticks = (0...count).map { $0 * step }
        top = count * step
        bottom = Swift.max(0, below)
    }

    /// Where a value stands, 0 at the top to `height` at the bottom.
    func position(_ value: Int64, height: Int) -> Int {
        let span = Double(top) + Double(bottom)
        let part = Swift.min(1, Swift.max(0, (Double(top) - Double(value)) / span))
        return Int((part * Double(height)).rounded())
    }

    /// The smallest of 1, 2, 5, 10, 20, … of which `count` reach `value`.
    private static func roundStep(_ value: Int64, _ count: Int64) -> Int64 {
        let least = (value - 1) / count + 1
        var power: Int64 = 1
        while power <= least / 10 { power *= 10 }
        for factor: Int64 in [1, 2, 5] where factor * power >= least { return factor * power }
        return 10 * power
    }
}
