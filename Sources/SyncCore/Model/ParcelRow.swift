/// One parcel of an order, as the list of an order's parcels shows it.
public struct ParcelRow: Equatable, Sendable {
    public var trackingNumber: String
    public var company: String?
    /// Items in it; empty when the answer does not say.
    public var items: [String]
    /// The order was sent in parts; nil when the answer does not say.
    public var isSplit: Bool?

    public init(
        trackingNumber: String, company: String?, items: [String], isSplit: Bool? = nil
    ) {
        self.trackingNumber = trackingNumber
        self.company = company
        self.items = items
        self.isSplit = isSplit
    }
}
