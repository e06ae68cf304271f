/// A window in work, and what its reader waits for.
struct Tile: Equatable, Sendable {
    enum State: Equatable, Sendable {
        case ready
        case calling(CallID)
        /// Rests after a failure or a doubted answer.
        case waiting(until: Ticks)
        case done
    }

    var reader: WindowReader
    var state = State.ready
    /// Failures and doubts in a row.
    var attempt = 0
    var calls = 0
    var rows = 0
    /// The ledger has a row for it.
    var isRecorded = false
    /// It reads more than its own window, on purpose: how far overlaps were read before it.
    let overlapReadBefore: UTCInstant?

    var readsOverlap: Bool { overlapReadBefore != nil }

    init(reader: WindowReader, overlapReadBefore: UTCInstant? = nil) {
        self.reader = reader
        self.overlapReadBefore = overlapReadBefore
    }

    func record(_ state: WindowRecord.State) -> WindowRecord {
        WindowRecord(
            window: reader.window, openEnd: max(reader.window.start, reader.openEnd),
            state: state, calls: calls, rows: rows)
    }
}
