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

/// Picks the class of the next call: the most important with work, unless another has earned its
/// turn. A class with work earns its share at each call and pays 100 for its own call.
struct FairShare: Equatable, Sendable {
    private var credit = [Int](repeating: 0, count: CallClass.allCases.count)

    /// Credit that a class can save up: work that comes late must not take a long run of calls.
    static let creditMax = 200

    /// The class to serve among those with work; nil when none has any.
    func choose(_ ready: [CallClass]) -> CallClass? {
        let earned = ready.filter { credit[$0.rawValue] >= 100 }
        if let richest = earned.max(by: { credit[$0.rawValue] < credit[$1.rawValue] }) {
            return richest
        }
        return ready.min { $0.rawValue < $1.rawValue }
    }

    /// Books a call of `chosen` made while `ready` had work.
    mutating func book(_ chosen: CallClass, ready: [CallClass]) {
        for callClass in ready {
            let index = callClass.rawValue
            credit[index] = min(Self.creditMax, credit[index] + callClass.share)
        }
        credit[chosen.rawValue] = max(0, credit[chosen.rawValue] - 100)
    }
}
