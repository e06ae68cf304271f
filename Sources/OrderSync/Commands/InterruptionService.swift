import ServiceLifecycle

/// Ends a group of services in order when a signal comes.
struct InterruptionService: Service {
    let interruption: Interruption

    func run() async throws {
        await cancelWhenGracefulShutdown { await interruption.wait() }
    }
}
