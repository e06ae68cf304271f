internal import CoreMetrics
internal import Synchronization

/// Times in buckets.
final class HistogramHandler: TimerHandler {
    /// Seconds; a call is cut off after thirty.
    static let bounds: [Double] = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    private struct State {
        var counts = [Int64](repeating: 0, count: HistogramHandler.bounds.count + 1)
        var nanoseconds: Int64 = 0
    }

    private let state = Mutex(State())

    func recordNanoseconds(_ duration: Int64) {
        let seconds = Double(duration) / 1e9
        let place = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        state.withLock { state in
            state.counts[place] += 1
            state.nanoseconds += duration
        }
    }

    /// For each bound those at most as great, finally all; and the sum in seconds.
    var contents: (counts: [Int64], sum: Double) {
        state.withLock { state in
            var total: Int64 = 0
            let counts = state.counts.map { count in
                total += count
                return total
            }
            return (counts, Double(state.nanoseconds) / 1e9)
        }
    }
}
