import Configuration
import Observability
import ProgramSupport
import StatusPage

/// The line of `check` about the status page.
struct PageProbe {
    private let configuration: Configuration

    init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    /// Nil when no page is wanted.
    func finding() async -> CheckCommand.Finding? {
        guard let listen = configuration.http.listen else { return nil }
        do {
            _ = try StatusService.Settings(configuration.http)
        } catch {
            return finding(isGood: false, CommandFailure(error).line, .configurationWrong)
        }
        do {
            let server = try await WebServer.start(listen)
            await server.shutdown()
            return finding(isGood: true, "http://\(listen)/ is free to be listened on")
        } catch {
            if DatabaseLock.isHeld(databasePath: configuration.storePath) {
                return finding(isGood: true, "http://\(listen)/ is in use, and a daemon runs")
            }
            return finding(
                isGood: false,
                "\(listen) cannot be listened on (\(error)); `ss -ltnp` names the program that has "
                    + "it: end that, or set [http] listen. Orders are synced all the same")
        }
    }

    private func finding(
        isGood: Bool, _ text: String, _ status: ExitStatus = .failed
    ) -> CheckCommand.Finding {
        CheckCommand.Finding(subject: "page", isGood: isGood, text: text, status: status)
    }
}
