/// What happened outside, as the machine receives it.
public enum SyncEvent: Equatable, Sendable {
    /// Time passed, or nothing in particular: see what can be started.
    case tick
    /// A call ended.
    case answered(CallID, CallResult)
    /// So many pages, bookkeeping changes included, are committed.
    case committed(changes: Int)
    /// The outcome of a queue's entry is stored; `due` is when it comes up again, if it does.
    case worked(StreamID, WorkItem.Subject, due: UTCInstant?)
    /// Entries were put into a stream's queue.
    case queued(StreamID)
    /// What a queue holds; `isAll` when no more are due, `nextDue` when the next one will be.
    case workLoaded(StreamID, [WorkItem], isAll: Bool, nextDue: UTCInstant?)
    /// What a page changed in the database.
    case stored(StreamID, onTime: Int, late: [LateRow], askedAt: UTCInstant)
    /// The database holds so many orders created in the interval that was asked about; nil where
    /// some were deleted on purpose, and counting says nothing.
    case counted(ShopID, stored: Int?)
    /// A command has put windows into the ledger.
    case requested(StreamID, [WindowRecord])
    /// The carriers that were asked for are stored.
    case carriersStored(AppID)
    /// The database holds `total` calls of the app as used in `day`; `others` of them are new to
    /// the machine: other processes have made them.
    case reserved(AppID, total: Int, others: Int, day: Int64)
    /// The database holds a ban that another process may have met. `until` is by the machine's
    /// wall clock.
    case banFound(AppID, RateLimiter.BanScope, until: UTCInstant, code: String)
    /// Something that a shop's authorisation depends on has changed: try at once.
    case authorisationChanged(ShopID)
}

/// The end of a call.
public struct CallResult: Equatable, Sendable {
    public enum Outcome: Equatable, Sendable {
        case page(PageSummary)
        /// One order or refund in full.
        case detail
        case trace(ParcelTrace)
        case parcels(count: Int)
        case goods(count: Int)
        case carriers
        /// The session belongs to the shop's seller.
        case seller
        case serverTime(UTCInstant)
        case failure(CallFailure)
    }

    public var outcome: Outcome
    /// The `Date` header of the answer, also of one that failed; nil without an answer.
    public var date: UTCInstant?
    /// An HTTP answer came, whatever it said; false when the network gave none.
    public var isAnswered: Bool

    /// The platform says that there were too many calls.
    var isThrottled: Bool {
        if case .failure(let failure) = outcome, case .throttled = failure.disposition {
            return true
        }
        return false
    }

    public init(_ outcome: Outcome, date: UTCInstant? = nil, isAnswered: Bool = true) {
        self.outcome = outcome
        self.date = date
        self.isAnswered = isAnswered
    }
}

/// The clocks at an event.
public struct Now: Equatable, Sendable {
    public var ticks: MonotonicInstant
    /// The machine's wall clock: only used until the platform's is known.
    public var wall: UTCInstant

    public init(ticks: MonotonicInstant, wall: UTCInstant) {
        self.ticks = ticks
        self.wall = wall
    }
}

/// A change that was stored by a repeated read only.
public struct LateRow: Equatable, Sendable {
    public var order: String
    public var modifiedAt: UTCInstant

    public init(order: String, modifiedAt: UTCInstant) {
        self.order = order
        self.modifiedAt = modifiedAt
    }
}
