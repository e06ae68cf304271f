import ArgumentParser
import Engine
import Glibc
import HTTPTransport
import Logging
import Observability
import OrderStore
import ProgramSupport
import SandboxGateway
import SyncCore

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Syncs simulated shops into ./ordersync-demo.db: no account, no network.",
        discussion: """
            Starts the sandbox gateway inside the process, then syncs as `ordersync run` does with \
            a real gateway. Run it again to continue where it stopped.
            """)

    enum DemoPlatform: String, ExpressibleByArgument, CaseIterable {
        case taobao, pinduoduo, all

        var simulated: [SandboxPlatform] {
            switch self {
            case .taobao: [.taobao]
            case .pinduoduo: [.pinduoduo]
            case .all: SandboxPlatform.allCases
            }
        }
    }

    @Option(help: "The platform of the shop; a shop of each with `all`.")
    var platform = DemoPlatform.taobao

    @Option(help: "Seed: the same seed gives the same shop.")
    var seed: UInt64 = 7
    @Option(help: "Orders that each shop has at the start.")
    var orders = 3_000
    @Option(help: ArgumentHelp("The database to write.", valueName: "path"))
    var database = "./ordersync-demo.db"
    @Flag(help: "Keep running until Ctrl-C and show each change as it arrives.")
    var live = false

    private enum Ended {
        case engine, interruption
        case watch(loadedAfter: Double?)
    }

    /// What happens in the shop, per second.
    static let eventsPerSecond = 2.0

    func validate() throws {
        guard (1...1_000_000).contains(orders) else {
            throw ValidationError("--orders takes 1 to 1000000")
        }
    }

    func run() async throws {
        try await reporting {
            let lock = try DatabaseLock(databasePath: database)
            defer { withExtendedLifetime(lock) {} }
            let store = try OrderStore(path: database)
            try lock.coverFile()
            let gateways = try await DemoGateways.start(
                platform.simulated, seed: seed, orders: orders,
                eventsPerSecond: Self.eventsPerSecond, at: try await firstStart(store))
            let sink = LogSink()
            let log = Logger(label: "demo") { _ in
                EventLogHandler(level: .error, format: .auto, sink: sink)
            }
            let transport = CurlTransport()
            let dependencies = try await EngineDependencies.make(
                gateways.configuration(database: database), store: store, transport: transport,
                log: log,
                startsFresh: true, onSecret: { _ in })
            let engine = SyncEngine(dependencies)
            let before = try? OrderStore.readTotals(path: database)
            let watch = DemoWatch(engine: engine, database: database, isLive: live)
            let interruption = live ? Interruption.trap() : nil
            let began = SystemClocks.ticks()
            let seconds = try await withThrowingTaskGroup(of: Ended.self) { group in
                group.addTask {
                    try await engine.run()
                    return .engine
                }
                group.addTask { .watch(loadedAfter: await watch.run()) }
                if let interruption {
                    group.addTask {
                        await interruption.wait()
                        return .interruption
                    }
                }
                var seconds: Double?
                var isStopping = false
                while let ended = try await group.next() {
                    if case .watch(let loaded) = ended { seconds = loaded }
                    if !isStopping {
                        isStopping = true
                        engine.stop()
                    }
                    // The engine stores what it has received; the others have nothing to finish.
                    if case .engine = ended { group.cancelAll() }
                }
                let elapsed = SystemClocks.ticks().milliseconds(since: began)
                return seconds ?? Double(elapsed) / 1_000
            }
            let progress = await engine.progress
            await gateways.shutdown()
            let summary = DemoSummary(
                path: database, totals: try OrderStore.readTotals(path: database),
                progress: progress, seconds: seconds,
                isResumed: (before?.byStatus.isEmpty ?? true) == false)
            Console.write(summary.text)
        }
    }

    /// When the demo ran first: the sandbox's world begins there again, so that a second run
    /// finds the same shop, only later.
    private func firstStart(_ store: OrderStore) async throws -> UTCInstant {
        let now = SystemClocks.wall()
        let start = try await store.firstCheckpoint() ?? now
        // Life since then is lived through at the start; after two days it takes too long.
        guard now.seconds(since: start) < 2 * 86_400 else {
            throw CommandFailure(
                .failed, "\(database) is a demo of days ago; remove it and run the demo again")
        }
        return start
    }
}
