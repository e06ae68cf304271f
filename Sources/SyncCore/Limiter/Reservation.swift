/// Calls of a day that the database is to hold as used before they are made.
public struct Reservation: Equatable, Sendable {
    /// Beijing day, in days since 1970.
    public var day: Int64
    /// What the limiter knows the database to hold.
    public var known: Int
    /// What is wanted beyond that.
    public var more: Int
    public var callsPerDay: Int

    public init(day: Int64, known: Int, more: Int, callsPerDay: Int) {
        self.day = day
        self.known = known
        self.more = more
        self.callsPerDay = callsPerDay
    }

    /// What becomes of it in a database that holds `found` calls of the day: what is beyond
    /// `known` other processes have made, and the day's limit is for all of them together.
    /// - Returns: what the database holds from then on, and how much of it is new and others'.
    public func granted(found: Int) -> (total: Int, others: Int) {
        let others = max(0, found - known)
        let held = known + others
        return (max(held, min(held + more, callsPerDay)), others)
    }
}
