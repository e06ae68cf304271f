internal import SyncCore

/// A shop's orders by the time of their last change, oldest first; orders of one second in the
/// order of their creation.
struct ModifiedIndex: Sendable {
    struct Entry: Comparable, Sendable {
        let modified: UTCInstant
        let serial: Int

        static func < (left: Self, right: Self) -> Bool {
            left.modified != right.modified
                ? left.modified < right.modified : left.serial < right.serial
        }
    }

    private(set) var entries: [Entry] = []

    init(_ entries: [Entry] = []) {
        self.entries = entries.sorted()
    }

    mutating func insert(_ entry: Entry) {
        entries.insert(entry, at: position(of: entry))
    }

    mutating func remove(_ entry: Entry) {
        let place = position(of: entry)
        precondition(place < entries.count && entries[place] == entry, "not indexed: \(entry)")
        entries.remove(at: place)
    }

    /// The first place whose entry is not before `instant`.
    func firstPlace(notBefore instant: UTCInstant) -> Int {
        position(of: Entry(modified: instant, serial: -1))
    }

    private func position(of entry: Entry) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle] < entry { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
