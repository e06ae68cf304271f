public import SyncCore

/// The answer to a queue's entry and what becomes of that entry: stored together or not at all.
public struct WorkCompletion: Sendable {
    public var content: AnswerContent?
    public var change: WorkChange
    public var parcelPlan: ParcelPlan

    public init(
        content: AnswerContent?, change: WorkChange, parcelPlan: ParcelPlan
    ) {
        self.content = content
        self.change = change
        self.parcelPlan = parcelPlan
    }
}
