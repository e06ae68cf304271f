/// What the state of an app means for its shops.
enum ShopEffect: Equatable, Sendable {
    /// The platform refuses the app, or its time is not known.
    case appSuspended(code: String)
    case appAccepted
    /// The platform accepts the app and refuses the shop whose answer said so.
    case refusedAlone(CallFailure)
    /// The platform's time is known; it may have been set back since the last run.
    case clockKnown
    /// The platform's time is a second or two from what was assumed.
    case clockAdjusted
    /// The platform's clock was set.
    /// - believed: the platform's time as it was assumed.
    /// - unsure: seconds since that time was last confirmed, at least.
    case clockSetBack(believed: UTCInstant, unsure: Int64)
    case clockSetForward(believed: UTCInstant, unsure: Int64)

    /// It concerns one shop only: the one whose answer showed it.
    var isForOneShop: Bool {
        if case .refusedAlone = self { true } else { false }
    }
}
