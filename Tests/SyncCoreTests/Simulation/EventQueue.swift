/// Events by time, and by order of arrival within the same millisecond: a binary heap.
struct EventQueue<Event> {
    private var heap: [(time: Int64, number: UInt64, event: Event)] = []
    private var count: UInt64 = 0

    mutating func add(_ event: Event, at time: Int64) {
        count += 1
        heap.append((time, count, event))
        var child = heap.count - 1
        while child > 0, isEarlier(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Removes the earliest event; nil when all that are left lie at `end` or later.
    mutating func next(before end: Int64) -> (time: Int64, event: Event)? {
        guard let first = heap.first, first.time < end else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [parent * 2 + 1, parent * 2 + 2] where child < heap.count {
                if isEarlier(child, least) { least = child }
            }
            if least == parent { return (first.time, first.event) }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isEarlier(_ left: Int, _ right: Int) -> Bool {
        (heap[left].time, heap[left].number) < (heap[right].time, heap[right].number)
    }
}
