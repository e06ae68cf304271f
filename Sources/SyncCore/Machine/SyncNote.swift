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
    /// Why the traced shop makes a call, or does not.
    case decision(Decision)
    /// The platform's clock cannot be had; the machine's is used.
    case clockUnknown(AppID)
}
