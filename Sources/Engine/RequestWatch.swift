import OrderStore
import SyncCore

/// Looks for what commands beside the daemon have asked for, and for bans that they received.
/// They write into the ledger of windows, so a request outlives both the command and the daemon.
struct RequestWatch: Sendable {
    let store: OrderStore
    let apps: [EngineApp]

    /// Between two looks: one cheap statement each, as long as no other process writes.
    static let pauseMilliseconds = 1_000

    /// Runs until cancelled, or until the database's files are not the ones that were opened:
    /// a daemon that has nothing to store must notice that too.
    func run(
        _ send: @Sendable (SyncEvent) -> Void, onLoss: @Sendable (StoreError) async -> Void
    ) async {
        while !Task.isCancelled {
            do throws(StoreError) {
                try await store.checkFiles()
            } catch {
                return await onLoss(error)
            }
            // The writes report faults of the database; here it is tried again.
            if let news = try? await store.externalChanges() { forward(news, send) }
            try? await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
        }
    }

    private func forward(_ news: ExternalChanges, _ send: @Sendable (SyncEvent) -> Void) {
        for (stream, records) in news.requests { send(.requested(stream, records)) }
        for ban in news.bans {
            guard let app = apps.first(where: { $0.name == ban.app }),
                let scope = RateLimiter.BanScope(method: ban.method, app.adapter)
            else { continue }
            send(.banFound(app.id, scope, until: ban.until, code: ban.code))
        }
    }
}
