/// A shop's state; the database stores the raw value.
public enum ShopState: String, CaseIterable, Sendable {
    case active
    /// The platform refuses its app, or the shop itself: configuration has to change.
    case paused
    case unauthorized
}
