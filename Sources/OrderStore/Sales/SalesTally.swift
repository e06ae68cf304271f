/// Adds up sales: orders first, then the goods lines and refunds of those orders.
struct SalesTally {
    /// What an order is to the sums.
    enum Standing: Equatable {
        /// Paid, time and amount known: in every sum.
        case counted
        case amountUnknown
        case unpaid
    }

    private struct Order {
        var standing: Standing
        var buyer: Int
        /// Index of its group; nil by goods, where an order belongs to several.
        var group: Int?
    }

    private(set) var leftOut = Sales.LeftOut()
    private let isByItem: Bool
    private var total = SalesSum()
    private var groups: [SalesSum] = []
    private var indexByKey: [String: Int] = [:]
    private var orders: [Int64: Order] = [:]
    private var buyerNumbers: [String: Int] = [:]
    private var buyerCount = 0

    init(isByItem: Bool) {
        self.isByItem = isByItem
    }

    /// - Parameters:
    ///   - key: of the order's group; passed over by goods.
    ///   - buyer: who bought; nil is an unknown buyer, another one each time.
    mutating func add(
        order id: Int64, standing: Standing, key: String, paymentFen: Int64, buyer: String?
    ) {
        switch standing {
        case .counted:
            let order = Order(
                standing: standing, buyer: number(of: buyer),
                group: isByItem ? nil : index(of: key))
            orders[id] = order
            total.add(orderOf: order.buyer)
            total.paidFen.add(paymentFen)
            guard let group = order.group else { return }
            groups[group].add(orderOf: order.buyer)
            groups[group].paidFen.add(paymentFen)
        case .amountUnknown:
            orders[id] = Order(standing: standing, buyer: 0, group: nil)
            total.unknownOrders += 1
            if !isByItem { groups[index(of: key)].unknownOrders += 1 }
        case .unpaid:
            orders[id] = Order(standing: standing, buyer: 0, group: nil)
            leftOut.unpaidOrders += 1
            leftOut.unpaidFen.add(paymentFen)
        }
    }

    /// A goods line of an order that was added; the lines of one order come together.
    /// - Parameter fen: the line's part of the payment; nil when the platform does not state it.
    mutating func add(
        lineOf id: Int64, key: String, quantity: Int64, fen: Int64?, paidAt: Int64,
        title: () -> String
    ) {
        guard let order = orders[id], order.standing == .counted else { return }
        let group = index(of: key)
        if groups[group].lastOrder != id {
            groups[group].lastOrder = id
            groups[group].add(orderOf: order.buyer)
        }
        total.quantity.add(quantity)
        groups[group].quantity.add(quantity)
        groups[group].paidFen.add(fen ?? 0)
        groups[group].name(paidAt: paidAt, title: title)
    }

    /// A completed refund of an order; when that was not added, it is none of this report's.
    /// - Parameter item: key of the goods it is for; nil when that is not known.
    mutating func add(refundOf id: Int64, item: String?, fen: Int64?) {
        guard let order = orders[id] else { return }
        guard order.standing == .counted else {
            leftOut.otherRefunds += 1
            leftOut.otherRefundFen.add(fen ?? 0)
            return
        }
        guard let fen else {
            leftOut.unknownRefunds += 1
            return
        }
        total.refundFen.add(fen)
        if let group = order.group ?? item.map({ index(of: $0) }) {
            groups[group].refundFen.add(fen)
        }
    }

    /// A completed refund of the period whose order is not in the database.
    mutating func add(strayRefund fen: Int64?) {
        leftOut.strayRefunds += 1
        leftOut.strayRefundFen.add(fen ?? 0)
    }

    var totalFigures: SalesFigures { figures(total) }

    /// The groups with their keys, in no order.
    var groupFigures: [(key: String, title: String?, figures: SalesFigures)] {
        indexByKey.map { key, index in (key, groups[index].title, figures(groups[index])) }
    }

    /// By goods: the total less all goods.
    var unattributed: SalesFigures? {
        guard isByItem else { return nil }
        var rest = SalesFigures(
            paidFen: total.paidFen, refundFen: total.refundFen, unknownOrders: total.unknownOrders)
        for group in groups {
            rest.paidFen -= group.paidFen
            rest.refundFen -= group.refundFen
        }
        return rest
    }

    /// True if a sum went beyond what can be added up: then no figure may be used.
    var isOverflown: Bool {
        groups.contains { $0.isOverflown } || total.isOverflown
            || [leftOut.unpaidFen, leftOut.otherRefundFen, leftOut.strayRefundFen].contains(.max)
    }

    private func figures(_ sum: SalesSum) -> SalesFigures {
        SalesFigures(
            orders: sum.orders, buyers: Int64(sum.buyers.count),
            quantity: isByItem ? sum.quantity : nil, paidFen: sum.paidFen,
            refundFen: sum.refundFen, unknownOrders: sum.unknownOrders)
    }

    private mutating func index(of key: String) -> Int {
        if let index = indexByKey[key] { return index }
        indexByKey[key] = groups.count
        groups.append(SalesSum())
        return groups.count - 1
    }

    private mutating func number(of buyer: String?) -> Int {
        if let buyer, let number = buyerNumbers[buyer] { return number }
        buyerCount += 1
        if let buyer { buyerNumbers[buyer] = buyerCount }
        return buyerCount
    }
}
