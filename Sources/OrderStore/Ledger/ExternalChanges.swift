public import SyncCore

/// What commands beside the daemon have written that concerns it.
public struct ExternalChanges: Sendable {
    /// Windows that they have put into the ledger.
    public var requests: [StreamID: [WindowRecord]] = [:]
    /// Bans, the daemon's own among them; the method is empty for the whole app.
    public var bans: [(app: String, method: String, until: UTCInstant, code: String)] = []
}
