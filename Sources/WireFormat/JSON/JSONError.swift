/// The text is not JSON from `offset` on.
public struct JSONError: Error, Equatable, Sendable {
    public var offset: Int
    public var reason: String

    public init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }

    static let nestedTooDeep = "nested too deep"

    /// The text may be JSON, but a value is nested deeper than the reader enters.
    public var isTooDeep: Bool { reason == Self.nestedTooDeep }
}
