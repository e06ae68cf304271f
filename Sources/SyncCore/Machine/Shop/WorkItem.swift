/// Something to be asked about by itself, as the database's queues hold it.
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

/// A parcel as the database knows it when its turn comes.
public struct ParcelState: Equatable, Sendable {
    public var status: ParcelStatus
    public var shippedAt: UTCInstant?
    public var lastEventAt: UTCInstant?
    /// Items of the order in this parcel; empty when they are not known.
    public var items: [String]
    /// The order has items in other parcels, or not sent yet.
    public var isSplit: Bool
    /// Its latest poll was in vain, or listed the order's parcels only.
    public var isInDoubt = false
    /// Its carrier's code; empty where it is not needed.
    public var carrier = ""

    public init(
        status: ParcelStatus, shippedAt: UTCInstant?, lastEventAt: UTCInstant? = nil,
        items: [String] = [], isSplit: Bool = false
    ) {
        self.status = status
        self.shippedAt = shippedAt
        self.lastEventAt = lastEventAt
        self.items = items
        self.isSplit = isSplit
    }
}

/// What becomes of a queue's entry, in the transaction that stores the answer.
public struct WorkChange: Equatable, Sendable {
    public enum Outcome: Equatable, Sendable {
        /// Read. If the answer was older than what a list has shown meanwhile, once more then.
        case read(elseAgainAt: UTCInstant)
        /// Not now; an empty error leaves the count of failures alone.
        case again(at: UTCInstant, error: String)
        /// The platform does not have it, or refuses it permanently: recorded, not requested again.
        case notFound(error: String)
        case refused(error: String)
        /// A parcel was asked about; nil: no more polls.
        case polled(nextAt: UTCInstant?, error: String)
        /// The order's parcels are to be found out first, then it is the parcel's turn again.
        case parcelsListed(nextAt: UTCInstant)
        /// Goods were asked for; those that the answer lacks are not on offer, or have to be asked
        /// for one by one.
        case priced(nextAt: UTCInstant)
        /// The platform will not search for these goods: they are asked for one by one; without
        /// their PID where it is what the platform refuses.
        case oneByOne(error: String, isPublic: Bool)
        /// The platform answers with an error for this good alone: it is not on offer.
        case gone(nextAt: UTCInstant, error: String)
    }

    public var stream: StreamID
    public var subject: WorkItem.Subject
    public var outcome: Outcome
    /// The platform's time when it was asked.
    public var askedAt: UTCInstant
    /// The same when the answer came; 0 for unknown.
    public var answeredAt = UTCInstant(seconds: 0)

    public init(
        stream: StreamID, subject: WorkItem.Subject, outcome: Outcome, askedAt: UTCInstant
    ) {
        self.stream = stream
        self.subject = subject
        self.outcome = outcome
        self.askedAt = askedAt
    }
}
