import SyncCore
import WireFormat

/// One line on how a shop's authorisation is, with the next step; the same wherever it is told.
struct SessionAdvice: Equatable, Sendable {
    /// Whether nobody has to do anything.
    var isGood: Bool
    var text: String

    init(_ session: StoredSession, step: AuthorisationPlan.Step, now: UTCInstant) {
        let login = "run `ordersync auth login \(session.shop)`"
        let until = Self.until(session, now)
        switch step {
        case .rest, .wait:
            isGood = true
            text =
                session.refreshToken != nil
                ? "\(until), refreshed by itself"
                : session.expiresAt == nil ? "stored; nobody knows until when" : until
        case .refresh:
            isGood = true
            text = "\(until), due for a refresh: the daemon does it"
        case .endsSoon:
            isGood = false
            text = "\(until), and cannot be refreshed: \(login)"
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

    private static func until(_ session: StoredSession, _ now: UTCInstant) -> String {
        guard let end = session.expiresAt else { return "authorised" }
        let left = end.seconds(since: now)
        guard left > 0 else { return "ended \(time(end))" }
        return "authorised until \(time(end)) (\(Console.duration(left)))"
    }

    private static func time(_ instant: UTCInstant?) -> String {
        instant.map { "\(BeijingTime.text($0)) Beijing time" } ?? ""
    }
}
