import Configuration
import Engine
import HTTPTransport
import Logging
import Observability
import OrderStore
import ProgramSupport
import SyncCore
import WireFormat

/// Has a range read that a command asked for: by the daemon if one runs, because it divides the
/// quota; otherwise by an engine in this process.
struct RangeRunner {
    let configuration: Configuration
    let shop: Configuration.Shop
    let store: OrderStore
    let stream: StreamID
    let range: TimeWindow
    let title: String
    /// Progress goes to stderr when stdout is for a program.
    let isQuiet: Bool
    var patience = RangePatience()
    /// Nil for libcurl.
    var transport: (any Transport)?

    /// Without progress for so long, it is looked whether the daemon still runs.
    private static let daemonQuietMilliseconds: Int64 = 30_000

    /// Runs until nothing of the range is left to read.
    /// - Returns: whether a daemon has read it.
    func run() async throws -> Bool {
        var lock: DatabaseLock?
        do throws(CommandFailure) {
            lock = try DatabaseLock(databasePath: configuration.storePath)
        } catch {
            guard error.status == .tryAgainLater else { throw error }
        }
        guard let lock else {
            try await watch(engine: nil)
            return true
        }
        defer { withExtendedLifetime(lock) {} }
        try await runEngine()
        return false
    }

    private func runEngine() async throws {
        var own = configuration
        own.shops = [shop]
        own.apps = configuration.apps.filter { $0.name == shop.app }
        let sink = LogSink()
        let log = Logger(label: "ordersync") { _ in
            EventLogHandler(level: .warning, format: .auto, sink: sink)
        }
        let dependencies = try await EngineDependencies.make(
            own, store: store, transport: transport ?? CurlTransport(caFile: own.caFile),
            log: log, streams: [stream.kind],
            shopNames: Set(configuration.shops.map(\.name)),
            onSecret: { sink.strikeOut($0) })
        let engine = SyncEngine(dependencies)
        let interruption = Interruption.trap()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await engine.run()
                return false
            }
            group.addTask {
                try await self.watch(engine: engine)
                return true
            }
            group.addTask {
                await interruption.wait()
                return false
            }
            let isRead = try await group.next() ?? false
            engine.stop()
            // The engine stores what it holds; the other tasks have nothing to finish.
            while !group.isEmpty, try await group.next() != false {}
            group.cancelAll()
            guard isRead else {
                throw CommandFailure(
                    .tryAgainLater,
                    "interrupted; what is open stays in the ledger, run the command again")
            }
        }
    }

    // MARK: Progress

    private func watch(engine: SyncEngine?) async throws {
        var display = RangeDisplay(title: title, total: range.seconds, isQuiet: isQuiet)
        var daemonSeen = SystemClocks.ticks()
        var quietSince = SystemClocks.now()
        var latest: RangeProgress?
        defer { display.end() }
        while !Task.isCancelled {
            let progress = try await store.progress(of: stream, in: range)
            let day = BeijingDay.text(SystemClocks.wall())
            let used = try await store.callsUsed(app: shop.app, day: day)
            let perDay = configuration.app(named: shop.app)?.callsPerDay ?? 0
            let callsLeft = max(0, Int64(perDay) - used)
            display.show(progress, callsLeft: callsLeft, at: SystemClocks.ticks())
            if progress.windows == 0 { return }
            if let engine {
                try await failOnRefusal(engine)
            } else if latest.map({ !progress.isSame(as: $0) }) ?? true {
                latest = progress
                daemonSeen = SystemClocks.ticks()
                quietSince = SystemClocks.now()
            } else if let failure = patience.failure(
                daemon: progress, callsLeft: callsLeft, app: shop.app, quietSince: quietSince,
                now: SystemClocks.now())
            {
                throw failure
            } else if SystemClocks.ticks().milliseconds(since: daemonSeen)
                > Self.daemonQuietMilliseconds
            {
                // Looked at only when nothing moves: for that moment the lock is ours.
                if DatabaseLock.isHeld(databasePath: configuration.storePath) {
                    daemonSeen = SystemClocks.ticks()
                    continue
                }
                throw CommandFailure(
                    .tryAgainLater,
                    "the daemon or the command that read the range has ended; what is open stays "
                        + "in the database. Start the daemon, or run the command again")
            }
            try await Task.sleep(for: .milliseconds(300))
        }
        throw CancellationError()
    }

    /// A command does not wait until a shop is authorised.
    private func failOnRefusal(_ engine: SyncEngine) async throws {
        if let refusal = await engine.refusal { throw refusal }
        let failure = patience.failure(
            outage: await engine.outage, pause: await engine.pauseSeconds, app: shop.app,
            now: SystemClocks.now())
        if let failure { throw failure }
    }
}
