internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// The gateway behind a socket, plain HTTP. One event loop owns the gateway, so that requests
/// of all connections take effect one after the other.
public final class SandboxServer: Sendable {
    public let port: Int
    private let configuration: SandboxConfiguration
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let gateway: NIOLoopBoundBox<SimulatedGateway>

    /// Makes the shops and starts to listen.
    public static func start(
        configuration: SandboxConfiguration
    ) async throws -> SandboxServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            return try await SandboxServer(configuration, group)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private init(
        _ configuration: SandboxConfiguration, _ group: MultiThreadedEventLoopGroup
    ) async throws {
        let gateway = NIOLoopBoundBox.makeBoxSendingValue(
            SimulatedGateway(
                configuration: configuration,
                machineMilliseconds: configuration.machineMilliseconds()),
            eventLoop: group.any())
        let clock = configuration.machineMilliseconds
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(
                        GatewayHandler(gateway: gateway, machineMilliseconds: clock))
                }
            }
            .bind(host: configuration.host, port: configuration.port).get()
        port = channel.localAddress?.port ?? configuration.port
        self.configuration = configuration
        self.group = group
        self.gateway = gateway
    }

    /// Where the gateway answers.
    public var url: String { "http://\(configuration.host):\(port)\(configuration.platform.path)" }

    /// One line of JSON for whoever wants to call: `url`, `app_key`, `app_secret`, and the
    /// `shops` with `name` and `session`.
    public func announcement() -> String {
        Announcement(configuration: configuration, url: url).json
    }

    /// Looks at or changes the gateway between two requests.
    public func withGateway<Value: Sendable>(
        _ body: @escaping @Sendable (inout SimulatedGateway) -> Value
    ) async throws -> Value {
        try await gateway.eventLoop.submit { [gateway] in
            body(&gateway.value)
        }.get()
    }

    /// Stops listening and ends all connections.
    public func shutdown() async throws {
        try await channel.close()
        try await group.shutdownGracefully()
    }
}
