import OrderStore
import SyncCore

/// Looks for what commands beside the daemon have asked for. They write into the ledger of
/// windows, so a request outlives both the command and the daemon.
struct RequestWatch: Sendable {
    let store: OrderStore

    /// Between two looks: one cheap statement each, as long as nobody else writes.
    static let pauseMilliseconds = 1_000

    /// Runs until cancelled.
    func run(_ send: @Sendable (SyncEvent) -> Void) async {
        while !Task.isCancelled {
            // What ails the database is told by the writes; here it is tried again.
            let requests = (try? await store.newRequests()) ?? [:]
            for (stream, records) in requests { send(.requested(stream, records)) }
            try? await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
        }
    }
}
