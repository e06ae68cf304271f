/// A window in work, and what its reader waits for.
struct WindowTask: Equatable, Sendable {
    enum State: Equatable, Sendable {
        case ready
        case calling(CallID)
        /// Rests after a failure or a doubted answer.
        case waiting(until: MonotonicInstant)
        case done
    }

    var reader: WindowReader
    var state = State.ready
    /// Failures and doubts in a row; only progress ends the row.
    var attempt = 0
    /// Failures in a row without any answer in between.
    var failures = 0
    /// When it failed for the first time.
    var failingSince: MonotonicInstant?
    /// Quarantined: the platform fails at it, or contradicts itself about it, while it answers
    /// for the rest of the stream. It is asked for again at long pauses.
    var isQuarantined = false
    var calls = 0
    var rows = 0
    /// The ledger has a row for it.
    var isRecorded = false
    /// That row says that it is doubtful.
    var isRecordedAsSuspect = false
    /// It reads more than its own window, on purpose: how far overlaps were read before it.
    let overlapReadBefore: UTCInstant?

    /// Failures in a row after which it is likely that not the platform fails, but this request.
    static let failureLimit = 4

    /// A call is in flight: until its answer the reader must not change.
    var isCalling: Bool {
        if case .calling = state { true } else { false }
    }

    var isFailing: Bool { isQuarantined || failures >= Self.failureLimit }

    /// Its latest answers did not prove that they are whole.
    var isInDoubt: Bool { reader.doubt != nil && state != .done }

    /// Waits after a failure or a doubted answer.
    /// - Parameter attempt: failures and doubts in a row, this one included.
    mutating func rest(
        until: MonotonicInstant, attempt: Int, isFailure: Bool, now: MonotonicInstant
    ) {
        state = .waiting(until: until)
        self.attempt = attempt
        if isFailure { failures += 1 }
        failingSince = failingSince ?? now
    }

    /// The platform answers again for what it failed at.
    mutating func endFailureQuarantine() {
        failures = 0
        if reader.quarantinedAt == nil { isQuarantined = false }
    }

    /// What was read, from the first to the last of them.
    static func done(_ tasks: ArraySlice<WindowTask>) -> WindowTask {
        guard var joined = tasks.first, let last = tasks.last else {
            preconditionFailure("no task is done")
        }
        joined.reader = joined.reader.extended(to: last.reader.window.end)
        joined.calls = tasks.reduce(0) { $0 + $1.calls }
        joined.rows = tasks.reduce(0) { $0 + $1.rows }
        return joined
    }

    /// What is still open of it.
    var openWindow: TimeWindow {
        TimeWindow(
            start: reader.window.start, end: max(reader.window.start, reader.openEnd))
    }

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
