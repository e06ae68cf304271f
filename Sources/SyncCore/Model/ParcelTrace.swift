/// What the platform knows of one parcel.
public struct ParcelTrace: Equatable, Sendable {
    /// Nil when the answer does not name it.
    public var trackingNumber: String?
    public var company: String?
    public var status: ParcelStatus
    /// As the platform sent it.
    public var platformStatus: String
    /// Texts and action codes that no table knows.
    public var unknownCount: Int
    /// Oldest first.
    public var events: [ParcelEvent]
    /// Scans of the answer that are not among `events`.
    public var rejected: [RejectedRow] = []

    public init(
        trackingNumber: String?, company: String?, status: ParcelStatus, platformStatus: String,
        unknownCount: Int = 0, events: [ParcelEvent]
    ) {
        self.trackingNumber = trackingNumber
        self.company = company
        self.status = status
        self.platformStatus = platformStatus
        self.unknownCount = unknownCount
        self.events = events
    }

    /// The parcel that the answer names, if that is another one of the order than `key`.
    public func otherParcel(than key: ParcelKey) -> ParcelKey? {
        guard let trackingNumber, !trackingNumber.isEmpty,
            trackingNumber.uppercased() != key.trackingNumber.uppercased()
        else { return nil }
        return ParcelKey(order: key.order, trackingNumber: trackingNumber)
    }
}
