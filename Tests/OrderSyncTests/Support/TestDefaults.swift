import OrderStore
import SyncCore

/// What most tests do not look at.
extension PageCommit {
    init(
        content: AnswerContent?, change: LedgerChange, details: DetailPolicy = .never
    ) {
        self.init(
            content: content, change: change, details: details,
            parcelPlan: ParcelPlan(intervalSeconds: 3_600))
    }
}
