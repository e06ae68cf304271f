/// One decoded answer that holds a promoter's orders.
public struct AffiliatePage: Equatable, Sendable {
    public var orders: [AffiliateRow]
    /// Rows of the answer that are not among `orders`.
    public var rejected: [RejectedRow] = []
    /// When it was asked for, in milliseconds since 1970.
    public var askedMilliseconds: Int64 = 0

    public init(orders: [AffiliateRow]) {
        self.orders = orders
    }
}
