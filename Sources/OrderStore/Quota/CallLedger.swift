internal import Glibc
public import SyncCore

/// The calls that a command makes directly, in the books that it shares with the daemon: each is
/// recorded before it is made, because the day's limit applies to all processes together. A ban
/// that one of them received applies to all.
public actor CallLedger {
    /// Why a call must not be made.
    public enum Refusal: Error, Equatable, Sendable {
        /// As many were made, or are reserved, as the day has.
        case dayIsSpent
        case banned(until: UTCInstant)
        /// It cannot be written down.
        case unwritable(StoreError)
    }

    /// What commands' calls are counted as, beside the daemon's classes.
    static let callClass = "command"

    private let executor: ThreadExecutor
    private let database: Database

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// Nil where there is no database; none is made.
    public init?(path: String) throws(StoreError) {
        if access(path, F_OK) != 0, errno == ENOENT { return nil }
        let database = try Database(path: path)
        let found = try Migrations.check(database)
        guard found > 0 else { return nil }
        guard found == Migrations.latest else {
            throw .olderSchema(path: path, found: found, known: Migrations.latest)
        }
        // What was counted stays counted after a power cut.
        try database.execute("PRAGMA synchronous = FULL")
        database.keepWriteAheadLog()
        database.watchFiles()
        self.database = database
        executor = ThreadExecutor()
    }

    deinit {
        executor.stop()
    }

    /// Whether calls can be written down. Cuts stored bans to a day.
    public func probe(now: UTCInstant) throws(StoreError) {
        try database.execute("BEGIN IMMEDIATE; ROLLBACK")
        try database.limitBans(now: now)
    }

    /// Writes down that a call is made now.
    /// - Parameters:
    ///   - method: the platform's name.
    ///   - day: Beijing day, `yyyy-MM-dd`, by the platform's clock.
    public func book(
        app: String, method: String, day: String, callsPerDay: Int, now: UTCInstant
    ) throws(Refusal) {
        let refusal: Refusal?
        do throws(StoreError) {
            refusal = try database.transaction { () throws(StoreError) -> Refusal? in
                if let end = try banEnd(app, method, now) { return .banned(until: end) }
                let held = try database.callsHeld(app: app, day: day)
                guard held < callsPerDay else { return .dayIsSpent }
                try database.holdCalls(held + 1, app: app, day: day)
                try database.addCalls(
                    1, app: app, day: day, method: method, callClass: Self.callClass)
                return nil
            }
        } catch {
            throw .unwritable(error)
        }
        if let refusal { throw refusal }
    }

    /// Keeps a ban that the platform has answered a call with.
    public func ban(
        app: String, method: String, until: UTCInstant, code: String
    ) throws(StoreError) {
        try database.setBan(app: app, method: method, until: until, code: code)
    }

    private func banEnd(
        _ app: String, _ method: String, _ now: UTCInstant
    ) throws(StoreError) -> UTCInstant? {
        let statement = try database.prepare(
            """
            SELECT max(banned_until_at) FROM bans
            WHERE app = :app AND method IN ('', :method) AND banned_until_at > :now
            """)
        statement.bind(.app, app)
        statement.bind(.method, method)
        statement.bind(.now, now.seconds)
        guard try statement.step() else { return nil }
        return statement.optionalInteger(0).map { UTCInstant(seconds: $0) }
    }
}
