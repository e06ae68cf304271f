public import SyncCore

/// A shop of the database, and whose it is.
public struct StoredSeller: Equatable, Sendable {
    public var shop: String
    public var platform: String
    public var seller: SellerIdentity
    /// Orders or refunds are stored under the name.
    public var hasRows: Bool
}
