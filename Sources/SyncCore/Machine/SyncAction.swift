/// What the machine wants done. The driver performs it and reports back; it decides nothing.
public enum SyncAction: Equatable, Sendable {
    /// Perform the call and report `.answered`.
    case call(Call)
    /// Store the page of that call, if any, together with the change, or neither; in the order
    /// given. Report `.committed`.
    case commit(CallID?, LedgerChange)
    /// Forget the page of that call.
    case discard(CallID)
    /// Store that so many calls of the day are used, then report `.reserved`.
    case reserve(AppID, total: Int, day: Int64)
    /// Store how a shop is.
    case shopState(ShopID, ShopState, reason: String)
    /// Store a stream's latest failure.
    case streamError(StreamID, String)
    /// Store that a scope is banned; `code` is the platform's. `until` is by the machine's wall
    /// clock: at the next start no other is known, and asking for one may be what is banned.
    case banned(AppID, RateLimiter.BanScope, until: UTCInstant, code: String)
    /// Tell the operator.
    case note(SyncNote)
}

/// How a shop is; the raw value stands in the database.
public enum ShopState: String, CaseIterable, Sendable {
    case active
    /// Its app is refused by the platform: configuration has to change.
    case paused
    case unauthorized
}

/// One call to make, now.
public struct Call: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        case serverTime
        case list(PageRequest)
    }

    public var id: CallID
    public var app: AppID
    /// Nil for calls that need no authorisation.
    public var stream: StreamID?
    public var method: CallMethod
    public var kind: Kind
    /// The platform's time, for the request's timestamp.
    public var platformTime: UTCInstant

    public init(
        id: CallID, app: AppID, stream: StreamID?, method: CallMethod, kind: Kind,
        platformTime: UTCInstant
    ) {
        self.id = id
        self.app = app
        self.stream = stream
        self.method = method
        self.kind = kind
        self.platformTime = platformTime
    }

    public var shop: ShopID? { stream?.shop }
}

/// Events an operator may want to know of; the driver turns each into one line of the log.
public enum SyncNote: Equatable, Sendable {
    case windowStored(StreamID, TimeWindow, calls: Int, rows: Int, lagSeconds: Int64)
    case backfillFinished(StreamID, reachedBack: UTCInstant)
    case answerDoubted(StreamID, TimeWindow, Doubt, attempt: Int)
    case callFailed(StreamID?, AppID, CallMethod, CallFailure, attempt: Int, retryMs: Int64)
    case throttled(AppID, ThrottleScope, CallMethod, seconds: Int64, code: String)
    case dayIsSpent(AppID, callsToday: Int)
    case shopUnauthorised(ShopID, code: String, line: String)
    case shopRecovered(ShopID)
    case appMisconfigured(AppID, code: String, line: String)
    case appRecovered(AppID)
    /// Seconds that the machine's clock is ahead of the platform's.
    case clockKnown(AppID, aheadSeconds: Int64)
    case clockMoved(AppID, bySeconds: Int64)
    /// The platform's clock cannot be had; the machine's is used.
    case clockUnknown(AppID)
}
