/// The platform's clock as seen through its answers: an interval that the difference between it
/// and the steady local clock must lie in. Each answer dated to the second narrows it, drift
/// widens it; an answer outside it means that a clock was set, and starts anew.
public struct ServerClock: Equatable, Sendable {
    /// Local drift allowed for: 100 ppm, several times what a healthy machine shows.
    static let driftPerMillion: Int64 = 100

    /// Least and greatest possible difference, in milliseconds.
    private var low: Int64
    private var high: Int64
    private var updated: MonotonicInstant

    /// A clock known from one dated answer to a request sent and received at these ticks.
    public init(date: UTCInstant, sent: MonotonicInstant, received: MonotonicInstant) {
        low = date.seconds * 1_000 - received.milliseconds
        high = date.seconds * 1_000 + 999 - sent.milliseconds
        updated = received
    }

    /// When it was last confirmed.
    var updatedAt: MonotonicInstant { updated }

    /// - Returns: milliseconds that the clock was moved by; 0 unless one of the clocks was set.
    @discardableResult
    public mutating func observe(
        date: UTCInstant, sent: MonotonicInstant, received: MonotonicInstant
    ) -> Int64 {
        let sample = ServerClock(date: date, sent: sent, received: received)
        let drift = drift(until: received)
        let narrowedLow = max(low - drift, sample.low)
        let narrowedHigh = min(high + drift, sample.high)
        guard narrowedLow <= narrowedHigh else {
            let moved = sample.low - low
            self = sample
            return moved
        }
        (low, high, updated) = (narrowedLow, narrowedHigh, received)
        return 0
    }

    /// The platform's time, never ahead of it: what is read must be past.
    public func now(at ticks: MonotonicInstant) -> UTCInstant {
        let milliseconds = ticks.milliseconds + low - drift(until: ticks)
        return UTCInstant(seconds: milliseconds >= 0 ? milliseconds / 1_000 : 0)
    }

    /// Milliseconds that the clocks may have drifted apart since the latest answer.
    private func drift(until ticks: MonotonicInstant) -> Int64 {
        let age = ticks.milliseconds(since: updated)
        return age <= 0 ? 0 : age * Self.driftPerMillion / 1_000_000 + 1
    }
}
