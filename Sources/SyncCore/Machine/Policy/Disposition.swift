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

/// Whom a throttling answer concerns.
public enum ThrottleScope: String, Equatable, Sendable {
    /// Every call of the app.
    case app
    /// This method, for all shops of the app.
    case method
}

/// A failed call: what to do, and one line for the operator, free of secrets and buyers' data.
public struct CallFailure: Error, Equatable, Sendable {
    public var disposition: Disposition
    /// The platform's code or the transport's fault, for example `27 invalid-sessionkey`.
    public var code: String
    public var line: String
    /// The code is in no table.
    public var isUnknownCode: Bool
    /// The order is split: its parcels have to be asked for one by one.
    public var isSplitOrder = false
    /// The promotion place (PID) of a question about goods is refused, not the question.
    public var refusesPID = false
    /// The session belongs to another seller than the shop; the line says whose.
    public var isOtherSeller = false
    /// It is not known whose session it is: that has to be asked first.
    public var needsSeller = false
    /// Of a refusal: seconds until the next try at least, where trying makes it worse.
    public var restSeconds: Int64 = 0
    /// It is being fixed already, so it is no error: the code is empty.
    public var isExpected: Bool { code.isEmpty }

    public init(
        _ disposition: Disposition, code: String, line: String, isUnknownCode: Bool = false
    ) {
        self.disposition = disposition
        self.code = code
        self.line = line
        self.isUnknownCode = isUnknownCode
    }
}
