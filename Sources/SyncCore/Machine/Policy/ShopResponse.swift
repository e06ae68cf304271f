/// What a shop wants done, and what it has learned about its app.
struct ShopResponse: Sendable {
    var actions: [SyncAction] = []
    var findings: [AppFinding] = []
    /// Failures of streams, in order; nil for a stream that is fine again.
    private(set) var reports: [(stream: StreamID, text: String?)] = []

    /// A stream's latest failure, to be stored.
    mutating func report(_ stream: StreamID, _ text: String) { reports.append((stream, text)) }

    mutating func clearReport(_ stream: StreamID) { reports.append((stream, nil)) }

    /// The page of that call, if any, and the change are stored in one transaction.
    mutating func commit(_ call: CallID?, _ change: LedgerChange) {
        actions.append(.commit(call, change))
    }

    mutating func log(_ note: SyncNote) { actions.append(.note(note)) }
}
