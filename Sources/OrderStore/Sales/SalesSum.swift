/// The running sums of one group.
struct SalesSum {
    var orders: Int64 = 0
    var buyers: Set<Int> = []
    var quantity: Int64 = 0
    var paidFen: Int64 = 0
    var refundFen: Int64 = 0
    var unknownOrders: Int64 = 0
    /// By goods: the order whose line was added last.
    var lastOrder: Int64?
    private(set) var title: String?
    private var titleAt = Int64.min

    mutating func add(orderOf buyer: Int) {
        orders += 1
        buyers.insert(buyer)
    }

    /// Keeps the title of the order paid last.
    mutating func name(paidAt: Int64, title: () -> String) {
        guard paidAt > titleAt else { return }
        titleAt = paidAt
        let text = title()
        if !text.isEmpty { self.title = text }
    }

    var isOverflown: Bool { [quantity, paidFen, refundFen].contains(.max) }
}

extension Int64 {
    /// Sums beyond this, 20 trillion yuan, are no money; differences of two such still fit.
    private static let sumMax: UInt64 = 1 << 61

    /// Adds; a sum beyond `sumMax` becomes `.max` and stays so.
    mutating func add(_ amount: Int64) {
        guard self != .max else { return }
        let (sum, overflow) = addingReportingOverflow(amount)
        self = overflow || sum.magnitude > Self.sumMax ? .max : sum
    }
}
