public import SyncCore
internal import WireFormat

/// The calls of each app, and its bans.
extension OrderStore {
    /// Calls that may have been made, by Beijing day (`yyyy-MM-dd`), of the latest days.
    public func reservedCalls(app: String) throws(StoreError) -> [(day: String, calls: Int)] {
        let statement = try database.prepare(
            """
            SELECT day, max(calls) FROM (
                SELECT day, calls FROM quota_reserved WHERE app = :app
                UNION ALL
                SELECT day, sum(calls) FROM quota_usage WHERE app = :app GROUP BY day)
            GROUP BY day ORDER BY day DESC LIMIT 4
            """)
        statement.bind(.app, app)
        var days: [(day: String, calls: Int)] = []
        while try statement.step() {
            days.append((statement.text(0), Int(statement.integer(1))))
        }
        return days
    }

    /// Calls that were made, by Beijing day (`yyyy-MM-dd`) and class, of the latest days.
    public func callsByClass(
        app: String
    ) throws(StoreError) -> [(day: String, callClass: CallClass, calls: Int)] {
        let statement = try database.prepare(
            "SELECT day, class, calls FROM call_classes WHERE app = :app ORDER BY day DESC LIMIT 18"
        )
        statement.bind(.app, app)
        var found: [(day: String, callClass: CallClass, calls: Int)] = []
        while try statement.step() {
            let name = statement.text(1)
            guard let callClass = CallClass.allCases.first(where: { $0.name == name }) else {
                continue
            }
            found.append((statement.text(0), callClass, Int(statement.integer(2))))
        }
        return found
    }

    /// - Returns: the event for the machine.
    func reserve(
        _ wanted: Reservation, app: String, id: AppID
    ) throws(StoreError) -> SyncEvent {
        let start = UTCInstant(seconds: wanted.day * 86_400 - BeijingTime.offsetSeconds)
        let day = BeijingTime.dayText(start)
        let (total, others) = wanted.granted(found: try database.callsHeld(app: app, day: day))
        try database.holdCalls(total, app: app, day: day)
        return .reserved(id, total: total, others: others, day: wanted.day)
    }

    /// After a crash: calls that were reserved and are not known to have been made count as made.
    public func bookUnrecordedCalls(app: String) throws(StoreError) {
        let statement = try database.prepare(
            """
            INSERT INTO quota_usage (app, day, method, calls)
            SELECT app, day, '(unrecorded)', missing FROM (
                SELECT app, day, calls - coalesce((
                    SELECT sum(used.calls) FROM quota_usage AS used
                    WHERE used.app = reserved.app AND used.day = reserved.day), 0) AS missing
                FROM quota_reserved AS reserved WHERE app = :app)
            WHERE missing > 0
            ON CONFLICT (app, day, method) DO UPDATE SET calls = calls + excluded.calls
            """)
        statement.bind(.app, app)
        try statement.run()
    }

    /// After a clean end nothing is in flight: what was reserved and not used is free again.
    public func settleReservation(app: String, day: String) throws(StoreError) {
        let statement = try database.prepare(
            """
            UPDATE quota_reserved SET calls = (
                SELECT coalesce(sum(calls), 0) FROM quota_usage
                WHERE quota_usage.app = :app AND quota_usage.day = :day)
            WHERE app = :app AND day = :day
            """)
        statement.bind(.app, app)
        statement.bind(.day, day)
        try statement.run()
    }

    func add(_ calls: Int, to key: UsageKey) throws(StoreError) {
        try database.addCalls(
            calls, app: key.app, day: key.day, method: key.method, callClass: key.callClass.name)
    }

    /// Bans of the app as (method or empty, end); none lasts longer than a day from `now`.
    public func bans(
        app: String, now: UTCInstant
    ) throws(StoreError) -> [(method: String, until: UTCInstant)] {
        try database.limitBans(now: now)
        let statement = try database.prepare(
            "SELECT method, banned_until_at FROM bans WHERE app = :app")
        statement.bind(.app, app)
        var bans: [(method: String, until: UTCInstant)] = []
        while try statement.step() {
            bans.append((statement.text(0), UTCInstant(seconds: statement.integer(1))))
        }
        return bans
    }
}
