/// The unified status of an order or of one of its items, the same for every platform.
public enum OrderStatus: String, CaseIterable, Sendable {
    case unpaid
    /// Paid, or cash on delivery: ready to be shipped.
    case paid
    case partShipped = "part_shipped"
    case shipped
    case completed
    case closed
    /// The platform sent a status that its table does not know; `platform_status` holds it.
    case unknown

    /// What follows is for after-sales.
    public var isEnd: Bool { self == .completed || self == .closed }
}
