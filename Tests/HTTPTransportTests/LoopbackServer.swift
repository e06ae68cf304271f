import Glibc
import Synchronization

/// An HTTP server on loopback as rude as a test wants it: a thread accepts, one thread per
/// connection runs the test's script.
///
/// `@unchecked Sendable`: what changes is behind the mutex.
final class LoopbackServer: @unchecked Sendable {
    typealias Script = @Sendable (ServerConnection) -> Void

    let port: Int
    /// An element for each request that arrived whole.
    let requests: AsyncStream<ReceivedRequest>
    /// An element for each connection that the client closed.
    let closings: AsyncStream<Void>

    private let listener: Int32
    private let script: Script
    private let state = Mutex((connections: 0, open: Set<Int32>(), isStopped: false))
    private let arrived: AsyncStream<ReceivedRequest>.Continuation
    private let closed: AsyncStream<Void>.Continuation

    init(_ script: @escaping Script) throws {
        self.script = script
        (listener, port) = try Self.bound()
        (requests, arrived) = AsyncStream.makeStream()
        (closings, closed) = AsyncStream.makeStream()
        guard listen(listener, 128) == 0 else { throw SocketError(code: errno) }
        let listener = listener
        startThread { [weak self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0, let self else { return }
                serve(descriptor)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        for descriptor in state.withLock({ $0.open }) { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    var url: String { "http://127.0.0.1:\(port)/router/rest" }

    var connectionCount: Int { state.withLock { $0.connections } }

    /// A socket that is bound to a free port of loopback, and that port.
    static func bound() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SocketError(code: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
            }
        }
        guard code == 0 else { throw SocketError(code: errno) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    private func serve(_ descriptor: Int32) {
        state.withLock {
            $0.connections += 1
            $0.open.insert(descriptor)
        }
        let (script, arrived, closed) = (script, arrived, closed)
        startThread { [weak self] in
            let connection = ServerConnection(
                descriptor: descriptor, arrived: arrived, closed: closed)
            script(connection)
            self?.state.withLock { _ = $0.open.remove(descriptor) }
            close(descriptor)
        }
    }
}

struct SocketError: Error {
    var code: Int32
}

private func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let code = pthread_create(
        &thread, nil,
        { context in
            if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
            return nil
        }, Unmanaged.passRetained(Box(body)).toOpaque())
    precondition(code == 0, "no thread can be started")
    pthread_detach(thread)
}
