/// What the answer to a shop's call says about its app.
enum AppFinding: Equatable, Sendable {
    /// The platform accepted a call for the shop.
    case worked(CallMethod)
    case throttled(ThrottleScope, seconds: Int64?, CallMethod, code: String)
    /// The platform refuses the app, or this shop.
    case refused(CallFailure, isShopRefused: Bool)
    case methodRefused(CallMethod, CallFailure)
    /// A timestamp was refused.
    case clockInDoubt
}
