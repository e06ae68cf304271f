/// The kinds of platform calls that the core asks for; an adapter knows their names and fields.
public enum CallMethod: Hashable, CaseIterable, Sendable {
    case serverTime
    /// Orders by the time of their last change.
    case ordersChanged
    /// Orders by the time of their creation.
    case ordersCreated
}
