/// When a stored session is renewed, and when a person has to act.
///
///     good ──lead before its end──▶ refresh ──answer──▶ good (the successor)
///       │                             ├──refused──▶ authoriseAgain
///       │                             └──no answer──▶ authoriseAgain, and one last try at the end
///       └──cannot be refreshed,──▶ endsSoon(14), endsSoon(3) ──▶ authoriseAgain
///          or soon no more
///
/// Invariants:
/// 1. A refresh token is sent once. It is sent a second time only when the first answer was lost
///    and the session has ended: then there is nothing left to lose. (Where a platform's answer
///    brings no new one, the old one is the new session's.)
/// 2. A session that was just refreshed and is refused is not refreshed again.
public struct AuthorisationPlan: Equatable, Sendable {
    /// When it was issued; if that is unknown, when it was stored.
    public var issuedAt: UTCInstant
    /// Nil when unknown.
    public var expiresAt: UTCInstant?
    /// There is a refresh token, and the platform takes it.
    public var isRefreshable: Bool
    /// The last moment for a refresh; nil for the session's own end.
    public var refreshUntil: UTCInstant?
    /// A refresh was seen not to move that moment.
    public var isRefreshUntilFixed = false
    /// When a refresh was sent whose answer is not known.
    public var refreshSentAt: UTCInstant?
    /// How often one was sent without an answer.
    public var refreshesLost = 0
    /// The platform has refused to refresh it.
    public var isRefreshRefused = false
    /// The platform has refused a call with it.
    public var isRefused = false
    /// It came by a refresh, not by a person.
    public var isRenewed = false

    public init(
        issuedAt: UTCInstant, expiresAt: UTCInstant?, isRefreshable: Bool,
        refreshUntil: UTCInstant? = nil
    ) {
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.isRefreshable = isRefreshable
        self.refreshUntil = refreshUntil
    }

    public enum Step: Equatable, Sendable {
        /// Nothing to do.
        case rest
        /// Refresh it now.
        case refresh
        /// It was sent a moment ago: wait for what comes of it.
        case wait
        /// It ends within so many days, and no refresh moves that.
        case endsSoon(days: Int64)
        case authoriseAgain(Reason)
    }

    /// Why a person has to authorise again.
    public enum Reason: String, Equatable, Sendable {
        /// It has ended and cannot be refreshed.
        case ended
        /// The platform refuses the session.
        case refused
        /// The platform refuses to refresh it.
        case refreshRefused
        /// Whether a refresh worked is not known: its answer was lost.
        case answerLost
    }

    /// Days ahead at which the end of a session that cannot be refreshed is logged.
    public static let warningDays: [Int64] = [3, 14]
    /// Longer than any exchange takes; after that an answer counts as lost.
    public static let answerSecondsMax: Int64 = 90
    /// Renewed at the latest so long before the end.
    static let leadMax: Int64 = 86_400
    /// A refreshed session that is refused within that time is beyond refreshing.
    static let ageMin: Int64 = 600

    /// - Parameter jitter: 0..<1, the same for one session: many shops do not refresh at once.
    public func step(now: UTCInstant, jitter: Double = 0) -> Step {
        let hasEnded = expiresAt.map { now >= $0 } ?? false
        guard isRefreshable, !isRefreshRefused else {
            return stepWithoutRefresh(hasEnded: hasEnded, now: now)
        }
        if let refreshSentAt, now.seconds(since: refreshSentAt) < Self.answerSecondsMax,
            now >= refreshSentAt
        {
            return .wait
        }
        // A mark that is still there was left by a crash: nothing waits for that answer.
        let lost = refreshesLost + (refreshSentAt == nil ? 0 : 1)
        if lost > 0 {
            let isLastTry = lost == 1 && (hasEnded || isRefused)
            return isLastTry ? .refresh : .authoriseAgain(.answerLost)
        }
        if let refreshUntil, now >= refreshUntil {
            return stepWithoutRefresh(hasEnded: hasEnded, now: now)
        }
        if isRefused {
            let isFresh = now.seconds(since: issuedAt) < ageLimit
            return isRenewed && isFresh ? .authoriseAgain(.refused) : .refresh
        }
        if let refreshAt = refreshAt(jitter: jitter), now >= refreshAt { return .refresh }
        guard isRefreshUntilFixed, let refreshUntil else { return .rest }
        return Self.warning(of: max(refreshUntil, expiresAt ?? refreshUntil), now: now)
    }

    /// Whether a refresh has left the last moment for the next one where it was. One that moves
    /// it does so by about the time that has passed.
    /// - Parameter secondsPassed: between the issues of the two sessions.
    public static func isFixed(
        _ refreshUntil: UTCInstant?, after old: UTCInstant?, secondsPassed: Int64
    ) -> Bool {
        guard let refreshUntil, let old else { return false }
        return refreshUntil.seconds(since: old) < secondsPassed / 2
    }

    /// When it is renewed if nothing happens; nil when its end is unknown.
    public func refreshAt(jitter: Double = 0) -> UTCInstant? {
        guard isRefreshable, let end = [expiresAt, refreshUntil].compactMap(\.self).min() else {
            return nil
        }
        let life = max(0, end.seconds(since: issuedAt))
        let lead = min(life / 5, Self.leadMax)
        // Up to a tenth of the lead earlier.
        return end.advanced(bySeconds: -lead - Int64(Double(lead) / 10 * jitter))
    }

    /// Seconds until a refresh that never reached the platform, or that it had no time for, is
    /// tried again.
    public static func retrySeconds(attempt: Int) -> Int64 {
        min(600, 2 << Int64(min(max(attempt, 0), 9)))
    }

    private var ageLimit: Int64 {
        guard let expiresAt else { return Self.ageMin }
        return min(Self.ageMin, expiresAt.seconds(since: issuedAt) / 2)
    }

    private func stepWithoutRefresh(hasEnded: Bool, now: UTCInstant) -> Step {
        if isRefreshRefused { return .authoriseAgain(.refreshRefused) }
        if hasEnded { return .authoriseAgain(.ended) }
        if isRefused { return .authoriseAgain(.refused) }
        return expiresAt.map { Self.warning(of: $0, now: now) } ?? .rest
    }

    private static func warning(of end: UTCInstant, now: UTCInstant) -> Step {
        let left = end.seconds(since: now)
        let stage = warningDays.first { left <= $0 * 86_400 }
        return stage.map { .endsSoon(days: $0) } ?? .rest
    }
}
