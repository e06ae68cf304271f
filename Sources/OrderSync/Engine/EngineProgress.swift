/// What an engine has done so far, for progress displays and systemd's status line.
struct EngineProgress: Equatable, Sendable {
    var calls = 0
    var failedCalls = 0
    var ordersCreated = 0
    var ordersUpdated = 0
    var ordersUnchanged = 0
    /// A signed call has succeeded: the service is up.
    var hasSucceeded = false
    /// The worst lag of the live streams, in seconds; nil while none is known.
    var lagSeconds: Int64?
    var historyIsLoaded = false
    /// Every stream is up to date.
    var isCaughtUp = false
    /// Latest failure's line; empty after a success.
    var trouble = ""
    /// Why nothing is written at present; empty while writes succeed.
    var storeTrouble = ""

    var ordersStored: Int { ordersCreated + ordersUpdated }
}
