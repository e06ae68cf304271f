public import SyncCore

/// A row of an answer that could not be stored.
public struct Rejection: Equatable, Sendable {
    public var stream: StreamID
    public var row: RejectedRow
}
