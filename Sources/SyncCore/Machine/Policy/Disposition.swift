/// What an answer that is no page means for what happens next. Every platform maps its codes to
/// these in one table.
public enum Disposition: Equatable, Sendable {
    /// A passing fault: again after at least `afterSeconds`, else by backoff.
    case retry(afterSeconds: Int64?)
    /// The platform or the network took too long for the span asked for: again, with half of it.
    case narrow(afterSeconds: Int64?)
    /// Called too often: the scope is suspended. Nil when the answer does not say how long.
    case throttled(ThrottleScope, seconds: Int64?)
    /// The shop's authorisation is missing, expired or too weak.
    case unauthorised
    /// The app's key, secret, permissions or white list are wrong: a person has to act.
    case misconfigured
    /// The timestamp was refused: correct the clock, then again.
    case clockSkew
    /// The request itself cannot succeed.
    case badRequest
    /// The one thing asked for does not exist, or not yet.
    case notFound
    /// An error that means "nothing there".
    case empty
}

extension Disposition {
    /// A fault of the platform or the network, not a verdict on what was asked for.
    var isPassing: Bool {
        switch self {
        case .retry, .narrow: true
        case .throttled, .unauthorised, .misconfigured, .clockSkew, .badRequest, .notFound, .empty:
            false
        }
    }

    var isThrottled: Bool {
        if case .throttled = self { true } else { false }
    }

    /// Milliseconds that the platform asks to wait at least.
    var pauseMilliseconds: Int64 {
        switch self {
        case .retry(let seconds), .narrow(let seconds): (seconds ?? 0) * 1_000
        case .throttled, .unauthorised, .misconfigured, .clockSkew, .badRequest, .notFound, .empty:
            0
        }
    }
}
