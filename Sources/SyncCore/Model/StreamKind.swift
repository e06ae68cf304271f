/// The streams of a shop; the raw value is the name in the database and in logs.
public enum StreamKind: String, CaseIterable, Sendable {
    /// Changes as they happen, by modification time.
    case orders
    /// History, by creation time, newest first.
    case backfill
    /// History that was asked for by a command, by creation time.
    case requested = "backfill_range"
    /// Time that the platform's clock had reached before it was set back: changes of that time have
    /// such times still. Read once.
    case ahead = "orders_ahead"
    /// The time already read, read again minutes later, and again after longer pauses.
    case sweep
    case sweepSecond = "sweep_2"
    case sweepThird = "sweep_3"
    /// Orders read in full, one by one.
    case details
    case refunds
    /// Refunds that changed before those were read live, newest first.
    case refundHistory = "refunds_backfill"
    /// Where the parcels are.
    case shipments
    /// Closed days, counted.
    case audit
    /// The platform read again and compared with the database, as a command asked for.
    case verify
    /// Changes of the orders that a promoter brought.
    case affiliate
    /// What watched goods cost.
    case prices

    /// The streams that sweep, shortest delay first.
    public static let sweeps: [StreamKind] = [.sweep, .sweepSecond, .sweepThird]

    public var isSweep: Bool { Self.sweeps.contains(self) }

    /// It reads what is past, not what changes.
    public var isHistory: Bool {
        switch self {
        case .backfill, .requested, .refundHistory: true
        case .orders, .sweep, .sweepSecond, .sweepThird, .details, .refunds, .shipments, .audit,
            .verify, .affiliate, .prices, .ahead:
            false
        }
    }
}
