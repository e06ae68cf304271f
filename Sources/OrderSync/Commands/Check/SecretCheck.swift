import Configuration
import ProgramSupport

/// The lines of `check --offline` about secrets: what would keep a new configuration from being
/// taken up is a fault. A shop without a session is none: it waits for one.
/// Nor is a credential that cannot be read: systemd shows it to the service itself and hides it
/// from the commands of a reload (252 does), and the service looks once more.
struct SecretCheck {
    private let configuration: Configuration

    init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    func findings() -> [CheckCommand.Finding] {
        var sessions = StoredSessions()
        var findings = configuration.apps.map { app in
            line("app \(app.name)", app.secret, isRequired: true, &sessions)
        }
        for shop in configuration.shops {
            findings.append(line("shop \(shop.name)", shop.session, isRequired: false, &sessions))
        }
        return findings
    }

    private func line(
        _ subject: String, _ source: SecretSource, isRequired: Bool,
        _ sessions: inout StoredSessions
    ) -> CheckCommand.Finding {
        do throws(SecretError) {
            _ = try source.read { file throws(SecretError) in try sessions.read(file) }
            return CheckCommand.Finding(
                subject: subject, isGood: true, text: isRequired ? "has a secret" : "has a session")
        } catch {
            let isFault = isRequired && !source.isCredential
            return CheckCommand.Finding(
                subject: subject, isGood: !isFault, text: error.line, isNote: !isFault,
                status: .configurationWrong)
        }
    }
}
