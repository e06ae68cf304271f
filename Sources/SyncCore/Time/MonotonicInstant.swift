/// A reading of a clock that never steps, in milliseconds from an arbitrary start. All waiting,
/// rates and bans are measured with it, so that a corrected wall clock cannot break a quota.
public struct MonotonicInstant: Hashable, Comparable, Sendable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.milliseconds < right.milliseconds
    }

    public func advanced(byMilliseconds milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(milliseconds: self.milliseconds + milliseconds)
    }

    /// Milliseconds from `earlier` to this reading; negative when `earlier` is later.
    public func milliseconds(since earlier: MonotonicInstant) -> Int64 {
        milliseconds - earlier.milliseconds
    }
}
