import Glibc
import ProgramSupport

/// Ctrl-C and SIGTERM, for commands that finish something when they are interrupted. All others end
/// by the signal; see `EndingSignals`.
struct Interruption: Sendable {
    private let signals: AsyncStream<Void>

    /// From now on the first signal is reported by `wait`.
    static func trap() -> Interruption {
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
        let context = Unmanaged.passRetained(Reader(EndingSignals.report(), continuation))
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, readSignal, context.toOpaque())
        precondition(code == 0, "no thread can be started")
        pthread_detach(thread)
        return Interruption(signals: signals)
    }

    /// Waits for the signal, or until the task is cancelled.
    func wait() async {
        for await _ in signals {}
    }

    /// Runs a command's work until it ends or a signal comes.
    /// - Throws: exit code 75 after a signal.
    static func ends<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let interruption = trap()
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                await interruption.wait()
                return nil
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() ?? nil else {
                throw CommandFailure(.tryAgainLater, "interrupted; run the command again")
            }
            return result
        }
    }

    fileprivate final class Reader: Sendable {
        private let descriptor: Int32
        private let continuation: AsyncStream<Void>.Continuation

        init(_ descriptor: Int32, _ continuation: AsyncStream<Void>.Continuation) {
            self.descriptor = descriptor
            self.continuation = continuation
        }

        func run() {
            var byte: UInt8 = 0
            while read(descriptor, &byte, 1) < 0, errno == EINTR {}
            continuation.finish()
        }
    }
}

/// The thread's entry: a global function, because a closure could inherit an actor's isolation.
private func readSignal(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<Interruption.Reader>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
