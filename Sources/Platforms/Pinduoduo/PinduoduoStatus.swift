internal import SyncCore

/// What an order's several states come to (pages of pdd.order.list.get and
/// pdd.order.information.get).
struct PinduoduoStatus {
    var order: Int64?
    var refund: Int64?
    var confirm: Int64?
    var group: Int64?
    /// Of a deposit's order: 0 nothing is paid, 1 the deposit, 2 all.
    var step: Int64?
    /// It is such an order; nil where nothing is said of it.
    var isDeposit: Bool?
    var isPaid = false

    var unified: OrderStatus {
        // Cancelled before it was a deal, or a group that failed.
        if confirm == 2 || group == 2 { return .closed }
        switch order {
        // Refunded before it was sent. Later a refund can be of a part: the order continues, and
        // `refunds` contains the amount, which the order does not.
        case 1 where refund == 4: return .closed
        case 1:
            if let step, step < 2, isDeposit ?? true { return .unpaid }
            return confirm == 0 && !isPaid ? .unpaid : .paid
        case 2: return .shipped
        case 3: return .completed
        default: return .unknown
        }
    }

    var stepStatus: StepStatus? {
        guard let step, isDeposit ?? true else { return nil }
        return switch step {
        case 0: .unpaid
        case 1: .depositPaid
        case 2: .paid
        default: .unknown
        }
    }

    /// Order, refund and confirmation, as sent, with `-` for what was not said: `1/1/1`.
    var text: String {
        [order, refund, confirm].map { $0.map { "\($0)" } ?? "-" }.joined(separator: "/")
    }

    /// No member states a status.
    var isAbsent: Bool { order == nil && refund == nil && confirm == nil }
}
