/// What a transaction did to orders.
public struct StoredCounts: Equatable, Sendable {
    public var created = 0
    public var updated = 0
    /// Identical or older: nothing was written.
    public var unchanged = 0

    public init() {}

    public static func += (left: inout Self, right: Self) {
        left.created += right.created
        left.updated += right.updated
        left.unchanged += right.unchanged
    }
}
