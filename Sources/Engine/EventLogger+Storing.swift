import Logging
import Observability
public import OrderStore
import SyncCore

extension EventLogger {
    func writeStoreFailure(_ error: StoreError, attempt: Int) {
        dependencies.log.event(
            .error, "database cannot be written",
            [("advice", .text(error.line)), ("attempt", .number(Int64(attempt)))])
    }

    /// A log that cannot be emptied is logged when it is found, and again when it has doubled.
    func writeLogState(stuckBytes: Int64?) {
        dependencies.runState?.stuckLogBytes = stuckBytes
        guard let stuckBytes else {
            if loggedLogBytes > 0 {
                dependencies.log.event(.notice, "write-ahead log is emptied again")
            }
            loggedLogBytes = 0
            return
        }
        guard stuckBytes >= 2 * loggedLogBytes else { return }
        loggedLogBytes = stuckBytes
        dependencies.log.event(
            .warning, "write-ahead log grows",
            [
                ("log_bytes", .number(stuckBytes)),
                (
                    "advice",
                    .text(
                        "a program has been reading the database in one transaction for long; end "
                            + "it, `fuser -v \(dependencies.store.path)` names it. Nothing is "
                            + "lost, but the log takes ever more space")
                ),
            ])
    }

    /// A row that could not be stored, when it is seen first. Its texts stay out of the log.
    public func write(_ rejection: Rejection) {
        let row = rejection.row
        var fields: [(String, LogField)] =
            place(rejection.stream) + [
                ("entity", .text(row.entity.rawValue)), ("reason", .text(row.reason.rawValue)),
            ]
        if let id = row.id { fields.append(("id", .text(id))) }
        let isRead = row.id != nil && (row.entity == .order || row.entity == .refund)
        fields.append(
            (
                "advice",
                .text(
                    (isRead
                        ? "it is read in full next, then at least daily; if that fails too, report"
                        : "report")
                        + " it to the platform with the JSON in rejected_rows")
            ))
        repeated(.warning, "row rejected", key: "\(row.contentHash)", fields)
    }
}
