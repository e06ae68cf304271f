/// A call that a shop could make now.
struct Offer: Equatable, Sendable {
    enum Worth: Equatable, Sendable {
        case fixed(Double)
        /// The data that a poll brings is worth its changes times their age: rate × wait². So a
        /// feed waits in proportion to 1/√rate. The wait counts from the feed's last call, not from
        /// its cursor: a shop that is days behind, or that has a gap, must not take all calls of
        /// the others. After `lateAfter` milliseconds only the wait counts.
        case waiting(since: MonotonicInstant, changeRate: Double, lateAfter: Int64)

        func score(_ now: MonotonicInstant) -> Double {
            switch self {
            case .fixed(let score): return score
            case .waiting(let since, let changeRate, let lateAfter):
                let waited = max(1, now.milliseconds(since: since))
                let square = Double(waited) * Double(waited)
                return waited > lateAfter ? 1e6 * square : changeRate * square
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
