/// What a platform's lists promise, and how they want to be read. Its adapter states it, the core
/// obeys it: nothing else in the core knows one platform from another.
public struct ReadingRules: Equatable, Sendable {
    /// One list: how long an interval a request may span, in seconds, and how it is read.
    public struct List: Equatable, Sendable {
        /// The longest interval, and that of the first request: some lists bear more than is
        /// advised when little happens.
        public var spanMax: Int64
        public var spanFirst: Int64
        /// `seek` only where rows come newest first and show the time that they are sorted by.
        public var mode: WindowReader.Mode
        /// The platform refuses what is older, in seconds; nil where it does not.
        public var horizon: Int64?

        public init(
            spanMax: Int64, spanFirst: Int64? = nil, mode: WindowReader.Mode,
            horizon: Int64? = nil
        ) {
            precondition(spanMax >= 2)
            self.spanMax = spanMax
            self.spanFirst = min(spanMax, spanFirst ?? spanMax)
            self.mode = mode
            self.horizon = horizon
        }
    }

    /// Orders by their last change, read live.
    public var changed: List
    /// The same list, when time that was read already is read again.
    public var swept: List
    /// Orders by their creation: history, commands, audits.
    public var created: List
    /// Refunds by their last change.
    public var refunds: List
    /// Orders that a promoter brought, by their last change; nil where there are no promoters.
    public var affiliate: List?
    /// Seconds that every live read has to stay behind the platform's clock at least.
    public var settleMin: Int64 = 0
    /// Milliseconds between two calls for a shop's refunds: some platforms count them by shop.
    public var refundsGap: Int64 = 0
    /// A list's row states all of an order: only rows without content are read one by one.
    public var listsAreComplete = false
    /// The parcels of a split order can be listed.
    public var listsParcels = false
    /// A parcel's trace is requested by its carrier's code, which the platform's own list states.
    public var tracesNeedCarrier = false

    public init(changed: List, swept: List, created: List, refunds: List) {
        self.changed = changed
        self.swept = swept
        self.created = created
        self.refunds = refunds
    }

    /// The rules of the list that a stream reads.
    func list(of kind: StreamKind) -> List {
        switch kind {
        case .orders, .ahead: changed
        case .sweep, .sweepSecond, .sweepThird: swept
        case .backfill, .requested, .audit: created
        case .verify:
            List(
                spanMax: created.spanMax, spanFirst: created.spanFirst, mode: .counted)
        case .refunds, .refundHistory: refunds
        case .affiliate: promoters
        case .details, .shipments, .prices: preconditionFailure("\(kind) reads no list")
        }
    }

    private var promoters: List {
        guard let affiliate else { preconditionFailure("a platform without promoters") }
        return affiliate
    }
}
