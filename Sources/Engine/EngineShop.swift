public import Configuration
public import SyncCore

/// One shop as the engine uses it.
public struct EngineShop: Sendable {
    public var id: ShopID
    public var name: String
    public var app: AppID
    /// Nil for a promoter's account: its methods need none.
    public var session: SecretSource?
    public var types: [String]
    public var details: DetailPolicy
    var parcelPlan: ParcelPlan
}
