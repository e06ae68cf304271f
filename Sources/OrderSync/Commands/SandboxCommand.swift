import ArgumentParser
import ProgramSupport
import SandboxGateway

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Serves a simulated platform's gateway with seeded shops, for trials and tests.",
        discussion: """
            Prints one line of JSON when it serves: url, app_key, app_secret and the shops with \
            their sessions. GET /_truth?shop=NAME returns a shop's true content (with &of=refunds \
            or &of=parcels behind it: of those), GET /_stats the calls, POST /_control changes \
            the behaviour while it runs. /authorize gives a seller's code, of whom &shop=NAME \
            picks one; sessions are obtained as on the platform. Pinduoduo's lists show changes up \
            to three minutes late, as the true ones do (index_lag_seconds_max), and a promoter's \
            goods, orders and PIDs are served too (&of=goods, &of=promotions).
            """)

    @Option(help: "Address and port to listen on; port 0 selects a free port.")
    var listen = "127.0.0.1:0"
    @Option(help: "Seed: the same seed gives the same shops.")
    var seed: UInt64 = 7
    @Option(help: "Number of shops.")
    var shops = 1
    @Option(help: "Orders that each shop has at the start.")
    var ordersPerShop = 500
    @Option(help: "Events per second in each shop while it runs.")
    var rate = 5.0
    @Option(help: "The platform to simulate.")
    var platform = SandboxPlatform.taobao
    @Flag(name: .customLong("static"), help: "The shops do not change.")
    var isStatic = false
    @Option(help: "Days that the orders at the start are spread over.")
    var historyDays = 30
    @Option(help: "Number of orders that change within one second, every minute.")
    var burst = 0
    @Option(
        help: ArgumentHelp(
            "Misbehave: chaos=SEED, or a rate such as reset_rate=0.1. Repeatable.",
            valueName: "name=value"))
    var fault: [String] = []

    func validate() throws {
        guard address != nil else { throw ValidationError("--listen takes ADDRESS:PORT") }
        guard (1...10_000).contains(shops), (0...10_000_000).contains(ordersPerShop),
            (1...90).contains(historyDays), (0...100_000).contains(burst), rate >= 0,
            rate <= 10_000
        else { throw ValidationError("a number is out of its range; see --help") }
    }

    func run() async throws {
        try await reporting {
            guard let (host, port) = address else { return }
            var world = SandboxConfiguration()
            world.platform = platform
            if platform == .pinduoduo { world.behaviour.indexLagSecondsMax = 180 }
            world.host = host
            world.port = port
            world.seed = seed
            world.shopCount = shops
            world.ordersPerShop = ordersPerShop
            world.historyDays = historyDays
            world.eventsPerSecond = rate
            world.isStatic = isStatic || rate == 0
            if burst > 0 {
                world.burst = SandboxConfiguration.Burst(orders: burst, everySeconds: 60)
            }
            for setting in fault {
                let halves = setting.split(separator: "=", maxSplits: 1).map(String.init)
                guard halves.count == 2, world.behaviour.set(halves[0], to: halves[1]) else {
                    throw CommandFailure(.failed, "--fault \(setting): no such fault or value")
                }
            }
            let interruption = Interruption.trap()
            let server: SandboxServer
            do {
                server = try await SandboxServer.start(configuration: world)
            } catch {
                throw CommandFailure(.failed, "cannot listen on \(listen): \(error)")
            }
            Console.write(server.announcement())
            await interruption.wait()
            try? await server.shutdown()
        }
    }

    private var address: (host: String, port: Int)? {
        guard let colon = listen.lastIndex(of: ":"),
            let port = Int(listen[listen.index(after: colon)...]), (0...65_535).contains(port),
            colon > listen.startIndex
        else { return nil }
        return (String(listen[..<colon]), port)
    }
}
