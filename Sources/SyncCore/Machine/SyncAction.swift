/// What the machine wants done. The driver performs it and reports back; it decides nothing.
public enum SyncAction: Equatable, Sendable {
    /// Perform the call and report `.answered`.
    case call(Call)
    /// Store the page of that call, if any, together with the change, or neither; in the order
    /// given. Report `.committed`.
    case commit(CallID?, LedgerChange)
    /// Store the answer of that call, if any, and what becomes of the queue's entry, or neither.
    /// Report `.worked`.
    case finish(CallID?, WorkChange)
    /// Look into a stream's queue for entries due by then, and report `.workLoaded`.
    case loadWork(StreamID, limit: Int, dueBy: UTCInstant)
    /// Count the stored orders created in the interval, after everything asked for before is
    /// stored, and report `.counted`.
    case countStored(ShopID, TimeWindow)
    /// Store how a day's audit ended.
    case audited(ShopID, AuditRecord)
    /// Store what is known of a shop's lag, and what follows from it.
    case lagMeasured(ShopID, IndexLag, overlap: Int64, settle: Int64)
    /// The platform's clock shows this time, earlier than the daemon believed: mark what is stored
    /// of the shop with later times, and let nothing wait longer than it may: parcels for
    /// `pollSeconds`.
    case clockSetBack(ShopID, to: UTCInstant, pollSeconds: Int64)
    /// Forget the page of that call.
    case discard(CallID)
    /// Store that more calls of a day are used, then report `.reserved`.
    case reserve(AppID, Reservation)
    /// Store the app's platform's carriers, which that call answered, and report
    /// `.carriersStored`.
    case storeCarriers(CallID, AppID)
    /// Store how a shop is.
    case shopState(ShopID, ShopState, reason: String)
    /// Store a stream's latest failure.
    case streamError(StreamID, String)
    /// Store that a scope is banned; `code` is the platform's. `until` is by the machine's wall
    /// clock: at the next start no other is known, and asking for one may be what is banned.
    case banned(AppID, RateLimiter.BanScope, until: UTCInstant, code: String)
    /// Log it for the operator.
    case note(SyncNote)
}

extension SyncAction {
    /// The store reports when it is done.
    var isStored: Bool {
        switch self {
        case .commit, .finish: true
        case .call, .loadWork, .countStored, .audited, .lagMeasured, .clockSetBack, .discard,
            .reserve, .storeCarriers, .shopState, .streamError, .banned, .note:
            false
        }
    }
}

/// A shop's state; the database stores the raw value.
public enum ShopState: String, CaseIterable, Sendable {
    case active
    /// The platform refuses its app, or the shop itself: configuration has to change.
    case paused
    case unauthorized
}

/// One call to make, now.
public struct Call: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        case serverTime
        case list(PageRequest)
        case order(String)
        /// A refund by its number; the order is empty when it is unknown.
        case refund(String, order: String)
        /// The items are those of the parcel when the order is split; empty when it is not. The
        /// carrier's code is empty where it is not needed.
        case trace(ParcelKey, items: [String], carrier: String)
        case parcels(order: String)
        case goods(GoodsQuery)
        case carriers
        case seller
    }

    public var id: CallID
    public var app: AppID
    /// Nil for calls that need no authorisation.
    public var stream: StreamID?
    public var method: CallMethod
    public var kind: Kind
    public var callClass: CallClass
    /// The platform's time, for the request's timestamp.
    public var platformTime: UTCInstant

    public init(
        id: CallID, app: AppID, stream: StreamID?, method: CallMethod, kind: Kind,
        callClass: CallClass = .live, platformTime: UTCInstant
    ) {
        self.id = id
        self.app = app
        self.stream = stream
        self.method = method
        self.kind = kind
        self.callClass = callClass
        self.platformTime = platformTime
    }

    public var shop: ShopID? { stream?.shop }
}

/// Events an operator may want to know of; the driver turns each into one line of the log.
public enum SyncNote: Equatable, Sendable {
    case windowStored(StreamID, TimeWindow, calls: Int, rows: Int, lagSeconds: Int64)
    case backfillFinished(StreamID, reachedBack: UTCInstant)
    /// What a command asked to be read is read.
    case requestFinished(StreamID)
    /// A change that no live read had seen was found by the sweep, so long after it happened.
    case lateChange(StreamID, order: String, lateSeconds: Int64)
    /// Live reads now reach back and stay behind so far, for changes become visible that late.
    case lagChanged(ShopID, lagSeconds: Int64, overlap: Int64, settle: Int64)
    /// The platform does not have what its own list named, or refuses it.
    case detailGivenUp(StreamID, WorkItem.Subject, code: String)
    /// The platform refuses a method that not all depends on; it is tried again later.
    case methodRefused(AppID, CallMethod, code: String, line: String, retrySeconds: Int64)
    /// Texts of a parcel's way that no table knows.
    case parcelTextUnknown(StreamID, status: String, count: Int)
    case dayAudited(ShopID, AuditRecord)
    /// The platform no longer returns an interval that was not read.
    case outOfReach(StreamID, TimeWindow)
    /// The platform fails only at this interval of the stream, which continues without it.
    case windowQuarantined(StreamID, TimeWindow, code: String)
    /// The rows of an answer are stored; that they are all rows of the interval is not proven.
    case answerDoubted(StreamID, TimeWindow, Doubt, attempt: Int, retryMs: Int64)
    /// Repeated answers showed no other rows: the interval counts as stored.
    case doubtAccepted(StreamID, TimeWindow, Doubt)
    case callFailed(StreamID?, AppID, CallMethod, CallFailure, attempt: Int, retryMs: Int64)
    case throttled(AppID, ThrottleScope, CallMethod?, seconds: Int64, code: String)
    case dayIsSpent(AppID, callsToday: Int)
    case shopUnauthorised(ShopID, code: String, line: String)
    case shopRecovered(ShopID)
    /// The platform refuses a shop, but not its app.
    case shopRefused(ShopID, code: String, line: String)
    case shopAccepted(ShopID)
    /// The shop's session belongs to another seller, or to one that another shop has.
    case sellerRefused(ShopID, line: String)
    /// It cannot be learned whose session it is; rows are read all the same.
    case sellerUnknown(ShopID, code: String, line: String)
    case appMisconfigured(AppID, code: String, line: String)
    case appRecovered(AppID)
    /// Seconds that the machine's clock is ahead of the platform's.
    case clockKnown(AppID, aheadSeconds: Int64)
    case clockMoved(AppID, bySeconds: Int64)
    /// The platform's clock cannot be had; the machine's is used.
    case clockUnknown(AppID)
}
