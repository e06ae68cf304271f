import OrderStore
public import SyncCore

/// A write that waits for the next transaction.
public struct QueuedWrite: Sendable {
    var operation: StoreOperation
    /// Sent to the machine once it is stored.
    var confirmation: SyncEvent?
    /// Logged once it is stored.
    public var notes: [SyncNote] = []
    /// It does not wait for others to share a transaction with.
    var isUrgent: Bool
    public var orderCount = 0
    var byteCount = 0
}

extension QueuedWrite {
    /// A page of a window and what it changes in the ledger; the page is nil where only the ledger
    /// changes.
    init(_ content: AnswerContent?, _ change: LedgerChange, _ shop: EngineShop) {
        let commit = PageCommit(
            content: content, change: change, details: shop.details,
            parcelPlan: shop.parcelPlan)
        self.init(
            operation: .page(commit), confirmation: .committed(changes: 1),
            isUrgent: change.isUrgent || content == nil, orderCount: content?.rowCount ?? 0,
            byteCount: content?.byteCount ?? 0)
    }
}
