/// The fields of a sub-order that the sandbox knows, named as on the wire but in camel case.
enum ItemField: UInt8, CaseIterable, RowField {
    case oid, title, picPath, price, num, numIid, skuId, outerIid, outerSkuId
    case skuPropertiesName, cid, status, refundStatus, refundId, totalFee, payment, discountFee
    case adjustFee, divideOrderFee, partMjzDiscount, consignTime, shippingType
    case logisticsCompany, invoiceNo, sellerType, storeCode, subOrderTaxFee, subOrderTaxRate
    case buyerRate, sellerRate, isServiceOrder, isDaixiao, isWww, taxFree, isDevalueFee, isIdle
    case subOrderTaxPromotionFee, taxCouponDiscount, specialRefundType, zhengjiStatus, mdFee
    case mdQualification, ticketOuterId, tmserSpuCode, itemMealName
    case endTime
    // What a single read adds.
    case oidStr, snapshotUrl, orderFrom, shipper, isOversold, isFreeGift, hasGift

    static let names = wireNames()

    static let list = fields(.oid, through: .endTime)
    static let complete = fields(.oid, through: .hasGift)
}
