import Configuration
import OrderStore
import ProgramSupport

extension CommandFailure {
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
