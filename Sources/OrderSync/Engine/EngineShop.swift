import SyncCore

/// One shop as the engine uses it.
struct EngineShop: Sendable {
    var id: ShopID
    var name: String
    var app: AppID
    /// Nil for a promoter's account: its methods need none.
    var session: SecretSource?
    var types: [String]
    var details: DetailPolicy
    var parcelPlan: ParcelPlan
}
