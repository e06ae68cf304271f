public import SyncCore

extension Disposition {
    /// What a command ends with that met it.
    public var exitStatus: ExitStatus {
        switch self {
        case .unauthorised: .notAuthorised
        case .misconfigured: .configurationWrong
        case .throttled: .tryAgainLater
        case .retry, .narrow, .clockSkew: .platformUnreachable
        case .badRequest, .notFound, .empty: .failed
        }
    }
}
