/// What a window's reader needs to know of one row.
public struct RowKey: Hashable, Sendable {
    public var idHash: UInt64
    /// The instant that the list selects and sorts by. A row without content may leave it out, of a
    /// list that is counted: there it decides nothing.
    public var at: UTCInstant?

    public init(idHash: UInt64, at: UTCInstant?) {
        self.idHash = idHash
        self.at = at
    }
}
