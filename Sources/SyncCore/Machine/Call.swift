/// One call to make, now.
public struct Call: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        case serverTime
        case list(PageRequest)
        case order(String)
        /// A refund by its number; the order is empty when it is unknown.
        case refund(String, order: String)
        /// The items are those of the parcel when the order is split; empty when it is not. The
        /// carrier's code is empty where it is not needed.
        case trace(ParcelKey, items: [String], carrier: String)
        case parcels(order: String)
        case goods(GoodsQuery)
        case carriers
        case seller
    }

    public var id: CallID
    public var app: AppID
    /// Nil for calls that need no authorisation.
    public var stream: StreamID?
    public var method: CallMethod
    public var kind: Kind
    public var callClass: CallClass
    /// The platform's time, for the request's timestamp.
    public var platformTime: UTCInstant

    public init(
        id: CallID, app: AppID, stream: StreamID?, method: CallMethod, kind: Kind,
        callClass: CallClass = .live, platformTime: UTCInstant
    ) {
        self.id = id
        self.app = app
        self.stream = stream
        self.method = method
        self.kind = kind
        self.callClass = callClass
        self.platformTime = platformTime
    }

    public var shop: ShopID? { stream?.shop }
}
