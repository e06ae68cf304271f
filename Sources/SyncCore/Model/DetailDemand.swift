/// Which orders of a shop are read in full.
public enum DetailPolicy: String, CaseIterable, Sendable {
    /// Those that a live read finds new or changed, and of history those still to be shipped.
    case changed
    /// Those of all history too.
    case all
    /// Only those whose list row came without money and items.
    case never
}

/// Why an order is to be read in full, and how soon.
public struct DetailDemand: Equatable, Sendable {
    /// The raw value stands in the database.
    public enum Reason: String, CaseIterable, Sendable {
        case hollow, new, changed, contradicted, history
    }

    public var reason: Reason
    /// 0 comes first.
    public var priority: Int64

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
    if order.isSparse {
        return DetailDemand(reason: .hollow, priority: urgency * 2 + (isHistory ? 6 : 0))
    }
    switch policy {
    case .never:
        return nil
    case .changed:
        if isHistory, urgency > 0 { return nil }
    case .all:
        break
    }
    if isHistory { return DetailDemand(reason: .history, priority: 7 + urgency * 2) }
    return DetailDemand(reason: isNew ? .new : .changed, priority: urgency * 2 + 1)
}
