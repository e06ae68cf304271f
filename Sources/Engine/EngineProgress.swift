/// What an engine has done so far, for progress displays and systemd's status line.
public struct EngineProgress: Equatable, Sendable {
    public var calls = 0
    var failedCalls = 0
    public var ordersCreated = 0
    public var ordersUpdated = 0
    var ordersUnchanged = 0
    /// A signed call has succeeded: the service is up.
    public var hasSucceeded = false
    /// The worst lag of the live streams, in seconds; nil while none is known.
    public var lagSeconds: Int64?
    var historyIsLoaded = false
    /// Every stream is up to date.
    public var isCaughtUp = false
    /// Latest failure's line; empty after a success.
    public var trouble = ""
    /// Why nothing is written at present; empty while writes succeed.
    public var storeTrouble = ""

    public var ordersStored: Int { ordersCreated + ordersUpdated }
}
