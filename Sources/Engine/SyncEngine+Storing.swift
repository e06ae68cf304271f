import Logging
import Observability
import OrderStore
import ProgramSupport
import SyncCore

extension SyncEngine {
    /// Stores everything queued in one transaction; when the disk is full or busy, again until it
    /// works. The pages stay in memory meanwhile, and nothing more is requested.
    func storeBatch() async throws(StoreError) {
        let (batch, calls) = (queue, usage)
        (queue, usage) = ([], [:])
        while true {
            do throws(StoreError) {
                debts.isStoring = true
                defer {
                    debts.isStoring = false
                    debts.storeReplies += 1
                }
                let outcome = try await dependencies.store.apply(
                    batch.map(\.operation), usage: calls, now: SystemClocks.wall())
                return confirm(batch, outcome)
            } catch {
                guard error.isTransient, !isStopping else { throw error }
                noteStoreFailure(error)
            }
            await rest(seconds: min(10, storeTrouble.attempts))
        }
    }

    /// Reports what was stored to the machine and to the log.
    private func confirm(_ batch: [QueuedWrite], _ outcome: StoreOutcome) {
        noteStored(outcome)
        let stored = outcome.counts
        counts.ordersCreated += stored.created
        counts.ordersUpdated += stored.updated
        storedSinceRelease += stored.created + stored.updated
        counts.ordersUnchanged += stored.unchanged
        for entry in batch {
            if let confirmation = entry.confirmation {
                inbox.yield(.sync(confirmation, content: nil))
            }
            for note in entry.notes { notes.write(note) }
        }
        for drop in outcome.drops { notes.write(drop) }
        for event in outcome.events { inbox.yield(.sync(event, content: nil)) }
    }

    private func noteStored(_ outcome: StoreOutcome) {
        notes.writeLogState(stuckBytes: outcome.stuckLogBytes)
        for rejection in outcome.rejections { notes.write(rejection) }
        guard let seconds = storeTrouble.succeeded(now: SystemClocks.ticks()) else { return }
        dependencies.log.event(
            .notice, "database is written again", [("paused_s", .number(seconds))])
        counts.storeTrouble = ""
        dependencies.runState?.storeTrouble = nil
        machine.hold(false)
        inbox.yield(.timer)
    }

    private func noteStoreFailure(_ error: StoreError) {
        if storeTrouble.failed(error.line, now: SystemClocks.ticks()) {
            notes.writeStoreFailure(error, attempt: storeTrouble.attempts)
        }
        counts.storeTrouble = error.line
        dependencies.runState?.storeTrouble = error.line
        machine.hold(true)
    }

    /// Waits, unless the engine is to stop.
    private func rest(seconds: Int) async {
        for _ in 0..<(seconds * 10) where !isStopping {
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}
