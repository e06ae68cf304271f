/// Why an order is to be read in full, and how soon.
public struct DetailDemand: Equatable, Sendable {
    /// The database stores the raw value.
    public enum Reason: String, CaseIterable, Sendable {
        case hollow, new, changed, contradicted, history
    }

    public var reason: Reason
    /// 0 comes first.
    public var priority: Int64

    /// From here on: what can wait for calls that nothing else needs.
    public static let historyPriorityMin: Int64 = 9

    /// A list row says otherwise.
    public static let contradicted = DetailDemand(reason: .contradicted, priority: 0)
    /// It may have been read too soon.
    public static let doubted = DetailDemand(reason: .hollow, priority: historyPriorityMin)

    public init(reason: Reason, priority: Int64) {
        self.reason = reason
        self.priority = priority
    }
}

/// Decides whether a list row that was just stored calls for a detail: paid and unshipped orders
/// first, rows without content before others, history last.
/// - Parameter isHistory: the row comes from a read of what is past, not of what changes.
public func detailDemand(
    for order: OrderRow, isNew: Bool, isHistory: Bool, policy: DetailPolicy
) -> DetailDemand? {
    let urgency: Int64 =
        switch order.status {
        case .paid, .partShipped: 0
        case .unpaid, .shipped, .unknown: 1
        case .completed, .closed: 2
        }
    switch (isHistory, order.isSparse || order.lacksEssentials || order.isPartial) {
    case (false, true): return DetailDemand(reason: .hollow, priority: urgency * 2)
    case (true, true): return DetailDemand(reason: .hollow, priority: 6 + urgency)
    case (_, false) where policy == .never: return nil
    case (false, false):
        return DetailDemand(reason: isNew ? .new : .changed, priority: urgency * 2 + 1)
    case (true, false):
        return DetailDemand(
            reason: .history, priority: DetailDemand.historyPriorityMin + urgency)
    }
}
