internal import CoreMetrics
internal import Synchronization

/// A counter: only ever grows, from 0 at the start of the process.
final class CountingHandler: CounterHandler {
    private let value = Atomic<Int64>(0)

    var total: Int64 { value.load(ordering: .relaxed) }

    func increment(by amount: Int64) {
        value.wrappingAdd(max(0, amount), ordering: .relaxed)
    }

    func reset() {
        value.store(0, ordering: .relaxed)
    }
}
