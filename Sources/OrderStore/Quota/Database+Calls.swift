internal import SyncCore

/// The books of calls that all processes share: `quota_usage` holds what was made, by method, and
/// `quota_reserved` what may have been made. What a daemon reserves ahead is in the latter alone
/// until it is made; what a command makes is in both at once.
extension Database {
    /// Calls of a Beijing day (`yyyy-MM-dd`) that may have been made.
    func callsHeld(app: String, day: String) throws(StoreError) -> Int {
        let statement = try prepare(
            """
            SELECT max(coalesce((SELECT calls FROM quota_reserved WHERE app = :app AND day = :day),
                0),
                       coalesce((SELECT sum(calls) FROM quota_usage
                                 WHERE app = :app AND day = :day), 0))
            """)
        statement.bind(.app, app)
        statement.bind(.day, day)
        return try statement.step() ? Int(statement.integer(0)) : 0
    }

    /// From now on so many may have been made; fewer than before there never are.
    func holdCalls(_ total: Int, app: String, day: String) throws(StoreError) {
        let statement = try prepare(
            """
            INSERT INTO quota_reserved (app, day, calls) VALUES (:app, :day, :calls)
            ON CONFLICT (app, day) DO UPDATE SET calls = max(calls, excluded.calls)
            """)
        statement.bind(.app, app)
        statement.bind(.day, day)
        statement.bind(.calls, Int64(total))
        try statement.run()
    }

    /// Calls that were made, or are being made.
    func addCalls(
        _ calls: Int, app: String, day: String, method: String, callClass: String
    ) throws(StoreError) {
        let statement = try prepare(
            """
            INSERT INTO quota_usage (app, day, method, calls) VALUES (:app, :day, :method, :calls)
            ON CONFLICT (app, day, method) DO UPDATE SET calls = calls + excluded.calls
            """)
        statement.bind(.app, app)
        statement.bind(.day, day)
        statement.bind(.method, method)
        statement.bind(.calls, Int64(calls))
        try statement.run()
        let byClass = try prepare(
            """
            INSERT INTO call_classes (app, day, class, calls) VALUES (:app, :day, :call_class,
                :calls)
            ON CONFLICT (app, day, class) DO UPDATE SET calls = calls + excluded.calls
            """)
        byClass.bind(.app, app)
        byClass.bind(.day, day)
        byClass.bind(.callClass, callClass)
        byClass.bind(.calls, Int64(calls))
        try byClass.run()
    }

    /// Cuts bans that end later than any platform's do: an earlier version obeyed them for a
    /// month, and a clock can have been years ahead when they were stored.
    func limitBans(now: UTCInstant) throws(StoreError) {
        // A machine without the time yet must not cut bans to the days after 1970.
        guard now.seconds > Self.earliestNow else { return }
        let statement = try prepare(
            """
            UPDATE bans SET banned_until_at = :banned_until_at
            WHERE banned_until_at > :banned_until_at
            """
        )
        statement.bind(
            .bannedUntilAt, now.advanced(bySeconds: RateLimiter.banSecondsMax + 2).seconds)
        try statement.run()
    }

    /// 2025-01-01, before this program: a clock that shows less is not set.
    private static let earliestNow: Int64 = 1_735_689_600

    /// A ban of a method, or of the whole app when `method` is empty. A shorter one never ends a
    /// longer one.
    func setBan(
        app: String, method: String, until: UTCInstant, code: String
    ) throws(StoreError) {
        let statement = try prepare(
            """
            INSERT INTO bans (app, method, banned_until_at, code) VALUES (:app, :method,
                :banned_until_at, :code)
            ON CONFLICT (app, method) DO UPDATE SET
                banned_until_at = max(banned_until_at, excluded.banned_until_at),
                code = excluded.code
            """)
        statement.bind(.app, app)
        statement.bind(.method, method)
        statement.bind(.bannedUntilAt, until.seconds)
        statement.bind(.code, code)
        try statement.run()
    }
}
