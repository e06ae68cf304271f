/// One feed of one shop.
public struct StreamID: Hashable, Sendable {
    public var shop: ShopID
    public var kind: StreamKind

    public init(shop: ShopID, kind: StreamKind) {
        self.shop = shop
        self.kind = kind
    }
}
