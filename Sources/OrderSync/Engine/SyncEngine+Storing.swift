import Logging
import Observability
import OrderStore
import SyncCore

extension SyncEngine {
    /// Stores a batch; when the disk is full or busy, again until it works. The pages stay in
    /// memory meanwhile, and nothing more is asked for.
    func store(
        _ operations: [StoreOperation], _ usage: [UsageKey: Int]
    ) async throws(StoreError) -> StoreOutcome {
        while true {
            do throws(StoreError) {
                let stored = try await apply(operations, usage)
                noteStored(stored)
                return stored
            } catch {
                guard error.isTransient, !isStopping else { throw error }
                noteStoreFailure(error)
            }
            await rest(seconds: min(10, storeTrouble.attempts))
        }
    }

    private func apply(
        _ operations: [StoreOperation], _ usage: [UsageKey: Int]
    ) async throws(StoreError) -> StoreOutcome {
        debts.isStoring = true
        defer {
            debts.isStoring = false
            debts.storeReplies += 1
        }
        return try await parts.store.apply(operations, usage: usage, now: SystemClocks.wall())
    }

    private func noteStored(_ outcome: StoreOutcome) {
        notes.writeLogState(stuckBytes: outcome.stuckLogBytes)
        for rejection in outcome.rejections { notes.write(rejection) }
        guard let seconds = storeTrouble.succeeded(now: SystemClocks.ticks()) else { return }
        parts.log.event(.notice, "database is written again", [("paused_s", .number(seconds))])
        counts.storeTrouble = ""
        parts.runState?.storeTrouble = nil
        machine.hold(false)
        inbox.yield(.timer)
    }

    private func noteStoreFailure(_ error: StoreError) {
        if storeTrouble.failed(error.line, now: SystemClocks.ticks()) {
            notes.writeStoreFailure(error, attempt: storeTrouble.attempts)
        }
        counts.storeTrouble = error.line
        parts.runState?.storeTrouble = error.line
        machine.hold(true)
    }

    /// Waits, unless the engine is told to stop.
    private func rest(seconds: Int) async {
        for _ in 0..<(seconds * 10) where !isStopping {
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}
