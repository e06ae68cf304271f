/// The fields of a trade that the sandbox knows, named as on the wire but in camel case.
enum TradeField: UInt8, CaseIterable, RowField {
    // Lists and single reads (open.taobao.com, api 128).
    case sellerNick, picPath, payment, postFee, receiverName, receiverState, receiverCity
    case receiverDistrict, receiverTown, receiverAddress, receiverZip, receiverMobile
    case receiverPhone, receiverCountry, receivedPayment, orderTaxFee, orderTaxPromotionFee
    case status, title, type, price, discountFee, totalFee, adjustFee, buyerNick, buyerOpenUid
    case creditCardFee, stepTradeStatus, stepPaidFee, markDesc, shippingType, shopPick
    case rxAuditStatus, serviceType, oaid, aid, tid, num, numIid, sellerFlag, sellerRate
    case buyerRate, hasBuyerMessage, postGateDeclare, crossBondedDeclare, isO2oPassport
    case noShipping, created, modified, payTime, consignTime, endTime, orders
    // What the list by creation adds (api 46).
    case sid, commissionFee, alipayNo, alipayId, buyerArea, codFee, codStatus, pointFee
    case realPointFee, buyerObtainPointFee, isPartConsign, hasYfx, tradeFrom, tradeSource
    case sendTime
    // What a single read adds (api 54).
    case tidStr, buyerMemo, sellerMemo, buyerMessage, availableConfirmFee, alipayPoint, pccAf
    case couponFee, hasPostFee, promotionDetails, timeoutActionTime, buyerFlag, isShShip
    case topHold, estConTime, promiseService, isGift, zeroPurchase, newPresell

    static let names = wireNames()

    static let increment = fields(.sellerNick, through: .orders)
    static let sold = fields(.sellerNick, through: .sendTime)
    static let complete = fields(.sellerNick, through: .newPresell)
    /// The fast single read leaves the receiver out (api 47).
    static let brief = complete.subtracting(receiver)

    static let receiver: FieldSet<TradeField> = [
        .receiverName, .receiverState, .receiverCity, .receiverDistrict, .receiverTown,
        .receiverAddress, .receiverZip, .receiverMobile, .receiverPhone, .receiverCountry, .oaid,
    ]
    /// What lists lack in the busiest hours (announcements of 2023 to 2025).
    static let promotional = receiver.union([
        .orders, .payment, .receivedPayment, .postFee, .totalFee, .discountFee, .adjustFee,
        .consignTime, .shippingType,
    ])
}
