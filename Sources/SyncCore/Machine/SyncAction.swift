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
