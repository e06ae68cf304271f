/// A parcel as the database knows it when its turn comes.
public struct ParcelState: Equatable, Sendable {
    public var status: ParcelStatus
    public var shippedAt: UTCInstant?
    public var lastEventAt: UTCInstant?
    /// Items of the order in this parcel; empty when they are not known.
    public var items: [String]
    /// The order has items in other parcels, or not sent yet.
    public var isSplit: Bool
    /// Its latest poll was in vain, or listed the order's parcels only.
    public var isInDoubt = false
    /// Its carrier's code; empty where it is not needed.
    public var carrier = ""

    public init(
        status: ParcelStatus, shippedAt: UTCInstant?, lastEventAt: UTCInstant? = nil,
        items: [String] = [], isSplit: Bool = false
    ) {
        self.status = status
        self.shippedAt = shippedAt
        self.lastEventAt = lastEventAt
        self.items = items
        self.isSplit = isSplit
    }
}
