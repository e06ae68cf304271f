import Authorisation
import Configuration
import Platforms
import ProgramSupport
import SyncCore

extension Configuration.Shop {
    /// It uses what `ordersync auth` stores.
    var isStored: Bool {
        if case .stored = session { return true }
        return false
    }

    /// A line of `check` for a session that works: until when, and whether action is needed.
    func standing(_ subject: String, _ text: String, now: UTCInstant) -> CheckCommand.Finding {
        guard case .stored(let file, _, _) = session, let stored = try? file.session(of: name)
        else {
            return CheckCommand.Finding(
                subject: subject, isGood: true, text: "authorised, \(text)")
        }
        let advice = SessionAdvice(stored, step: stored.plan().step(now: now), now: now)
        return CheckCommand.Finding(
            subject: subject, isGood: advice.isGood, text: "\(text); \(advice.text)",
            status: .notAuthorised)
    }

    /// A note of `check` about a stored session that the platform refuses and the daemon refreshes:
    /// that is no fault. Nil for any other refusal.
    func refreshableNote(
        _ subject: String, _ failure: CallFailure, of platform: Platform
    ) -> CheckCommand.Finding? {
        guard failure.disposition == .unauthorised,
            platform.authorisation.refreshMayMend(code: failure.code),
            case .stored(let file, _, let key) = session,
            let stored = try? file.session(of: name), stored.appKey == key,
            stored.plan(isRefused: true).step(now: SystemClocks.wall()) == .refresh
        else { return nil }
        return CheckCommand.Finding(
            subject: subject, isGood: true,
            text: "the session has expired (\(failure.code)); the daemon refreshes it, or run "
                + "`ordersync auth refresh \(name)`",
            isNote: true)
    }
}
