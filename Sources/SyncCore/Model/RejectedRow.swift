/// A row of an answer that is not stored as what it is: something in it is wrong that would be
/// stored wrong. The other rows of the answer are stored as always.
public struct RejectedRow: Equatable, Sendable {
    /// Why; the raw value is the name in the database and in logs.
    public enum Reason: String, CaseIterable, Sendable {
        /// The list holds something else at this place.
        case notAnObject = "not_an_object"
        /// No id, an empty one, or one that went through a floating-point number.
        case unusableID = "unusable_id"
        /// Two members state different ids, and rounding does not explain the difference.
        case contradictoryID = "contradictory_id"
        /// The time that decides which version is newer, or that the list selects by, is missing
        /// or unreadable.
        case unreadableTime = "unreadable_time"
        case malformedMoney = "malformed_money"
        /// The lines of an order, or one of them, cannot be read.
        case malformedItems = "malformed_items"
        /// Another member that decides something is no value of its kind.
        case malformedMember = "malformed_member"
        /// A member is nested deeper than the reader goes.
        case nestedTooDeep = "nested_too_deep"
    }

    /// What the row would have been; the raw value is the name in the database.
    public enum Entity: String, CaseIterable, Sendable {
        case order
        case refund
        case affiliateOrder = "affiliate_order"
        case product
        /// Of the list of an order's parcels.
        case parcel
        case parcelEvent = "parcel_event"
    }

    public var entity: Entity
    public var reason: Reason
    /// The row's own id, where it can be read.
    public var id: String?
    /// The order that it belongs to, where it is not the order itself.
    public var order: String?
    /// The time of its version, where it can be read.
    public var at: UTCInstant?
    /// Its JSON, as received but for what would keep SQLite from reading it.
    public var raw: [UInt8]
    /// Of the JSON as the platform sent it, whatever the privacy policy hides of it later.
    public var contentHash: UInt64

    public init(
        entity: Entity, reason: Reason, id: String? = nil, order: String? = nil,
        at: UTCInstant? = nil, raw: [UInt8], contentHash: UInt64
    ) {
        self.entity = entity
        self.reason = reason
        self.id = id
        self.order = order
        self.at = at
        self.raw = raw
        self.contentHash = contentHash
    }
}
