internal import SyncCore

extension OrderWriter {
    /// What a page is merged for.
    struct Context {
        var shop: ShopID
        var now: UTCInstant
        /// The platform's time when the page was requested.
        var askedAt: UTCInstant
        /// The page comes from a read of the past.
        var isHistory = false
        var isSweep = false
        var details = DetailPolicy.never
        var plan: ParcelPlan
        /// Rows older than this should have been seen before; nil where that proves nothing.
        var freshFrom: UTCInstant?
        /// When the answer came.
        var clocks: MergeClocks
        /// The page is a proof of what the platform shows: it states all lines of its orders.
        var isRepair = false
    }

    /// What became of a page.
    struct Result {
        var counts = StoredCounts()
        var late: [LateRow] = []
        var isDetailQueued = false
        var isParcelQueued = false
    }
}

extension OrderWriter.Context {
    /// For a page of a list.
    init(_ commit: PageCommit, _ clocks: MergeClocks, now: UTCInstant) {
        let (change, stream) = (commit.change, commit.change.stream)
        self.init(
            shop: stream.shop, now: now, askedAt: change.askedAt,
            isHistory: stream.kind.isHistory, isSweep: stream.kind.isSweep,
            details: commit.details, plan: commit.parcelPlan, freshFrom: change.freshFrom,
            clocks: clocks)
    }

    /// For an order that was read in full.
    init(_ completion: WorkCompletion, _ clocks: MergeClocks, now: UTCInstant) {
        let change = completion.change
        self.init(
            shop: change.stream.shop, now: now, askedAt: change.askedAt,
            plan: completion.parcelPlan, clocks: clocks)
    }
}
