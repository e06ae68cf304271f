internal import CCurl
internal import Glibc
internal import Synchronization

/// HTTP through libcurl's multi interface on its own thread: connections are kept alive and
/// shared by all calls, TLS is always verified, a cancelled task ends its transfer.
///
///     send ──inbox──▶ thread: add handle ─▶ perform/poll ─▶ done ─▶ resume the task
///     cancel ─inbox─▶ thread: remove handle ─▶ resume with .cancelled
public final class CurlTransport: Transport {
    private let worker: CurlWorker

    /// - Parameters:
    ///   - connectionsMax: connections kept open per host.
    ///   - caFile: certificates of CAs to trust (PEM). Without one, what CURL_CA_BUNDLE or
    ///     SSL_CERT_FILE names, as with the program `curl`; else the system's.
    public convenience init(connectionsMax: Int = 8, caFile: String? = nil) {
        let found =
            caFile ?? Self.environment("CURL_CA_BUNDLE") ?? Self.environment("SSL_CERT_FILE")
        self.init(connectionsMax: connectionsMax, caFile: found, proxy: nil)
    }

    /// - Parameter proxy: instead of what HTTPS_PROXY and NO_PROXY say.
    init(connectionsMax: Int, caFile: String?, proxy: String?) {
        worker = CurlWorker(connectionsMax: connectionsMax, caFile: caFile, proxy: proxy)
        worker.start()
    }

    deinit {
        worker.stop()
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard GatewayURL.isAllowed(request.url) else { throw .refusedURL }
        let id = worker.nextID()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                worker.add(CurlWorker.Job(id: id, request: request, continuation: continuation))
            }
        } onCancel: {
            worker.cancel(id)
        }
        return try result.get()
    }
}
