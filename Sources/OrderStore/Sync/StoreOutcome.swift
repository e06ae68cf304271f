public import SyncCore

/// What a transaction did.
public struct StoreOutcome: Equatable, Sendable {
    /// Of orders.
    public var counts = StoredCounts()
    public var refunds = StoredCounts()
    /// Of orders that promoters brought.
    public var affiliate = StoredCounts()
    /// Watched prices that fell below their marks.
    public var drops: [PriceDrop] = []
    /// Rows that could not be stored and were not known before.
    public var rejections: [Rejection] = []
    /// Events for the machine, beyond the confirmation that its changes are stored.
    public var events: [SyncEvent] = []
    /// The size of a write-ahead log that another program keeps from being emptied.
    public var stuckLogBytes: Int64?

    public init() {}
}
