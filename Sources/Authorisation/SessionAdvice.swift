public import Configuration
import ProgramSupport
public import SyncCore
import WireFormat

/// One line about a shop's authorisation with the next step; the same wherever it is shown.
public struct SessionAdvice: Equatable, Sendable {
    /// Whether no action is needed.
    public var isGood: Bool
    public var text: String

    public init(_ session: StoredSession, step: AuthorisationPlan.Step, now: UTCInstant) {
        let login = "run `ordersync auth login \(session.shop)`"
        let until = Self.until(session, now)
        switch step {
        case .rest, .wait:
            isGood = true
            text =
                session.refreshToken != nil
                ? "\(until), refreshed automatically\(Self.lastRefresh(session))"
                : session.expiresAt == nil ? "stored; its end is unknown" : until
            text += Self.levels(session)
        case .refresh:
            // The daemon does it long before the end.
            isGood = session.expiresAt.map { now < $0 } ?? true
            let trouble = session.refreshTrouble
            text = "\(until), " + (trouble.isEmpty ? "due for a refresh" : "not refreshed yet")
            if !trouble.isEmpty { text += " (\(trouble))" }
            text += isGood ? ": the daemon does it" : ": start the daemon or run "
            if !isGood {
                text += "`ordersync auth refresh \(session.shop)`; if that does not help, \(login)"
            }
        case .endsSoon:
            isGood = false
            let last = session.refreshUntil.flatMap { now < $0 ? $0 : nil }
            text = "\(until), "
            text +=
                last.map { "refreshed automatically until \(Self.time($0)) and no longer" }
                ?? "and cannot be refreshed"
            text += ": \(login)"
        case .authoriseAgain(.ended):
            isGood = false
            text = "ended \(Self.time(session.expiresAt)): \(login)"
        case .authoriseAgain(.refused):
            isGood = false
            text = "the platform refuses the session: \(login)"
        case .authoriseAgain(.refreshRefused):
            isGood = false
            text = "\(until); the platform refused to refresh it"
            text += " (\(session.refreshRefusal)): \(login)"
        case .authoriseAgain(.answerLost):
            isGood = false
            text = "\(until); the answer to its refresh was lost, so there may be no other: "
            text += "authorise again, \(login)"
        }
    }

    /// When it is over with refreshing, as long as no refresh moves that.
    private static func lastRefresh(_ session: StoredSession) -> String {
        guard let end = session.refreshUntil, end != session.expiresAt else { return "" }
        return session.isRefreshUntilFixed
            ? " until \(time(end))" : ", as things stand until \(time(end))"
    }

    private static func levels(_ session: StoredSession) -> String {
        session.levels.sorted { $0.key < $1.key }
            .map { "; level \($0.key) until \(time($0.value))" }.joined()
    }

    private static func until(_ session: StoredSession, _ now: UTCInstant) -> String {
        guard let end = session.expiresAt else { return "authorised" }
        let left = end.seconds(since: now)
        guard left > 0 else { return "ended \(time(end))" }
        return "authorised until \(time(end)) (\(DisplayText.duration(left)))"
    }

    private static func time(_ instant: UTCInstant?) -> String {
        instant.map { "\(BeijingTime.text($0)) Beijing time" } ?? ""
    }
}
