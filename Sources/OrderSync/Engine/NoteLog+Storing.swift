import Logging
import Observability
import OrderStore

extension NoteLog {
    func writeStoreFailure(_ error: StoreError, attempt: Int) {
        parts.log.event(
            .error, "database cannot be written",
            [("advice", .text(error.line)), ("attempt", .number(Int64(attempt)))])
    }

    /// A log that cannot be emptied is told of when it is found, and again when it has doubled.
    func writeLogState(stuckBytes: Int64?) {
        parts.runState?.stuckLogBytes = stuckBytes
        guard let stuckBytes else {
            if toldLogBytes > 0 { parts.log.event(.notice, "write-ahead log is emptied again") }
            toldLogBytes = 0
            return
        }
        guard stuckBytes >= 2 * toldLogBytes else { return }
        toldLogBytes = stuckBytes
        parts.log.event(
            .warning, "write-ahead log grows",
            [
                ("log_bytes", .number(stuckBytes)),
                (
                    "advice",
                    .text(
                        "a program has been reading the database in one transaction for long; end "
                            + "it, `fuser -v \(parts.store.path)` names it. Nothing is lost, but "
                            + "the log takes ever more space")
                ),
            ])
    }
}
