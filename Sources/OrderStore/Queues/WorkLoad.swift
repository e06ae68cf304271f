public import SyncCore

/// Entries of a stream's queue that are due.
public struct WorkLoad: Equatable, Sendable {
    public var items: [WorkItem] = []
    /// No more are due than these.
    public var isAll = true
    /// When the next one will be; nil when none is queued.
    public var nextDue: UTCInstant?

    public init() {}
}
