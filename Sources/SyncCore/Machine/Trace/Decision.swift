/// Why the traced shop makes a call now, or why it does not make one.
public struct Decision: Equatable, Sendable {
    /// What keeps the shop from the call; the raw value is the name in the log.
    public enum Obstacle: String, CaseIterable, Sendable {
        /// The shop has no call to make before its next timer.
        case nothingDue = "nothing_due"
        case shopSuspended = "shop_suspended"
        case appSuspended = "app_suspended"
        /// The platform's time is not known yet.
        case clockUnknown = "clock_unknown"
        /// The method is banned, or refused, or follows a failure.
        case paused
        /// The answer to another call shows whether the method is still refused.
        case probing
        /// The second half of the day's calls is not for history.
        case historyShareUsed = "history_share_used"
        /// The class has used its share of the day.
        case classShareUsed = "class_share_used"
        /// The app has as many calls in flight as it may have.
        case callsInFlight = "calls_in_flight"
        /// Pages that are not stored yet fill the memory that is kept for them.
        case storing
        /// Another class has its turn.
        case otherClassFirst = "other_class_first"
        /// Another shop of the app has waited longer, or has more changes.
        case otherShopFirst = "other_shop_first"
        /// Another call of the shop comes first.
        case otherCallFirst = "other_call_first"
        /// It is the next call that the app makes as soon as its rate or quota allows one.
        case rateLimit = "rate_limit"
    }

    /// A call that competes for the same grant.
    public struct Rival: Equatable, Sendable {
        public var stream: StreamID
        public var callClass: CallClass
        /// Milliseconds since the stream's last call; nil where that does not decide.
        public var waitedMs: Int64?
    }

    public var shop: ShopID
    /// The call in question; nil if the shop has none to make.
    public var call: Rival?
    public var method: CallMethod?
    /// Nil: the call is made.
    public var obstacle: Obstacle?
    /// Classes with work that could have had this call.
    public var ready: [CallClass] = []
    /// The call that is made before this one; of a call that is made, the next of its class.
    public var rival: Rival?
    /// The timer that is next, and milliseconds until it ends.
    public var timer: String?
    public var againMs: Int64?

    /// Whether it says the same as `other` but for the time that has passed.
    func repeats(_ other: Decision) -> Bool {
        shop == other.shop && call?.stream == other.call?.stream && method == other.method
            && obstacle == other.obstacle && ready == other.ready && timer == other.timer
            && rival?.stream == other.rival?.stream
    }
}
