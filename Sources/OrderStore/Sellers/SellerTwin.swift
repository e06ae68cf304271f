public import SyncCore

/// A shop that reads the orders of the same seller as another one.
public struct SellerTwin: Equatable, Sendable {
    public var shop: String
    /// Empty where only an order shows that both are one seller.
    public var seller: SellerIdentity
    /// An order that both read; empty where the seller is known.
    public var order: String

    public init(shop: String, seller: SellerIdentity, order: String) {
        (self.shop, self.seller, self.order) = (shop, seller, order)
    }
}
