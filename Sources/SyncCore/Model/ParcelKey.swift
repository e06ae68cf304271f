/// A parcel's key: a tracking number can occur in several orders.
public struct ParcelKey: Hashable, Sendable {
    public var order: String
    public var trackingNumber: String

    public init(order: String, trackingNumber: String) {
        self.order = order
        self.trackingNumber = trackingNumber
    }
}
