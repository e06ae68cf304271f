/// A half-open interval `[start, end)` of platform time, in whole seconds.
public struct TimeWindow: Hashable, Sendable {
    public var start: UTCInstant
    public var end: UTCInstant

    /// - Precondition: `start <= end`.
    public init(start: UTCInstant, end: UTCInstant) {
        precondition(start <= end, "a window must not end before it starts")
        self.start = start
        self.end = end
    }

    public var isEmpty: Bool { start == end }

    /// Length in seconds.
    public var seconds: Int64 { end.seconds(since: start) }

    public func contains(_ instant: UTCInstant) -> Bool {
        start <= instant && instant < end
    }
}
