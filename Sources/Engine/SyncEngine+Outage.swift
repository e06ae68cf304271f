public import OrderStore
import ProgramSupport
public import SyncCore

/// What keeps the engine from its work: the platform cannot be reached or refuses, the database's
/// files are lost. Commands do not wait forever for the end of it.
extension SyncEngine {
    public struct Outage: Equatable, Sendable {
        public var since: MonotonicInstant
        /// The latest failure was an HTTP answer.
        public var isAnswered: Bool
        public var line: String
    }

    func noteOutage(_ failure: CallFailure, isAnswered: Bool) {
        guard failure.disposition.exitStatus == .platformUnreachable else {
            outage = nil
            return
        }
        outage = Outage(
            since: outage?.since ?? SystemClocks.ticks(), isAnswered: isAnswered,
            line: "\(failure.code): \(failure.line)")
    }

    /// Seconds until the platform or the quota allows the next call; nil while one is allowed.
    public var pauseSeconds: Int64? {
        let now = SystemClocks.now()
        return machine.ordersResume(now: now).map { $0.milliseconds(since: now.ticks) / 1_000 + 1 }
    }

    func noteRefusal(_ note: SyncNote) {
        switch note {
        case .shopUnauthorised(_, let code, let line):
            refusal = CommandFailure(.notAuthorised, "\(code): \(line)")
        case .appMisconfigured(_, let code, let line), .shopRefused(_, let code, let line):
            refusal = CommandFailure(.configurationWrong, "\(code): \(line)")
        case .sellerRefused(_, let line):
            refusal = CommandFailure(.configurationWrong, line)
        case .shopRecovered, .shopAccepted, .appRecovered:
            refusal = nil
        default:
            break
        }
    }

    /// The database's files are not the ones that were opened: nothing is written any more.
    public func lost(_ error: StoreError) {
        loss = error
        queued.yield()
    }
}
