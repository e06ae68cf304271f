import UnixSignals

/// Ctrl-C and SIGTERM, for commands that are no service.
enum Interruption {
    static func wait() async {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        for await _ in signals { return }
    }
}
