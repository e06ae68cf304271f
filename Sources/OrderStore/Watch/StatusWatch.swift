internal import Glibc
public import SyncCore
internal import WireFormat

/// Looks at the database again and again beside the writer: a connection that only reads, on a
/// thread of its own. Readers never block the writer; each reading is short, so that the
/// write-ahead log can be taken in between.
///
/// What needs every row (how many orders?) is counted shop by shop within a time budget, and seldom
/// where it takes long: a reading stays short with a thousand shops or ten million orders.
public actor StatusWatch {
    public nonisolated let path: String
    private let executor = ThreadExecutor()
    private var reader: WatchReader?
    private var latest: (at: ContinuousClock.Instant, found: WatchedStatus)?

    /// Time for counting in one reading, and in the first, when nothing is counted yet.
    private static let countBudget = Duration.milliseconds(100)
    private static let firstCountBudget = Duration.seconds(1)

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    public init(path: String) {
        self.path = path
    }

    deinit {
        executor.stop()
    }

    /// - Parameters:
    ///   - day: Beijing day whose calls count as today's.
    ///   - maxAge: an earlier reading that is no older is returned again.
    public func look(
        now: UTCInstant, day: String, maxAge: Duration
    ) throws(StoreError) -> WatchedStatus {
        let clock = ContinuousClock()
        let began = clock.now
        if let latest, began - latest.at < maxAge { return latest.found }
        let isFirst = reader == nil
        do throws(StoreError) {
            let reader = try opened()
            let budget = isFirst ? Self.firstCountBudget : Self.countBudget
            var found = try reader.read(now: now, day: day, countBudget: budget)
            found.databaseBytes = Self.size(path)
            found.walBytes = Self.size("\(path)-wal")
            found.readMilliseconds = Int64((clock.now - began) / .milliseconds(1))
            latest = (clock.now, found)
            return found
        } catch {
            // The file may have been replaced: the next reading opens it anew.
            reader = nil
            throw error
        }
    }

    private func opened() throws(StoreError) -> WatchReader {
        if let reader { return reader }
        let opened = try WatchReader(path: path)
        reader = opened
        return opened
    }

    private static func size(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}
