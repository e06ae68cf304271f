/// Something to be asked about separately, as the database's queues hold it.
public struct WorkItem: Equatable, Sendable {
    public enum Subject: Hashable, Sendable {
        /// An order to be read in full.
        case order(String)
        /// A refund to be read in full.
        case refund(String)
        /// A parcel whose way is asked for.
        case parcel(ParcelKey)
        /// Goods whose prices are asked for.
        case goods(GoodsQuery)
    }

    public var subject: Subject
    /// Failures so far.
    public var attempt: Int
    /// It can wait for calls that nothing else needs.
    public var isHistory = false
    /// A good that is known not to be on offer.
    public var isGone = false
    /// The order of a refund; empty where it is not known.
    public var order = ""
    /// What the plan of polls needs to know of a parcel.
    public var parcel: ParcelState?

    public init(_ subject: Subject, attempt: Int = 0, parcel: ParcelState? = nil) {
        self.subject = subject
        self.attempt = attempt
        self.parcel = parcel
    }
}
