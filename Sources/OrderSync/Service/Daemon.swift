import Configuration
import Engine
import HTTPTransport
import Logging
import Observability
import OrderStore
import ProgramSupport
import ServiceLifecycle
import SyncCore
import Synchronization
import UnixSignals
import WireFormat

/// `ordersync run`: engines one after the other, a new one for each configuration that SIGHUP
/// brings, until a graceful shutdown.
final class Daemon: Service {
    let configurationPath: String
    let configuration: Configuration
    let store: OrderStore
    let log: Logger
    let sink: LogSink
    let runState: RunState
    let notifier = ServiceNotifier()
    private let control = Mutex(Control())

    private struct Control {
        var engine: SyncEngine?
        var next: Configuration?
        var isStopping = false
        /// systemd was notified that the service is ready.
        var isReady = false
        /// Why the configuration on the disk is not the one at work; nil if it is.
        var refusal: String?
    }

    init(
        configurationPath: String, configuration: Configuration, store: OrderStore, log: Logger,
        sink: LogSink, runState: RunState
    ) {
        self.configurationPath = configurationPath
        self.configuration = configuration
        self.store = store
        self.log = log
        self.sink = sink
        self.runState = runState
    }

    func run() async throws {
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in hangups { self.reload() } }
                group.addTask { await self.notifyStatus() }
                try await runEngines()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.notifier.stopping()
            self.log.event(.notice, "stopping")
            self.stop()
        }
    }

    private func runEngines() async throws {
        var current = configuration
        while true {
            // A new one for each configuration: libcurl keeps the certificates that it has read.
            let transport = CurlTransport(caFile: current.caFile)
            let sink = sink
            var dependencies = try await EngineDependencies.make(
                current, store: store, transport: transport, log: log,
                onSecret: { sink.strikeOut($0) })
            dependencies.runState = runState
            runState.configuration = current
            let engine = SyncEngine(dependencies)
            // What SIGHUP brought while no engine ran is not in this one.
            let (isStopping, newer) = control.withLock { control in
                defer { control.next = nil }
                if control.next == nil { control.engine = engine }
                return (control.isStopping, control.next)
            }
            if isStopping { return }
            if let newer {
                current = newer
                continue
            }
            do throws(StoreError) {
                try await engine.run()
            } catch {
                switch error {
                case .moved, .indexLost: await rescue()
                default: break
                }
                throw error
            }
            let next = control.withLock { control in
                defer { control.next = nil }
                control.engine = nil
                return control.isStopping ? nil : control.next
            }
            guard let next else { return }
            current = next
        }
    }

    /// The database's file is gone or another one: what it held is saved, and said, before the
    /// end. The next start takes what has the name then.
    private func rescue() async {
        do throws(StoreError) {
            let copy = try await store.rescue(now: SystemClocks.wall())
            log.event(
                .error, "database was moved or replaced",
                [
                    ("database", .text(store.path)), ("copy", .text(copy ?? "")),
                    (
                        "advice",
                        .text(
                            copy == nil
                                ? "nothing is lost; the next start takes what is at the path then"
                                : "what was stored is in the copy: stop the service, compare, and "
                                    + "move the copy to the path if the file there is older")
                    ),
                ])
        } catch {
            log.event(
                .error, "database was deleted and cannot be saved",
                [("database", .text(store.path)), ("advice", .text(error.line))])
        }
    }

    private func stop() {
        control.withLock { control in
            control.isStopping = true
            control.engine?.stop()
        }
    }

    /// Takes a new configuration, or keeps the old one and says why.
    private func reload() {
        // Before it is ready, an answer would say that it is.
        let isReady = control.withLock { $0.isReady }
        if isReady { notifier.reloading() }
        defer { if isReady { notifier.ready() } }
        do {
            var next = try ConfigurationReader.read(path: configurationPath)
            for app in next.apps { _ = try app.secret.read() }
            try CAFile.check(next)
            try SharedAccounts.refuse(next)
            if next.storePath != configuration.storePath {
                log.event(.warning, "store path changes only with a restart")
                next.storePath = configuration.storePath
            }
            if next.http != configuration.http {
                log.event(.warning, "status page changes only with a restart")
                next.http = configuration.http
            }
            let loaded = next
            control.withLock { control in
                control.next = loaded
                control.refusal = nil
                control.engine?.stop()
            }
            log.event(
                .notice, "configuration loaded", [("shops", .number(Int64(next.shops.count)))])
        } catch {
            let reason = CommandFailure(error).line
            control.withLock { $0.refusal = reason }
            log.event(
                .error, "configuration refused, the old one stays", [("reason", .text(reason))])
        }
    }

    /// Notifies systemd: ready after the first call that succeeded, or after ten seconds of faults.
    private func notifyStatus() async {
        var beats = 0
        var watch = ProgressWatch()
        var stall: ProgressWatch.Stall?
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            beats += 1
            let (engine, wasReady, refusal) = control.withLock {
                ($0.engine, $0.isReady, $0.refusal)
            }
            guard let engine else { continue }
            let progress = await engine.progress
            let found = watch.beat(await engine.vitals)
            if let found, found != stall {
                log.event(
                    .critical, "no progress",
                    [
                        ("waiting_for", .text(found.rawValue)),
                        ("stalled_s", .number(Int64(ProgressWatch.beatsMax))),
                        ("advice", .text("systemd ends and restarts this; report it")),
                    ])
            }
            stall = found
            if stall == nil { notifier.alive() }
            let isReady = wasReady || progress.hasSucceeded || beats >= 10
            if beats % 5 == 1 || isReady != wasReady {
                notifier.status(Self.statusText(progress, refusal: refusal))
            }
            if isReady, !wasReady {
                control.withLock { $0.isReady = true }
                notifier.ready()
            }
        }
    }

    static func statusText(_ progress: EngineProgress, refusal: String?) -> String {
        let lag = progress.lagSeconds.map { DisplayText.duration($0) } ?? "unknown"
        var text = "lag \(lag), \(progress.ordersStored) changes stored, \(progress.calls) calls"
        if !progress.storeTrouble.isEmpty {
            text += "; paused: \(progress.storeTrouble)"
        } else if !progress.trouble.isEmpty {
            text += "; trouble: \(progress.trouble)"
        } else if !progress.hasSucceeded {
            text += "; trouble: the platform has not answered yet"
        }
        if let refusal { text += "; configuration refused, the old one stays: \(refusal)" }
        return text
    }
}
