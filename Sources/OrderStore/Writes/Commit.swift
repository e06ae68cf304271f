public import SyncCore

/// A page and the bookkeeping that speaks of it: stored together or not at all.
public struct Commit: Sendable {
    public var content: AnswerContent?
    public var change: LedgerChange
    /// Which orders are put into the queue of details.
    public var details: DetailPolicy
    public var parcelPlan: ParcelPlan

    public init(
        content: AnswerContent?, change: LedgerChange, details: DetailPolicy = .never,
        parcelPlan: ParcelPlan = ParcelPlan(unit: 3_600)
    ) {
        self.content = content
        self.change = change
        self.details = details
        self.parcelPlan = parcelPlan
    }
}

/// The answer to a queue's entry and what becomes of that entry: stored together or not at all.
public struct Finish: Sendable {
    public var content: AnswerContent?
    public var change: WorkChange
    public var parcelPlan: ParcelPlan

    public init(
        content: AnswerContent?, change: WorkChange,
        parcelPlan: ParcelPlan = ParcelPlan(unit: 3_600)
    ) {
        self.content = content
        self.change = change
        self.parcelPlan = parcelPlan
    }
}

/// A write of the sync: applied in the order given, many in one transaction.
public enum StoreOperation: Sendable {
    case commit(Commit)
    case finish(Finish)
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

/// What calls are counted by.
public struct UsageKey: Hashable, Sendable {
    public var app: String
    /// Beijing day, `yyyy-MM-dd`.
    public var day: String
    /// The platform's name of the method.
    public var method: String
    public var callClass: CallClass

    public init(app: String, day: String, method: String, callClass: CallClass = .live) {
        self.app = app
        self.day = day
        self.method = method
        self.callClass = callClass
    }
}

/// What a transaction did.
public struct StoreOutcome: Equatable, Sendable {
    /// Of orders.
    public var counts = StoredCounts()
    public var refunds = StoredCounts()
    /// Of orders that promoters brought.
    public var affiliate = StoredCounts()
    /// Watched prices that fell below their marks.
    public var drops: [PriceDrop] = []
    /// Rows that could not be stored and were not known before.
    public var rejections: [Rejection] = []
    /// What the machine is to be told, besides that its changes are stored.
    public var events: [SyncEvent] = []
    /// The size of a write-ahead log that another program keeps from being emptied.
    public var stuckLogBytes: Int64?

    public init() {}
}

/// A row of an answer that could not be stored.
public struct Rejection: Equatable, Sendable {
    public var stream: StreamID
    public var row: RejectedRow
}

/// What a transaction did to orders.
public struct StoredCounts: Equatable, Sendable {
    public var created = 0
    public var updated = 0
    /// Identical or older: nothing was written.
    public var unchanged = 0

    public init() {}

    public static func += (left: inout Self, right: Self) {
        left.created += right.created
        left.updated += right.updated
        left.unchanged += right.unchanged
    }
}
