/// What a stream's bookkeeping becomes, in the very transaction that stores the rows it speaks of.
public struct LedgerChange: Equatable, Sendable {
    public var stream: StreamID
    /// Ledger rows to write, keyed by stream and start.
    public var written: [WindowRecord] = []
    /// Starts of ledger rows that are no longer needed.
    public var removed: [UTCInstant] = []
    /// The cursor after the change; nil leaves it where it is.
    public var cursor: UTCInstant?
    /// The cursor that the change was decided on: another writer's move makes the commit fail.
    public var cursorBefore: UTCInstant?
    /// Rows in the page; 0 for bookkeeping alone.
    public var rowCount = 0
    /// Commit at once; otherwise the page may wait for others.
    public var isUrgent = false
    /// Another window of the stream still fails: its stored error stays.
    public var keepsError = false
    /// Rows older than this were to be seen by an earlier read: one that changes the database
    /// became visible late. Nil where that is unknown.
    public var freshFrom: UTCInstant?
    /// A span that was accepted though the answers do not prove that it is complete.
    public var doubtful: DoubtfulSpan?
    /// The page shows every row of this time, by the time that the list selects by.
    public var provenSpan: TimeWindow?
    /// The platform's time when the page was asked for.
    public var askedAt = UTCInstant(seconds: 0)
    /// The same when the answer came; 0 for unknown.
    public var answeredAt = UTCInstant(seconds: 0)

    public init(stream: StreamID) {
        self.stream = stream
    }

    /// A stream begins there.
    static func beginning(of stream: StreamID, at cursor: UTCInstant) -> LedgerChange {
        var change = LedgerChange(stream: stream)
        change.cursor = cursor
        return change
    }
}
