internal import SyncCore
internal import WireFormat

/// An order of the world as Pinduoduo sees it. It exists there from its deal on: paid, with the
/// group complete.
struct PDDOrder: Sendable {
    let record: OrderRecord
    let shop: Int

    /// The deal.
    var confirmed: UTCInstant? { record.paid }

    /// Held back until its review ends; buyers' data is hidden then.
    var isUnderReview: Bool { record.status == .paidForbidConsign }

    /// 1 to ship, 2 shipped, 3 signed.
    var status: Int64 {
        switch record.status {
        case .noCreatePay, .waitBuyerPay, .payPending, .paidForbidConsign, .waitSellerSend,
            .partConsigned, .closedUnpaid:
            1
        case .waitBuyerConfirm: 2
        case .buyerSigned, .finished: 3
        case .closed: record.consigned == nil ? 1 : 2  // The refund alone says that it is over.
        }
    }

    /// 1 none or closed, 2 in process, 3 refunding, 4 refunded.
    var refundStatus: Int64 {
        switch record.items[0].refund?.status {
        case nil, .closed: 1
        case .waitSellerAgree, .waitBuyerReturn, .refused: 2
        case .waitSellerConfirm: 3
        case .success: 4
        }
    }

    var afterSalesStatus: Int64 { record.items[0].refund.map(PDDOrder.afterSalesStatus) ?? 0 }

    static func afterSalesStatus(_ refund: RefundRecord) -> Int64 {
        switch refund.status {
        case .waitSellerAgree: refund.needsReturn ? 3 : 2
        case .waitBuyerReturn: 7
        case .waitSellerConfirm: 4
        case .refused: 6
        case .closed: 11
        case .success: 10
        }
    }

    // MARK: Number

    var number: String { PDDOrder.number(record, shop: shop) }

    /// The day of its beginning and fifteen digits, of which the place in the shop can be read.
    static func number(_ record: OrderRecord, shop: Int) -> String {
        let serial = Identifiers.serial(tid: record.tid, shop: shop) ?? 0
        let digits = Int64(shop) * digitsPerShop + Int64(serial) * saltMax
        return number(
            day: record.created,
            digits: (digits + Int64(record.salt % UInt64(saltMax))) % digitsMax)
    }

    static func number(day: UTCInstant, digits: Int64) -> String {
        let date = BeijingTime.dayText(day).filter { $0 != "-" }.dropFirst(2)
        let text = "\(digits)"
        return "\(date)-\(String(repeating: "0", count: 15 - text.utf8.count))\(text)"
    }

    /// The place that a number can have in a shop; the order there may be another one.
    static func serial(ofNumber number: String, shop: Int) -> Int? {
        guard number.utf8.count == 22, let digits = Int64(number.dropFirst(7)) else { return nil }
        let rest = digits - Int64(shop) * digitsPerShop % digitsMax
        return Int((rest < 0 ? rest + digitsMax : rest) / saltMax)
    }

    private static let digitsMax: Int64 = 1_000_000_000_000_000
    private static let digitsPerShop: Int64 = 10_000_000_000_000
    private static let saltMax: Int64 = 1_000_000
}

extension ShopWorld {
    /// The order of that number, at its newest version, if the platform has it.
    func pddOrder(_ number: String) -> PDDOrder? {
        guard let serial = PDDOrder.serial(ofNumber: number, shop: self.number),
            orders.indices.contains(serial)
        else { return nil }
        let order = PDDOrder(record: orders[serial], shop: self.number)
        return order.confirmed != nil && order.number == number ? order : nil
    }
}
