import ArgumentParser
import Configuration
import Engine
import Glibc
import Logging
import Observability
import OrderStore
import ProgramSupport
import ServiceLifecycle
import StatusPage
import WireFormat

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the sync in the foreground until SIGTERM.",
        discussion: """
            SIGHUP reads the configuration again; if it is invalid, the old one stays active. \
            SIGTERM and Ctrl-C stop in order, with exit code 0; a second one stops at once. \
            Events are written to stderr, one per line.
            """)

    @OptionGroup var options: ConfigurationOption

    func run() async throws {
        try await reporting {
            let configuration = try options.read()
            try CAFile.check(configuration)
            try SharedAccounts.refuse(configuration)
            let page = try StatusService.Settings(configuration.http)
            // The database holds buyers' data: its owner writes, its group reads.
            umask(0o027)
            let lock = try DatabaseLock(databasePath: configuration.storePath)
            defer { withExtendedLifetime(lock) {} }
            ServiceNotifier().status("Opening the database; after an upgrade it may be rewritten")
            let store = try OrderStore(path: configuration.storePath)
            try lock.coverFile()
            try await SellerPreflight(configuration: configuration).run()
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
            if let migration = store.migration {
                log.event(
                    .notice, "database migrated",
                    [
                        ("from_version", .number(migration.found)),
                        ("to_version", .number(migration.newest)),
                        ("copy", .text(migration.copy ?? "")),
                    ])
            }
            if let token = page?.token { sink.strikeOut(token) }
            let runState = RunState(configuration, startedAt: SystemClocks.wall())
            let daemon = Daemon(
                configurationPath: options.config, configuration: configuration, store: store,
                log: log, sink: sink, runState: runState)
            var services = [
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: daemon, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup),
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: InterruptionService(interruption: Interruption.trap()),
                    successTerminationBehavior: .gracefullyShutdownGroup),
            ]
            if let page {
                // Whatever ails the page, the sync continues.
                services.append(
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: StatusService(page, runState, log: log),
                        successTerminationBehavior: .ignore,
                        failureTerminationBehavior: .ignore))
            }
            var lifecycleLog = log
            lifecycleLog.logLevel = .warning
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: services, logger: lifecycleLog))
            try await group.run()
            log.event(.notice, "stopped")
        }
    }
}
