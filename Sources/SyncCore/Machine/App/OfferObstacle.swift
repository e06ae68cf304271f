/// What keeps an app from calling what a shop offers.
enum OfferObstacle: Equatable, Sendable {
    /// The app is suspended, and the call shows nothing about that.
    case suspended
    /// The second half of the day's calls is not for history.
    case historyShareUsed
    /// The method is banned or refused, or follows a failure.
    case pause(until: MonotonicInstant)
    /// The method was refused: one call in flight shows whether it still is.
    case probing
}
