public import Configuration
public import Observability
public import SyncCore
import Synchronization

/// What a running daemon gives its status page: the configuration in force, whether the database
/// takes writes, and the counters of this process.
public final class RunState: Sendable {
    public let registry = MetricRegistry()
    public let meter: CallMeter
    public let startedAt: UTCInstant
    private let state: Mutex<State>

    private struct State {
        var configuration: Configuration
        var storeTrouble: String?
        var stuckLogBytes: Int64?
    }

    public init(_ configuration: Configuration, startedAt: UTCInstant) {
        meter = CallMeter(registry)
        self.startedAt = startedAt
        state = Mutex(State(configuration: configuration))
    }

    public var configuration: Configuration {
        get { state.withLock { $0.configuration } }
        set { state.withLock { $0.configuration = newValue } }
    }

    /// Why the latest write failed; nil when it did not.
    public var storeTrouble: String? {
        get { state.withLock { $0.storeTrouble } }
        set { state.withLock { $0.storeTrouble = newValue } }
    }

    /// The size of a write-ahead log that a reader keeps from being emptied.
    public var stuckLogBytes: Int64? {
        get { state.withLock { $0.stuckLogBytes } }
        set { state.withLock { $0.stuckLogBytes = newValue } }
    }
}
