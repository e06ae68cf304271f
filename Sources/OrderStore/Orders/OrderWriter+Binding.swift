internal import SyncCore

/// The parameters of the statements that write and compare an order and its items.
extension OrderWriter {
    /// Binds the stated columns. Insert, update and comparison take the same parameters, so that
    /// what is written is what is compared.
    static func bind(
        _ order: OrderRow, of page: OrderPage, _ bytes: UnsafeRawBufferPointer,
        _ clocks: MergeClocks, _ now: UTCInstant, to statement: Statement, isNew: Bool
    ) {
        // A row that leaves its status out keeps the stored one; a new order has none to keep.
        statement.bind(3, Self.name(order.status))
        statement.bind(4, order.platformStatus, in: bytes)
        if order.platformStatus.isAbsent {
            if !isNew {
                statement.bind(3, Int64?.none)
            } else {
                statement.bind(4, StaticString(""))
            }
        }
        statement.bind(5, order.type, in: bytes)
        statement.bind(6, order.buyer, in: bytes)
        statement.bind(7, order.title, in: bytes)
        // A hollow row says nothing about its items; one that lacks some does not count them.
        let isCount = isNew || (!order.items.isEmpty && order.statesAllItems)
        statement.bind(8, isCount ? Int64(order.items.count) : nil)
        statement.bind(9, order.paymentFen)
        statement.bind(10, order.totalFen)
        statement.bind(11, order.postFen)
        statement.bind(12, order.discountFen)
        statement.bind(13, order.receivedFen)
        statement.bind(14, order.createdAt)
        statement.bind(15, order.paidAt)
        statement.bind(16, order.shippedAt)
        statement.bind(17, order.endedAt)
        statement.bind(18, order.modifiedAt.seconds)
        statement.bind(19, order.receiverName, in: bytes)
        statement.bind(20, order.receiverPhone, in: bytes)
        statement.bind(21, order.receiverState, in: bytes)
        statement.bind(22, order.receiverCity, in: bytes)
        statement.bind(23, order.receiverDistrict, in: bytes)
        statement.bind(24, order.receiverAddress, in: bytes)
        statement.bind(25, order.receiverZip, in: bytes)
        statement.bind(26, order.buyerMessage, in: bytes)
        statement.bind(27, order.sellerMemo, in: bytes)
        statement.bind(28, order.sellerFlag)
        let hash = Int64(bitPattern: order.contentHash)
        statement.bind(29, page.source(of: order) == .detail ? 1 : 0)
        statement.bind(30, hash)
        statement.bind(32, now.seconds)
        statement.bind(33, page.askedMilliseconds)
        statement.bind(34, order.buyerID, in: bytes)
        statement.bind(35, text: order.stepStatus?.rawValue)
        statement.bind(36, order.stepPaidFen)
        statement.bind(37, order.depositPaidAt)
        statement.bind(38, clocks.doubt(of: order.modifiedAt).rawValue)
    }

    /// Binds the stated columns of an item, from its id on.
    static func bind(_ item: ItemRow, _ bytes: UnsafeRawBufferPointer, to statement: Statement) {
        statement.bind(3, item.id, in: bytes)
        statement.bind(4, item.title, in: bytes)
        statement.bind(5, item.goodsID, in: bytes)
        statement.bind(6, item.skuID, in: bytes)
        statement.bind(7, item.skuName, in: bytes)
        statement.bind(8, item.outerID, in: bytes)
        statement.bind(9, item.outerSKUID, in: bytes)
        statement.bind(10, item.quantity)
        statement.bind(11, item.priceFen)
        statement.bind(12, item.paymentFen)
        statement.bind(13, item.discountFen)
        statement.bind(14, item.dividedFen)
        if item.platformStatus.isAbsent {
            statement.bind(15, Int64?.none)
        } else {
            statement.bind(15, Self.name(item.status))
        }
        statement.bind(16, item.platformStatus, in: bytes)
        statement.bind(17, item.refundStatus, in: bytes)
        statement.bind(18, item.refundID, in: bytes)
        statement.bind(19, item.logisticsCompany, in: bytes)
        statement.bind(20, item.trackingNumber, in: bytes)
        statement.bind(21, item.shippedAt)
        statement.bind(22, item.endedAt)
        statement.bind(23, item.isGift.map { $0 ? 1 : 0 })
    }
}
