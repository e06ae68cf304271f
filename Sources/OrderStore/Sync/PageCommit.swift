public import SyncCore

/// A page and the bookkeeping that speaks of it: stored together or not at all.
public struct PageCommit: Sendable {
    public var content: AnswerContent?
    public var change: LedgerChange
    /// Which orders are put into the queue of details.
    public var details: DetailPolicy
    public var parcelPlan: ParcelPlan

    public init(
        content: AnswerContent?, change: LedgerChange, details: DetailPolicy, parcelPlan: ParcelPlan
    ) {
        self.content = content
        self.change = change
        self.details = details
        self.parcelPlan = parcelPlan
    }
}
