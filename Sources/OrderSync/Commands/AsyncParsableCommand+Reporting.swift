import ArgumentParser
import ProgramSupport

extension AsyncParsableCommand {
    /// Runs a command's work; a failure is one line on stderr and its exit code.
    func reporting(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let code as ExitCode {
            throw code
        } catch {
            let failure = CommandFailure(error)
            Console.error(failure.line)
            // `systemctl status` shows it as long as the service is down.
            ServiceNotifier().status(failure.line)
            throw ExitCode(failure.status.rawValue)
        }
    }
}
