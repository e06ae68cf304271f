/// Rendered rows of one shop, of the kinds that are in use. An entry is good as long as the
/// order's revision is the one it was rendered from.
struct RowCache: Sendable {
    private struct Entry: Sendable {
        var revision: UInt32
        var bytes: [UInt8]
    }

    private var rows: [RowKind: [Entry?]] = [:]
    private var byteCount = 0
    private let byteCountMax: Int

    init(byteCountMax: Int = 384 << 20) {
        self.byteCountMax = byteCountMax
    }

    /// The row of an order, from the cache or made by `render`.
    mutating func row(
        _ kind: RowKind, serial: Int, revision: UInt32, render: () -> [UInt8]
    ) -> [UInt8] {
        if let entries = rows[kind], serial < entries.count, let entry = entries[serial],
            entry.revision == revision
        {
            return entry.bytes
        }
        let bytes = render()
        // Started over rather than pruned: a reader goes through the rows in order, so what was
        // used least recently is what it wants next.
        if byteCount + bytes.count > byteCountMax || rows.count > kindsMax {
            rows.removeAll()
            byteCount = 0
        }
        store(Entry(revision: revision, bytes: bytes), serial: serial, as: kind)
        return bytes
    }

    private mutating func store(_ entry: Entry, serial: Int, as kind: RowKind) {
        byteCount += entry.bytes.count
        rows[kind, default: []].withEntry(serial) { slot in
            byteCount -= slot?.bytes.count ?? 0
            slot = entry
        }
    }

    private let kindsMax = 8
}

extension Array {
    /// Gives access to the place `index`, growing the array with empty places as needed.
    fileprivate mutating func withEntry<Wrapped>(
        _ index: Int, _ body: (inout Wrapped?) -> Void
    ) where Element == Wrapped? {
        while count <= index { append(nil) }
        body(&self[index])
    }
}
