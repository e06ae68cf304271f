/// What a call is for, most important first. Every class has a share of the calls that it gets
/// even when more important ones never rest.
public enum CallClass: Int, CaseIterable, Sendable {
    case control
    case live
    case details
    case refunds
    case shipments
    case sweep
    case backfill
    case prices

    /// Classes that those streams make calls of.
    static func inUse(by streams: Set<StreamKind>) -> [CallClass] {
        var classes: [CallClass] = []
        if !streams.isDisjoint(with: [.orders, .affiliate]) { classes.append(.live) }
        if streams.contains(.details) { classes.append(.details) }
        if streams.contains(.refunds) { classes.append(.refunds) }
        if streams.contains(.shipments) { classes.append(.shipments) }
        if !streams.isDisjoint(with: [.sweep, .audit]) { classes.append(.sweep) }
        if !streams.isDisjoint(with: [.backfill, .refundHistory]) { classes.append(.backfill) }
        if streams.contains(.prices) { classes.append(.prices) }
        return classes
    }

    /// The name in the database and in `status`.
    public var name: String { "\(self)" }

    /// Guaranteed part of an app's calls while the class has work, in percent. Prices come to
    /// promoters' apps only, and those have neither details nor refunds nor parcels.
    var share: Int {
        switch self {
        case .control: 5
        case .live: 50
        case .details: 15
        case .refunds: 10
        case .shipments: 5
        case .sweep: 5
        case .backfill: 10
        case .prices: 20
        }
    }
}
