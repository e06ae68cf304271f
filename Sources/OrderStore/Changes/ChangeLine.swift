/// A line of the table `changes`, for people who watch it.
public struct ChangeLine: Equatable, Sendable {
    public var sequence: Int64
    public var changedAt: Int64
    public var shop: String
    /// `order`, `refund`, `shipment` and so on.
    public var entity: String
    /// Of an order its number; of a refund or parcel the number of its order, if that is known.
    public var order: String
    public var kind: String
    public var oldStatus: String?
    public var newStatus: String?
}
