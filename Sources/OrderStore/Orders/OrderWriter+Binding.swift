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
        statement.bind(.status, Self.name(order.status))
        statement.bind(.platformStatus, order.platformStatus, in: bytes)
        if order.platformStatus.isAbsent {
            if !isNew {
                statement.bind(.status, Int64?.none)
            } else {
                statement.bind(.platformStatus, StaticString(""))
            }
        }
        statement.bind(.type, order.type, in: bytes)
        statement.bind(.buyer, order.buyer, in: bytes)
        statement.bind(.title, order.title, in: bytes)
        // A hollow row says nothing about its items; one that lacks some does not count them.
        let isCount = isNew || (!order.items.isEmpty && order.statesAllItems)
        statement.bind(.itemCount, isCount ? Int64(order.items.count) : nil)
        statement.bind(.paymentFen, order.paymentFen)
        statement.bind(.totalFen, order.totalFen)
        statement.bind(.postFen, order.postFen)
        statement.bind(.discountFen, order.discountFen)
        statement.bind(.receivedFen, order.receivedFen)
        statement.bind(.createdAt, order.createdAt)
        statement.bind(.paidAt, order.paidAt)
        statement.bind(.shippedAt, order.shippedAt)
        statement.bind(.endedAt, order.endedAt)
        statement.bind(.modifiedAt, order.modifiedAt.seconds)
        statement.bind(.receiverName, order.receiverName, in: bytes)
        statement.bind(.receiverPhone, order.receiverPhone, in: bytes)
        statement.bind(.receiverState, order.receiverState, in: bytes)
        statement.bind(.receiverCity, order.receiverCity, in: bytes)
        statement.bind(.receiverDistrict, order.receiverDistrict, in: bytes)
        statement.bind(.receiverAddress, order.receiverAddress, in: bytes)
        statement.bind(.receiverZip, order.receiverZip, in: bytes)
        statement.bind(.buyerMessage, order.buyerMessage, in: bytes)
        statement.bind(.sellerMemo, order.sellerMemo, in: bytes)
        statement.bind(.sellerFlag, order.sellerFlag)
        let hash = Int64(bitPattern: order.contentHash)
        statement.bind(.hasDetails, page.source(of: order) == .detail ? 1 : 0)
        statement.bind(.contentHash, hash)
        statement.bind(.syncedAt, now.seconds)
        statement.bind(.askedMs, page.askedMilliseconds)
        statement.bind(.buyerID, order.buyerID, in: bytes)
        statement.bind(.stepStatus, text: order.stepStatus?.rawValue)
        statement.bind(.stepPaidFen, order.stepPaidFen)
        statement.bind(.depositPaidAt, order.depositPaidAt)
        statement.bind(.isFuture, clocks.doubt(of: order.modifiedAt).rawValue)
    }

    /// Binds the stated columns of an item, from its id on.
    static func bind(_ item: ItemRow, _ bytes: UnsafeRawBufferPointer, to statement: Statement) {
        statement.bind(.itemID, item.id, in: bytes)
        statement.bind(.title, item.title, in: bytes)
        statement.bind(.goodsID, item.goodsID, in: bytes)
        statement.bind(.skuID, item.skuID, in: bytes)
        statement.bind(.skuName, item.skuName, in: bytes)
        statement.bind(.outerID, item.outerID, in: bytes)
        statement.bind(.outerSkuID, item.outerSKUID, in: bytes)
        statement.bind(.quantity, item.quantity)
        statement.bind(.priceFen, item.priceFen)
        statement.bind(.paymentFen, item.paymentFen)
        statement.bind(.discountFen, item.discountFen)
        statement.bind(.dividedFen, item.dividedFen)
        if item.platformStatus.isAbsent {
            statement.bind(.status, Int64?.none)
        } else {
            statement.bind(.status, Self.name(item.status))
        }
        statement.bind(.platformStatus, item.platformStatus, in: bytes)
        statement.bind(.refundStatus, item.refundStatus, in: bytes)
        statement.bind(.refundID, item.refundID, in: bytes)
        statement.bind(.logisticsCompany, item.logisticsCompany, in: bytes)
        statement.bind(.trackingNo, item.trackingNumber, in: bytes)
        statement.bind(.shippedAt, item.shippedAt)
        statement.bind(.endedAt, item.endedAt)
        statement.bind(.isGift, item.isGift.map { $0 ? 1 : 0 })
    }
}
