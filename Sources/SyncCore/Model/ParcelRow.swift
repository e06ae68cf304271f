/// A parcel's key: a tracking number can occur in several orders.
public struct ParcelKey: Hashable, Sendable {
    public var order: String
    public var trackingNumber: String

    public init(order: String, trackingNumber: String) {
        self.order = order
        self.trackingNumber = trackingNumber
    }
}

/// A parcel that an order names, by slots of its page.
public struct ParcelSlots: Sendable {
    public var trackingNumber: ByteRange
    public var company: ByteRange
    /// The line that the parcel contains; absent when the answer does not name one.
    public var item: ByteRange

    public init(trackingNumber: ByteRange, company: ByteRange, item: ByteRange = .absent) {
        self.trackingNumber = trackingNumber
        self.company = company
        self.item = item
    }
}

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
