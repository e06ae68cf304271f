/// The result of a day's audit.
public struct AuditRecord: Equatable, Sendable {
    public enum State: String, CaseIterable, Sendable {
        case equal
        /// Orders were missing, and are stored now.
        case repaired
        /// Orders are missing still.
        case short
        /// The database holds more than the platform shows.
        case excess
    }

    /// Beijing day since 1970.
    public var day: Int64
    public var state: State
    public var platformCount: Int
    public var storedCount: Int
    /// Orders that were missing and are stored now.
    public var repaired: Int
    public var calls: Int

    public init(
        day: Int64, state: State, platformCount: Int, storedCount: Int, repaired: Int, calls: Int
    ) {
        self.day = day
        self.state = state
        self.platformCount = platformCount
        self.storedCount = storedCount
        self.repaired = repaired
        self.calls = calls
    }
}
