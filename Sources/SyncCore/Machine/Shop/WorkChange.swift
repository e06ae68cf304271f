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
