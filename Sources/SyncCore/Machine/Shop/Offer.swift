/// A call that a shop could make now.
struct Offer: Equatable, Sendable {
    enum Worth: Equatable, Sendable {
        case fixed(Double)
        /// The longer a feed waits for a call, the more it is worth; of two that wait as long, the
        /// one with more changes. A weight between 1 and 4 on the square of the wait means that no
        /// feed waits more than twice as long as another, however busy that one is. The wait
        /// counts from the feed's last call, not from its cursor: a shop that is days behind, or
        /// that has a gap, must not take all calls of the others.
        case waiting(since: MonotonicInstant, changeRate: Double)

        static let busyChangeRate = 0.5

        func score(_ now: MonotonicInstant) -> Double {
            switch self {
            case .fixed(let score): return score
            case .waiting(let since, let changeRate):
                let wait = Double(max(1, now.milliseconds(since: since)))
                return (1 + 3 * min(1, changeRate / Self.busyChangeRate)) * wait * wait
            }
        }
    }

    /// What the shop asks for.
    enum Subject: Equatable, Sendable {
        /// By its position in the feed, which holds until something happens to the shop.
        case window(StreamKind, task: Int)
        /// By its position in the queue, which holds as long.
        case work(StreamKind, entry: Int)
        case audit
        case seller
    }

    var subject: Subject
    var callClass: CallClass
    var method: CallMethod
    var kind: Call.Kind
    var stream: StreamID
    var worth: Worth
    /// It waits for history itself, and takes no calls of the day's second half.
    var isHistoryDetail = false
    /// The shop may not call it before.
    var notBefore: MonotonicInstant?
}
