public import SyncCore

/// A range that a command requested. It is in the ledger of windows, so it outlives both the
/// command and the daemon that reads it.
public struct RangeProgress: Equatable, Sendable {
    /// Windows that are not completely read, and the seconds of them that are open.
    public var windows: Int64 = 0
    public var openSeconds: Int64 = 0
    public var calls: Int64 = 0
    public var lastError = ""
    /// The shop's state, and why it is not active.
    public var shopState = ShopState.active
    public var shopReason = ""
    /// When a list of the shop's app was last read with success; nil for never.
    public var appSucceededAt: UTCInstant?
    /// Until when the app is banned from some call.
    public var bannedUntil: UTCInstant?

    /// Nothing of the range was read in between.
    public func isSame(as other: Self) -> Bool {
        windows == other.windows && openSeconds == other.openSeconds && calls == other.calls
    }

    public init() {}
}
