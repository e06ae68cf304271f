public import SyncCore

/// What the gateway answers, and what becomes of the answer on its way.
public struct GatewayAnswer: Sendable {
    public enum Fate: Hashable, Sendable {
        case delivered
        /// The connection ends after half of the body.
        case cut
        /// The connection ends before anything is sent.
        case reset
        /// The connection stays open and silent.
        case lost
    }

    public var status = 200
    public var contentType = "application/json;charset=UTF-8"
    public var body: [UInt8]
    /// The methods that the path knows, where the request's is not among them or asks for them.
    public var allow: String?
    /// Where a browser is sent.
    public var location: String?
    /// For the header `Date`: the gateway's own clock.
    public var date: UTCInstant
    public var fate = Fate.delivered
    public var delayMilliseconds: Int64 = 0
}
