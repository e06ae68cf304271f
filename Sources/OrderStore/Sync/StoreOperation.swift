public import SyncCore

/// A write of the sync: applied in the order given, many in one transaction.
public enum StoreOperation: Sendable {
    case page(PageCommit)
    case work(WorkCompletion)
    /// Counts the stored orders created in the interval, at this place in the order of writes.
    case count(ShopID, TimeWindow)
    case audited(ShopID, AuditRecord)
    case carriers([CarrierRow], platform: String)
    /// The platform's clock shows this time: what is stored with later times is marked, and nothing
    /// waits longer than it may.
    case clockSetBack(ShopID, to: UTCInstant, pollSeconds: Int64)
    case lagMeasured(ShopID, IndexLag, overlap: Int64, settle: Int64)
    /// Books calls of a day as used before they are made.
    case reserve(AppID, app: String, Reservation)
    case shopState(ShopID, ShopState, reason: String)
    case streamError(StreamID, String)
    /// A ban of a method, or of the whole app when `method` is empty.
    case ban(app: String, method: String, until: UTCInstant, code: String)
}
