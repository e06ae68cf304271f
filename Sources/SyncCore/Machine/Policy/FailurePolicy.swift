/// What a failed call means: the only table of it, for everything that is asked for.
///
/// A failure has two consequences. Its scope says who else is concerned, and what happens to them:
/// that depends on the disposition and on the method alone. Its handling says what happens to what
/// was asked for.
///
///     failure ──scope────▶ an app, a shop, a method is suspended or banned; the clock is checked
///        └─────handling──▶ the window, detail, parcel, … is released, retried, or given up
enum FailurePolicy {
    /// What was asked for.
    enum Subject: CaseIterable, Sendable {
        case window, detail, parcel, price, audit, carriers, clock, seller
    }

    // MARK: Scope

    enum Scope: Equatable, Sendable {
        /// Only what was asked for.
        case request
        /// The app or the method is banned for a while.
        case ban(ThrottleScope, seconds: Int64?)
        /// The method is suspended for this shop.
        case shopMethod
        /// The method is suspended for all shops of the app.
        case appMethod
        /// The shop is suspended until its session is accepted.
        case session
        /// The app is suspended, or this shop if the platform accepts the app's other shops.
        case app
        /// The platform's time has to be asked for.
        case clock
    }

    /// Everything depends on the essential methods. A refusal of any other method is no verdict on
    /// the shop or the app: the lists of orders find out soon enough whether they are refused too.
    /// What is asked for rarely has a long pause anyway: its method need not be suspended.
    static func scope(of disposition: Disposition, method: CallMethod) -> Scope {
        let hasOwnPause = method == .seller || method == .carriers
        return switch disposition {
        case .unauthorised where hasOwnPause, .misconfigured where hasOwnPause: .request
        case .throttled(let scope, let seconds): .ban(scope, seconds: seconds)
        case .unauthorised: method.isEssential ? .session : .shopMethod
        case .misconfigured: method.isEssential ? .app : .appMethod
        case .clockSkew: .clock
        case .retry, .narrow, .badRequest, .notFound, .empty: .request
        }
    }

    // MARK: Handling

    enum Handling: Equatable, Sendable {
        /// Nothing is wrong with the request: it is made again when its scope allows it.
        case release
        /// Again after the pause of that reason.
        case retry(RetryReason)
        /// The same, with half of the interval.
        case retryNarrower(RetryReason)
        /// Again after the pause, at most `attempts` times in a row; then it is given up.
        case retryUpTo(attempts: Int, RetryReason)
        /// The same; then the platform does not have it.
        case retryUntilAbsent(attempts: Int, RetryReason)
        /// At the next time that its plan gives.
        case asPlanned
        /// The same, and sooner if the pause of that reason ends earlier.
        case asPlannedOrSooner(RetryReason)
        /// The answer is that there is nothing.
        case nothingThere
        /// One product of many may be the reason: they are asked for one by one.
        case divide
        /// The question stays open, and what waits for its answer continues without it.
        case leaveUnknown
    }

    static func handling(of disposition: Disposition, for subject: Subject) -> Handling {
        switch subject {
        case .window: window(disposition)
        case .detail: detail(disposition)
        case .parcel: parcel(disposition)
        case .price: price(disposition)
        case .audit: disposition == .empty ? .nothingThere : .retry(.audit)
        case .carriers: .retry(.carriers)
        case .clock: .retry(.clock)
        case .seller: seller(disposition)
        }
    }

    private static func window(_ disposition: Disposition) -> Handling {
        switch disposition {
        case .retry, .clockSkew: .retry(.failure)
        case .narrow: .retryNarrower(.failure)
        case .throttled, .unauthorised, .misconfigured: .release
        case .badRequest, .notFound: .retry(.refusal)
        case .empty: .nothingThere
        }
    }

    /// Failures in a row after which a parcel whose plan is over is polled no more.
    static let lastPollAttemptMax = 12
    /// Answers that a fresh order does not exist before that is believed: some six minutes.
    static let absentAttemptMax = 8

    private static func detail(_ disposition: Disposition) -> Handling {
        switch disposition {
        // An outage says nothing about this order, however long it lasts.
        case .retry, .narrow, .clockSkew: .retry(.detail)
        case .throttled, .unauthorised, .misconfigured: .release
        case .badRequest: .retryUpTo(attempts: 2, .detail)
        case .notFound, .empty: .retryUntilAbsent(attempts: absentAttemptMax, .missingDetail)
        }
    }

    private static func parcel(_ disposition: Disposition) -> Handling {
        switch disposition {
        case .retry, .narrow, .clockSkew: .asPlannedOrSooner(.parcel)
        case .throttled, .unauthorised, .misconfigured: .release
        case .badRequest, .notFound: .asPlanned
        case .empty: .nothingThere
        }
    }

    private static func price(_ disposition: Disposition) -> Handling {
        switch disposition {
        case .retry, .narrow, .clockSkew: .asPlannedOrSooner(.price)
        case .throttled, .unauthorised, .misconfigured: .release
        case .badRequest, .notFound, .empty: .divide
        }
    }

    /// Failures in a row for which rows wait, some two minutes: with another seller's session they
    /// would be mixed with those of the shop.
    static let sellerAttemptMax = 8

    /// A call that is not permitted, or banned alone, must not block a shop.
    private static func seller(_ disposition: Disposition) -> Handling {
        switch disposition {
        case .throttled(.app, _): .release
        case .throttled(.method, _): .leaveUnknown
        case .retry, .narrow, .clockSkew: .retryUpTo(attempts: sellerAttemptMax, .seller)
        case .unauthorised, .misconfigured, .badRequest, .notFound, .empty: .leaveUnknown
        }
    }
}
