public import Configuration
public import Engine
public import Logging
public import Observability
import OrderStore
import ProgramSupport
public import ServiceLifecycle
import SyncCore
public import WireFormat

/// The status page beside a running daemon. It cannot harm the sync: when its address is taken it
/// says so and tries again, and a slow reader does not delay others.
public final class StatusService: Service {
    /// What the configuration asks for, with the token read.
    public struct Settings: Sendable {
        public var listen: ListenAddress
        var hosts: [String]
        public var token: Secret?

        /// Shorter ones can be tried out.
        static let tokenLengthMin = 16

        /// Nil when no page is wanted.
        public init?(_ http: Configuration.HTTP) throws {
            guard let listen = http.listen else { return nil }
            self.listen = listen
            hosts = http.hosts
            token = try http.token?.read()
            if let token, token.exposedText.utf8.count < Self.tokenLengthMin {
                throw CommandFailure(
                    .configurationWrong,
                    "\(http.token?.place ?? "token") is too short for a token: make one of at "
                        + "least \(Self.tokenLengthMin) characters, with openssl rand -hex 24")
            }
        }
    }

    private let settings: Settings
    private let runState: RunState
    private let log: Logger

    private static let retrySeconds = 30
    /// After the first, a failure to listen is logged this seldom.
    private static let retriesPerLine = 20

    public init(_ settings: Settings, _ runState: RunState, log: Logger) {
        self.settings = settings
        self.runState = runState
        self.log = log
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.serve() }
    }

    private func serve() async {
        let board = StatusBoard(runState)
        await withDiscardingTaskGroup { group in
            group.addTask { await board.sampleEachMinute() }
            var attempts = 0
            while !Task.isCancelled {
                do {
                    let server = try await WebServer.start(settings.listen)
                    attempts = 0
                    log.event(
                        .notice, "status page served", [("url", .text(url(port: server.port)))])
                    for await exchange in server.requests {
                        group.addTask { await self.answer(exchange, board) }
                    }
                    await server.shutdown()
                } catch {
                    if attempts % Self.retriesPerLine == 0 { noteFailure(error) }
                    attempts += 1
                }
                try? await Task.sleep(for: .seconds(Self.retrySeconds))
            }
            group.cancelAll()
        }
    }

    private func answer(_ exchange: WebServer.Exchange, _ board: StatusBoard) async {
        let check = RequestGuard(
            listen: settings.listen, hosts: settings.hosts, token: settings.token)
        let path = StatusBoard.Path(rawValue: exchange.request.path)
        let reply: WebReply
        if let refusal = check.refusal(exchange.request) {
            // A path that is not here has no methods either.
            reply = refusal.status == 405 && path == nil ? StatusBoard.notHere : refusal
        } else {
            reply = await board.reply(to: exchange.request)
        }
        runState.meter.recordRequest(path: path?.rawValue ?? "other", code: reply.status)
        exchange.answer(reply)
    }

    private func noteFailure(_ error: any Error) {
        log.event(
            .error, "status page cannot be served",
            [
                ("listen", .text("\(settings.listen)")), ("reason", .text("\(error)")),
                (
                    "advice",
                    .text("free the port or set [http] listen; the sync continues without the page")
                ),
            ])
    }

    private func url(port: Int) -> String {
        "http://\(ListenAddress(host: settings.listen.host, port: port))/"
    }
}
