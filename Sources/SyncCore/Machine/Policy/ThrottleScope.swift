/// Whom a throttling answer concerns.
public enum ThrottleScope: String, Equatable, Sendable {
    /// Every call of the app.
    case app
    /// This method, for all shops of the app.
    case method
}
