import UnixSignals

/// Ctrl-C and SIGTERM, for commands that finish something when they are interrupted. All others end
/// by the signal itself.
struct Interruption: Sendable {
    private let signals: UnixSignalsSequence

    /// From now on both signals wait to be taken.
    static func trap() async -> Interruption {
        Interruption(signals: await UnixSignalsSequence(trapping: .sigint, .sigterm))
    }

    func wait() async {
        for await _ in signals { return }
    }
}
