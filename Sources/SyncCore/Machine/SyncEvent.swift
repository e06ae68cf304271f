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
