/// What happened outside, as the machine is told of it.
public enum SyncEvent: Equatable, Sendable {
    /// Time passed, or nothing in particular: see what can be started.
    case tick
    /// A call ended.
    case answered(CallID, CallResult)
    /// So many pages, bookkeeping changes included, are stored for good.
    case committed(changes: Int)
    /// The database holds `total` calls of the app as used in `day`.
    case reserved(AppID, total: Int, day: Int64)
    /// Something that a shop's authorisation depends on has changed: try at once.
    case authorisationChanged(ShopID)
}

/// The end of a call.
public struct CallResult: Equatable, Sendable {
    public enum Outcome: Equatable, Sendable {
        case page(PageSummary)
        case serverTime(UTCInstant)
        case failure(CallFailure)
    }

    public var outcome: Outcome
    /// The `Date` header of the answer, also of one that failed; nil without an answer.
    public var date: UTCInstant?
    /// An HTTP answer came, whatever it said; false when the network gave none.
    public var isAnswered: Bool

    public init(_ outcome: Outcome, date: UTCInstant? = nil, isAnswered: Bool = true) {
        self.outcome = outcome
        self.date = date
        self.isAnswered = isAnswered
    }
}

/// The clocks at an event.
public struct Now: Equatable, Sendable {
    public var ticks: Ticks
    /// The machine's wall clock: only used until the platform's is known.
    public var wall: UTCInstant

    public init(ticks: Ticks, wall: UTCInstant) {
        self.ticks = ticks
        self.wall = wall
    }
}
