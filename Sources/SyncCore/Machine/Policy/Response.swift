/// What a shop wants done, and what it has learned about its app.
struct ShopResponse: Sendable {
    var actions: [SyncAction] = []
    var findings: [AppFinding] = []
    /// Failures of streams, in order; nil for a stream that is fine again.
    private(set) var reports: [(stream: StreamID, text: String?)] = []

    /// A stream's latest failure, to be stored.
    mutating func report(_ stream: StreamID, _ text: String) { reports.append((stream, text)) }

    mutating func clearReport(_ stream: StreamID) { reports.append((stream, nil)) }

    /// The page of that call, if any, and the change are stored in one transaction.
    mutating func commit(_ call: CallID?, _ change: LedgerChange) {
        actions.append(.commit(call, change))
    }

    mutating func log(_ note: SyncNote) { actions.append(.note(note)) }
}

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

/// What an app wants done, and what its shops have to know.
struct AppResponse: Sendable {
    var actions: [SyncAction] = []
    var effects: [ShopEffect] = []

    mutating func log(_ note: SyncNote) { actions.append(.note(note)) }
}

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
