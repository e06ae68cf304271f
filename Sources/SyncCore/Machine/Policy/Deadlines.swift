/// The named timers of one owner: when it has to act although no event arrives, and why.
///
/// The earliest deadline of a name counts. An owner clears its timers before it decides anew.
struct Deadlines<Name: Hashable & Sendable>: Sendable {
    private var entries: [(name: Name, at: MonotonicInstant)] = []

    mutating func clear() { entries.removeAll(keepingCapacity: true) }

    mutating func set(_ name: Name, at ticks: MonotonicInstant) {
        guard let index = entries.firstIndex(where: { $0.name == name }) else {
            return entries.append((name, ticks))
        }
        entries[index].at = min(entries[index].at, ticks)
    }

    mutating func set(_ name: Name, at ticks: MonotonicInstant?) {
        if let ticks { set(name, at: ticks) }
    }

    /// The next timer that ends.
    var next: (name: Name, at: MonotonicInstant)? { entries.min { $0.at < $1.at } }

    var earliest: MonotonicInstant? { next?.at }
}
