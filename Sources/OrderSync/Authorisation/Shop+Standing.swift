import SyncCore

extension Configuration.Shop {
    /// It uses what `ordersync auth` stores.
    var isStored: Bool {
        if case .stored = session { return true }
        return false
    }

    /// A line of `check` for a session that works: until when, and whether somebody has to act.
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
}
