import ArgumentParser
import OrderStore

/// A command cannot do its work: one line for the operator, and the code to exit with.
struct CommandFailure: Error {
    var status: ExitStatus
    var line: String

    init(_ status: ExitStatus, _ line: String) {
        self.status = status
        self.line = line
    }

    /// Any error as a failure of a command.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure:
            self = failure
        case let error as ConfigurationError:
            self.init(.configurationWrong, error.text)
        case let error as SecretError:
            self.init(.configurationWrong, error.line)
        case let error as StoreError:
            self.init(error.exitStatus, error.line)
        default:
            self.init(.failed, "\(error)")
        }
    }
}

extension StoreError {
    var exitStatus: ExitStatus {
        switch self {
        case .busy, .cursorMoved: .tryAgainLater
        case .cannotOpen, .notADatabase, .foreignDatabase, .newerSchema, .olderSchema, .readOnly,
            .cannotWrite, .exists, .diskFull, .corrupt, .moved, .indexLost, .logCutShort,
            .hardLinked:
            .databaseUnusable
        case .failed: .failed
        }
    }
}

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
