import Configuration
import Platforms
import ProgramSupport
import SandboxGateway
import SyncCore
import WireFormat

/// The simulated gateways of a demo, one a platform and a shop in each, and the configuration
/// that syncs all of them.
struct DemoGateways {
    private let servers: [(platform: SandboxPlatform, server: SandboxServer)]

    /// - Parameter start: where the life of the shops begins.
    static func start(
        _ platforms: [SandboxPlatform], seed: UInt64, orders: Int, eventsPerSecond: Double,
        at start: UTCInstant
    ) async throws -> DemoGateways {
        var servers: [(SandboxPlatform, SandboxServer)] = []
        for platform in platforms {
            var world = SandboxConfiguration()
            world.platform = platform
            world.seed = seed
            world.ordersPerShop = orders
            world.eventsPerSecond = eventsPerSecond
            world.startsAt = start
            world.historyDays = Int(days(platform))
            // A demo is not to wait for the limit on reading history.
            world.behaviour.refundListsMax = 0
            servers.append((platform, try await SandboxServer.start(configuration: world)))
        }
        return DemoGateways(servers: servers)
    }

    func configuration(database: String) async throws -> Configuration {
        var configuration = Configuration()
        configuration.storePath = database
        for (simulated, server) in servers {
            guard let platform = Platform(rawValue: simulated.rawValue) else {
                throw CommandFailure(.failed, "no adapter for \(simulated.rawValue)")
            }
            let session = try await server.withGateway { $0.session(ofShop: "shop1") ?? "" }
            let world = SandboxConfiguration()
            let names = DemoGateways.names(simulated)
            configuration.apps.append(
                Configuration.App(
                    name: names.app, platform: platform, key: world.appKey,
                    secret: .inline(Secret(world.appSecret)), gateway: server.url,
                    limit: RateLimiter.Policy(
                        callsPerSecond: 150, burst: 150, callsPerDay: 1_000_000)))
            var shop = Configuration.Shop(
                name: names.shop, app: names.app, session: .inline(Secret(session)))
            shop.backfillDays = DemoGateways.days(simulated)
            shop.pollIntervalMilliseconds = 2_000
            shop.settleSeconds = 1
            shop.overlapSeconds = 10
            shop.sweepSeconds = [30, 300]
            shop.refundIntervalMilliseconds = 5_000
            shop.parcelIntervalSeconds = 10
            configuration.shops.append(shop)
        }
        return configuration
    }

    func shutdown() async {
        for (_, server) in servers { try? await server.shutdown() }
    }

    /// Days of the past. Pinduoduo's refunds are read half an hour at a time, and a month of them
    /// would take longer than anyone watches.
    private static func days(_ platform: SandboxPlatform) -> Int64 {
        switch platform {
        case .taobao: 30
        case .pinduoduo: 3
        }
    }

    private static func names(_ platform: SandboxPlatform) -> (app: String, shop: String) {
        switch platform {
        case .taobao: ("sandbox", "demo")
        case .pinduoduo: ("sandbox-pinduoduo", "demo-pinduoduo")
        }
    }
}
