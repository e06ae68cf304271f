/// Exponential backoff with full jitter over the upper half: 0.5–1 times base × 2^attempt.
public struct Backoff: Equatable, Sendable {
    public var milliseconds: Int64
    public var millisecondsMax: Int64

    public init(milliseconds: Int64, millisecondsMax: Int64) {
        self.milliseconds = milliseconds
        self.millisecondsMax = millisecondsMax
    }

    /// Milliseconds to wait before attempt `attempt` (0 is the first repetition).
    public func delay(attempt: Int, random: inout SplitMix64) -> Int64 {
        let exponential = milliseconds << min(20, attempt)
        let bounded = min(millisecondsMax, exponential)
        return bounded / 2 + Int64.random(in: 0...max(1, bounded / 2), using: &random)
    }
}
