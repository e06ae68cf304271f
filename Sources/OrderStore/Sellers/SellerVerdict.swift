public import SyncCore

/// Whether a session may fill a shop.
public enum SellerVerdict: Equatable, Sendable {
    case accepted
    /// The shop's orders are those of this seller.
    case otherSeller(SellerIdentity)
    /// Another shop of the database has the seller's orders.
    case shop(named: String)
}
