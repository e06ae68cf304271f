internal import CCurl
internal import Glibc
internal import Synchronization

/// The thread that owns the multi handle.
///
/// `@unchecked Sendable`: `inbox` is a mutex; everything else is touched by the thread alone, or
/// before it starts.
final class CurlWorker: @unchecked Sendable {
    typealias Completion = CheckedContinuation<Result<HTTPResponse, TransportError>, Never>

    struct Job: Sendable {
        let id: UInt64
        let request: HTTPRequest
        let continuation: Completion
    }

    private struct Inbox {
        var jobs: [Job] = []
        var cancelled: [UInt64] = []
        var lastID: UInt64 = 0
        /// Ids given out whose end was not reported yet.
        var open: Set<UInt64> = []
        var isStopping = false
    }

    private let inbox = Mutex(Inbox())
    private let multi: UnsafeMutableRawPointer
    /// Running transfers by their easy handle.
    private var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
    /// Jobs whose cancellation came first.
    private var cancelledEarly: Set<UInt64> = []
    private var idle: [UnsafeMutableRawPointer] = []
    /// Size of the latest body: the next one is likely as large.
    private var bodySize = 16_384

    private let caFile: String?

    private let proxy: String?

    init(connectionsMax: Int, caFile: String?, proxy: String?) {
        self.caFile = caFile
        self.proxy = proxy
        _ = Self.globalInit
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl: out of memory") }
        self.multi = multi
        ccurl_multi_setopt_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connectionsMax)
        ccurl_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, connectionsMax * 2)
    }

    /// Once per process, before any thread uses libcurl.
    private static let globalInit = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    func start() {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(&thread, nil, curlThreadMain, context)
        precondition(code == 0, "no thread can be started")
        pthread_detach(thread)
    }

    // MARK: From any thread

    func nextID() -> UInt64 {
        inbox.withLock { inbox in
            inbox.lastID += 1
            inbox.open.insert(inbox.lastID)
            return inbox.lastID
        }
    }

    func add(_ job: Job) {
        inbox.withLock { $0.jobs.append(job) }
        curl_multi_wakeup(multi)
    }

    func cancel(_ id: UInt64) {
        inbox.withLock { $0.cancelled.append(id) }
        curl_multi_wakeup(multi)
    }

    func stop() {
        inbox.withLock {
            $0.isStopping = true
            // Inside the lock: once the thread sees the flag it may free the multi handle.
            curl_multi_wakeup(multi)
        }
    }

    // MARK: On the thread

    fileprivate func run() {
        while takeInbox() {
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            finishDone()
            // Without a transfer only the inbox can bring work: it wakes the poll.
            curl_multi_poll(multi, nil, 0, running > 0 ? 1_000 : 60_000, nil)
        }
        for transfer in transfers.values {
            curl_multi_remove_handle(multi, transfer.handle)
            curl_easy_cleanup(transfer.handle)
            transfer.release()
            finish(transfer.job, .failure(.cancelled))
        }
        for handle in idle { curl_easy_cleanup(handle) }
        curl_multi_cleanup(multi)
    }

    /// - Returns: false once the worker shall end.
    private func takeInbox() -> Bool {
        let (jobs, cancelled, isStopping) = inbox.withLock { inbox in
            defer {
                inbox.jobs = []
                inbox.cancelled = []
            }
            return (inbox.jobs, inbox.cancelled, inbox.isStopping)
        }
        for id in cancelled {
            if let transfer = transfers.values.first(where: { $0.job.id == id }) {
                curl_multi_remove_handle(multi, transfer.handle)
                end(transfer, .failure(.cancelled))
            } else if isOpen(id) {
                cancelledEarly.insert(id)  // Its job is still to come.
            }
        }
        for job in jobs {
            if cancelledEarly.remove(job.id) != nil || isStopping {
                finish(job, .failure(.cancelled))
            } else {
                begin(job)
            }
        }
        return !isStopping
    }

    private func isOpen(_ id: UInt64) -> Bool {
        inbox.withLock { $0.open.contains(id) }
    }

    private func finish(_ job: Job, _ result: Result<HTTPResponse, TransportError>) {
        inbox.withLock { _ = $0.open.remove(job.id) }
        job.continuation.resume(returning: result)
    }

    private func begin(_ job: Job) {
        guard let handle = idle.popLast() ?? curl_easy_init() else {
            finish(job, .failure(.broken("libcurl: out of memory")))
            return
        }
        let transfer = CurlTransfer(handle: handle, job: job, reserving: bodySize)
        transfer.configure(caFile: caFile, proxy: proxy)
        transfers[handle] = transfer
        curl_multi_add_handle(multi, handle)
    }

    private func finishDone() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
                let transfer = transfers[handle]
            else { continue }
            let code = ccurl_message_result(message)
            curl_multi_remove_handle(multi, handle)
            bodySize = max(16_384, transfer.body.count + 4_096)
            end(transfer, transfer.result(code))
        }
    }

    private func end(_ transfer: CurlTransfer, _ result: Result<HTTPResponse, TransportError>) {
        transfers[transfer.handle] = nil
        transfer.release()
        curl_easy_reset(transfer.handle)
        if idle.count < 16 {
            idle.append(transfer.handle)
        } else {
            curl_easy_cleanup(transfer.handle)
        }
        finish(transfer.job, result)
    }
}

/// The thread's entry: a global function because a closure could inherit an actor's isolation.
private func curlThreadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<CurlWorker>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
