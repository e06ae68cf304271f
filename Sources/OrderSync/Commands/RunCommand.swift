import ArgumentParser
import Glibc
import Logging
import Observability
import OrderStore
import ServiceLifecycle
import UnixSignals

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the sync in the foreground until SIGTERM.",
        discussion: """
            SIGHUP reads the configuration again; a wrong one is refused and the old one stays. \
            Events go to stderr, one a line.
            """)

    @OptionGroup var options: ConfigurationOption

    func run() async throws {
        // Until the service listens for it, SIGHUP has nothing to load and must not end this.
        signal(SIGHUP, SIG_IGN)
        try await reporting {
            let configuration = try options.read()
            // The database holds buyers' data: its owner writes, its group reads.
            umask(0o027)
            let lock = try DatabaseLock(databasePath: configuration.storePath)
            defer { withExtendedLifetime(lock) {} }
            let store = try OrderStore(path: configuration.storePath)
            let sink = LogSink()
            let log = Logger(label: "ordersync") { _ in
                EventLogHandler(
                    level: configuration.logLevel, format: configuration.logFormat, sink: sink)
            }
            log.event(
                .notice, "started",
                [
                    ("version", .text(orderSyncVersion)),
                    ("database", .text(configuration.storePath)),
                    ("shops", .number(Int64(configuration.shops.count))),
                ])
            noteWhatIsToCome(configuration, log)
            let daemon = Daemon(
                configurationPath: options.config, configuration: configuration, store: store,
                log: log, sink: sink)
            var lifecycleLog = log
            lifecycleLog.logLevel = .warning
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [
                        ServiceGroupConfiguration.ServiceConfiguration(
                            service: daemon, successTerminationBehavior: .gracefullyShutdownGroup,
                            failureTerminationBehavior: .cancelGroup)
                    ],
                    gracefulShutdownSignals: [.sigterm, .sigint], logger: lifecycleLog))
            try await group.run()
            log.event(.notice, "stopped")
        }
    }

    /// Keys that the configuration knows and this version does not serve yet.
    private func noteWhatIsToCome(_ configuration: Configuration, _ log: Logger) {
        if !configuration.httpListen.isEmpty {
            log.event(
                .notice, "status page not served by this version",
                [("listen", .text(configuration.httpListen))])
        }
    }
}
