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
