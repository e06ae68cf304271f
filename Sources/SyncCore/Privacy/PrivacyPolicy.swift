/// What is kept of who bought and who receives: `[privacy]` of the configuration.
public struct PrivacyPolicy: Equatable, Sendable {
    public enum Keeping: String, CaseIterable, Sendable {
        /// As the platform sent it.
        case store
        /// A hint: enough to see that a value is there, not enough to find the person.
        case mask
        /// Nothing.
        case drop
    }

    /// Columns of buyers and receivers.
    public var receiver: Keeping
    /// The JSON beside the columns.
    public var raw: Keeping

    public init(receiver: Keeping = .store, raw: Keeping = .store) {
        self.receiver = receiver
        self.raw = raw
    }

    /// Nothing is to be done.
    public var storesAll: Bool { receiver == .store && raw == .store }
}
