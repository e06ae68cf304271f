/// The end of a call.
public struct CallResult: Equatable, Sendable {
    public enum Outcome: Equatable, Sendable {
        case page(PageSummary)
        /// One order or refund in full.
        case detail
        case trace(ParcelTrace)
        case parcels(count: Int)
        case goods(count: Int)
        case carriers
        /// The session belongs to the shop's seller.
        case seller
        case serverTime(UTCInstant)
        case failure(CallFailure)
    }

    public var outcome: Outcome
    /// The `Date` header of the answer, also of one that failed; nil without an answer.
    public var date: UTCInstant?
    /// An HTTP answer came, whatever it said; false when the network gave none.
    public var isAnswered: Bool

    /// The platform says that there were too many calls.
    var isThrottled: Bool {
        if case .failure(let failure) = outcome, case .throttled = failure.disposition {
            return true
        }
        return false
    }

    public init(_ outcome: Outcome, date: UTCInstant? = nil, isAnswered: Bool = true) {
        self.outcome = outcome
        self.date = date
        self.isAnswered = isAnswered
    }
}
