/// A change that was stored by a repeated read only.
public struct LateRow: Equatable, Sendable {
    public var order: String
    public var modifiedAt: UTCInstant

    public init(order: String, modifiedAt: UTCInstant) {
        self.order = order
        self.modifiedAt = modifiedAt
    }
}
