internal import CCurl
internal import Synchronization

/// HTTP through libcurl's multi interface on one thread of its own: connections are kept alive and
/// shared by all calls, TLS is always verified, a cancelled task ends its transfer.
///
///     send ──inbox──▶ thread: add handle ─▶ perform/poll ─▶ done ─▶ resume the task
///     cancel ─inbox─▶ thread: remove handle ─▶ resume with .cancelled
public final class CurlTransport: Transport {
    private let worker: CurlWorker

    /// - Parameter connectionsMax: connections kept open per host.
    public init(connectionsMax: Int = 8) {
        worker = CurlWorker(connectionsMax: connectionsMax)
        worker.start()
    }

    deinit {
        worker.stop()
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
