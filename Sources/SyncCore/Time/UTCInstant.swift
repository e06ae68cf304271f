/// A point in time in whole seconds since 1970-01-01 00:00:00 UTC: the resolution of every
/// instant that a platform states. Beijing text exists only in the platform adapters.
public struct UTCInstant: Hashable, Comparable, Sendable {
    public var seconds: Int64

    public init(seconds: Int64) {
        self.seconds = seconds
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.seconds < right.seconds
    }

    /// The instant `seconds` later; before it when negative.
    public func advanced(bySeconds seconds: Int64) -> UTCInstant {
        UTCInstant(seconds: self.seconds + seconds)
    }

    /// Seconds from `earlier` to this instant; negative when `earlier` is later.
    public func seconds(since earlier: UTCInstant) -> Int64 {
        seconds - earlier.seconds
    }
}

extension UTCInstant: CustomStringConvertible {
    public var description: String { "\(seconds)" }
}
