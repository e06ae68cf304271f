import OrderStore
import ProgramSupport
import SyncCore
import WireFormat

/// The steps of a purge, and the rests between them: half of the time belongs to others.
struct PurgeWork {
    let maintenance: StoreMaintenance
    let scope: PurgeScope
    /// By the name of the platform, when buyers and receivers are hidden; nil when orders go.
    let filters: [String: PersonalFilter]?
    let waitSeconds: Int

    func plan() async throws -> PurgeCounts {
        if filters != nil { return try await maintenance.hidePlan(scope) }
        return try await maintenance.purgePlan(scope)
    }

    /// Deletes or hides, then scrubs: also when nothing was found, because an earlier purge may
    /// have ended before that step.
    func run() async throws -> PurgeCounts {
        EndingSignals.say(
            """
            ordersync: interrupted; part of the rows may be gone from the tables and still be in \
            the file: run the same purge again\n\0
            """)
        var total = PurgeCounts()
        while true {
            let began = SystemClocks.ticks()
            guard let counts = try await patiently({ try await step() }) else { break }
            total += counts
            let took = SystemClocks.ticks().milliseconds(since: began)
            try await Task.sleep(for: .milliseconds(max(1, took)))
        }
        try await scrub()
        return total
    }

    private func step() async throws -> PurgeCounts? {
        let now = SystemClocks.wall()
        if let filters {
            return try await maintenance.hideStep(scope, filters: filters, now: now)
        }
        return try await maintenance.purgeStep(scope, now: now)
    }

    private func scrub() async throws {
        do {
            try await patiently { try await maintenance.rewrite() }
        } catch let error as StoreError {
            throw CommandFailure(
                error.exitStatus,
                "the rows are gone, but what is left of them in free space is not: \(error.line); "
                    + "then run this again")
        }
        let began = SystemClocks.ticks()
        while try await !maintenance.truncateLog() {
            guard isWaiting(since: began) else {
                throw CommandFailure(
                    .tryAgainLater,
                    "the rows are gone from the database, but \(maintenance.path)-wal still holds "
                        + "them: another program has been reading for too long; end it, then run "
                        + "this again")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Tries again while another program holds the database.
    private func patiently<Result: Sendable>(
        _ work: () async throws -> Result
    ) async throws -> Result {
        let began = SystemClocks.ticks()
        while true {
            do {
                return try await work()
            } catch StoreError.busy where isWaiting(since: began) {
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    private func isWaiting(since began: MonotonicInstant) -> Bool {
        SystemClocks.ticks().milliseconds(since: began) < Int64(waitSeconds) * 1_000
    }
}
