internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A small HTTP server for a handful of readers. It only listens, reads and writes: whoever runs
/// it takes requests from `requests` and answers them.
public final class WebServer: Sendable {
    /// One request that waits for its answer.
    public struct Exchange: Sendable {
        public let request: WebRequest
        /// To be called once.
        public let answer: @Sendable (WebReply) -> Void
    }

    /// Bounds against peers that are slow, broken or hostile.
    public struct Limits: Sendable {
        public var connections = 64
        /// From the opening of a connection, or the last answer, to the end of the next request;
        /// and for an answer to be taken. Seconds.
        public var patience: Int64 = 30
        public var headerBytes = 16_384
        public var headerFields = 64

        public init() {}
    }

    public let port: Int
    public let requests: AsyncStream<Exchange>
    private let inbox: AsyncStream<Exchange>.Continuation
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let connections: OpenConnections

    /// Starts to listen.
    /// - Throws: `CannotListen`, with the reason as the system words it.
    public static func start(
        _ address: ListenAddress, limits: Limits = Limits()
    ) async throws -> WebServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            return try await WebServer(address, limits, group)
        } catch {
            try? await group.shutdownGracefully()
            let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) }
            throw CannotListen(description: reason ?? "\(error)")
        }
    }

    public struct CannotListen: Error, CustomStringConvertible {
        public let description: String
    }

    private init(
        _ address: ListenAddress, _ limits: Limits, _ group: MultiThreadedEventLoopGroup
    ) async throws {
        let (requests, inbox) = AsyncStream<Exchange>.makeStream()
        let connections = OpenConnections(max: limits.connections)
        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderFieldSize = limits.headerBytes / 2
        decoderLimits.maxHeaderListSize = limits.headerBytes
        decoderLimits.maxHeaderFieldCount = limits.headerFields
        let bounds = decoderLimits
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 2_048)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(
                        withErrorHandling: false, withEncoderConfiguration: .init(),
                        withDecoderLimitConfiguration: bounds)
                    try pipeline.addHandler(
                        WebHandler(
                            connections: connections, patience: .seconds(limits.patience),
                            inbox: inbox))
                }
            }
            .bind(host: address.host, port: address.port).get()
        // However listening ends, whoever waits for requests learns of it.
        channel.closeFuture.whenComplete { _ in inbox.finish() }
        port = channel.localAddress?.port ?? address.port
        self.requests = requests
        self.inbox = inbox
        self.group = group
        self.connections = connections
    }

    /// Stops listening, ends all connections and then `requests`.
    public func shutdown() async {
        try? await channel.close()
        connections.closeAll()
        inbox.finish()
        try? await group.shutdownGracefully()
    }
}
