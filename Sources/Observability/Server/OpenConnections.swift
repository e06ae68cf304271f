internal import NIOCore
internal import Synchronization

/// The connections of a server, a bounded number.
final class OpenConnections: Sendable {
    private let max: Int
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(max: Int) {
        self.max = max
    }

    /// False when there are as many as may be.
    func admit(_ channel: any Channel) -> Bool {
        open.withLock { open in
            guard open.count < max else { return false }
            open[ObjectIdentifier(channel)] = channel
            return true
        }
    }

    func remove(_ channel: any Channel) {
        open.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    func closeAll() {
        for channel in open.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }
}
