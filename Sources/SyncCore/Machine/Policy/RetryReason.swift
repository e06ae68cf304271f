/// Why something is asked for again, and after which pauses: the only place that knows.
///
/// Every retry of the machine takes its pause from `pause`: lists, details, parcels, prices,
/// audits, carriers, clocks, sellers, and what is refused to shops, apps and methods. The
/// number of attempts grows until there is progress: a span that was proven or showed new rows, a
/// success of what failed.
enum RetryReason: CaseIterable, Equatable, Sendable {
    /// A passing fault of the platform or the network.
    case failure
    /// An answer that proves nothing; or a pass over the pages of a second that does not.
    case doubt
    /// The same, of a stream whose other answers are doubtful too: it takes few calls from others.
    case doubtElsewhere
    /// The request cannot succeed. Asking again unchanged rarely helps; yet nothing may stall for
    /// good.
    case refusal
    /// Seconds that are cut out of their window.
    case quarantine
    /// An audit that failed or is doubtful: nothing waits for it.
    case audit
    case authorisation
    case misconfiguration
    case method
    case clock
    case carriers
    case seller
    case detail
    /// A detail that does not exist, or not yet.
    case missingDetail
    case parcel
    case price

    var backoff: Backoff {
        switch self {
        case .failure: Backoff(milliseconds: 500, millisecondsMax: 30_000)
        case .doubt: Backoff(milliseconds: 500, millisecondsMax: 8_000)
        case .doubtElsewhere: Backoff(milliseconds: 4_000, millisecondsMax: 30_000)
        case .refusal, .quarantine, .audit:
            Backoff(milliseconds: 15_000, millisecondsMax: 1_800_000)
        case .authorisation: Backoff(milliseconds: 1_000, millisecondsMax: 30_000)
        case .misconfiguration: Backoff(milliseconds: 2_000, millisecondsMax: 60_000)
        case .method, .carriers: Backoff(milliseconds: 4_000, millisecondsMax: 900_000)
        case .seller: Backoff(milliseconds: 1_000, millisecondsMax: 30_000)
        case .clock: Backoff(milliseconds: 500, millisecondsMax: 10_000)
        case .detail: Backoff(milliseconds: 3_000, millisecondsMax: 3_600_000)
        case .missingDetail: Backoff(milliseconds: 4_000, millisecondsMax: 120_000)
        case .parcel: Backoff(milliseconds: 60_000, millisecondsMax: 21_600_000)
        case .price: Backoff(milliseconds: 10_000, millisecondsMax: 3_600_000)
        }
    }
}

extension RetryReason {
    /// Milliseconds to wait before something is asked for again.
    /// - Parameter attempt: failures in a row before this one, without progress.
    func pause(
        attempt: Int, atLeast milliseconds: Int64 = 0, random: inout SplitMix64
    ) -> Int64 {
        max(milliseconds, backoff.delay(attempt: attempt, random: &random))
    }
}
