/// The clocks when an answer came.
public struct MergeClocks: Equatable, Sendable {
    /// The platform's time; nil where it is unknown.
    public var platformNow: UTCInstant?
    /// The machine's clock shows the same time.
    public var agree = false
    /// The answer is about one row, and so comes from the platform's data rather than an index.
    public var isDirect = false
    /// When the answer was requested, by the later of both clocks where they differ: a request
    /// after one of them was corrected then never counts as much later than it is.
    public private(set) var askedMilliseconds: Int64?
    /// The same by the machine's clock.
    private var machineAskedSeconds: Int64?

    /// The platform's clock is known to a second or two from below.
    static let toleranceSeconds: Int64 = 5

    public init(platformNow: UTCInstant? = nil) {
        self.platformNow = platformNow
    }

    /// - Parameters:
    ///   - answeredAt: the platform's time when the answer came; 0 for unknown.
    ///   - askedAt: the same when it was requested.
    ///   - askedMilliseconds: the machine's time then; 0 for unknown.
    public init(answeredAt: UTCInstant, askedAt: UTCInstant, askedMilliseconds: Int64) {
        guard answeredAt.seconds > 0 else { return }
        platformNow = answeredAt
        // A clock that was set back while the answer was on its way dated its request too late.
        let asked = min(askedAt.seconds, answeredAt.seconds)
        let gap = asked - askedMilliseconds / 1_000
        agree = abs(gap) <= Self.toleranceSeconds
        guard askedMilliseconds > 0, askedAt.seconds > 0 else { return }
        machineAskedSeconds = askedMilliseconds / 1_000
        // Whole minutes, so that the order of answers does not depend on how seconds are rounded.
        let minutes = gap > Self.toleranceSeconds ? (gap + 30) / 60 : 0
        self.askedMilliseconds = askedMilliseconds + minutes * 60_000
    }

    public func isFuture(_ time: UTCInstant) -> Bool {
        platformNow.map { time.seconds(since: $0) > Self.toleranceSeconds } ?? false
    }

    /// Why a row's time of change may be wrong.
    public func doubt(of time: UTCInstant) -> RowVersion.TimeDoubt {
        if isFuture(time) { return .future }
        guard let machineAskedSeconds else { return .none }
        let latest = machineAskedSeconds + RowVersion.answerMillisecondsMax / 1_000
        return time.seconds > latest ? .contested : .none
    }
}
