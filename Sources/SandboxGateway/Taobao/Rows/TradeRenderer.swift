internal import SyncCore
internal import WireFormat

/// Renders orders as the trade objects of TOP. Members that do not apply are left out, as there.
struct TradeRenderer: Sendable {
    let selection: TradeSelection
    let seller: String

    func render(_ order: OrderRecord) -> [UInt8] {
        var json = JSONWriter()
        render(order, into: &json)
        return json.bytes
    }

    func render(_ order: OrderRecord, into json: inout JSONWriter) {
        json.object { json in
            var row = RowWriter(json: json, fields: selection.trade)
            json = JSONWriter()  // One owner of the bytes: appending must not copy them.
            writeIdentity(order, &row)
            writeMoney(order, &row)
            writeTimes(order, &row)
            writeReceiver(order, &row)
            writeFlags(order, &row)
            writeSingleReadExtras(order, &row)
            if selection.trade.contains(.orders) { writeItems(order, &row.json) }
            json = row.json
        }
    }

    private func writeIdentity(_ order: OrderRecord, _ row: inout RowWriter<TradeField>) {
        row.put(.tid, order.tid)
        row.put(.tidStr, "\(order.tid)")
        row.put(.sid, "\(order.tid)")
        row.put(.sellerNick, seller)
        row.put(.title, seller)
        row.put(.type, order.type.rawValue)
        row.put(.status, order.status.rawValue)
        let buyer = BuyerFacts(salt: order.salt)
        row.put(.buyerNick, buyer.nick)
        row.put(.buyerOpenUid, buyer.openID)
        row.put(.aid, "")
        let single = order.items.count == 1 ? order.items.first : nil
        row.put(.num, single?.quantity ?? 0)
        if let single {
            let product = Catalogue.products[single.product]
            row.put(.numIid, product.itemID)
            row.put(.price, fen: single.priceFen)
            row.put(.picPath, ItemRenderer.picture(product))
        }
        row.put(.tradeFrom, order.salt % 3 == 0 ? "TAOBAO" : "WAP,WAP")
        row.put(.tradeSource, "taobao")
        row.put(.alipayId, Int64(order.salt % 1_000_000_007) + 2_088_000_000_000_000)
        row.put(.alipayNo, "20261101220014\(order.tid % 1_000_000_000_000)")
        row.put(.markDesc, "")
    }

    private func writeMoney(_ order: OrderRecord, _ row: inout RowWriter<TradeField>) {
        row.put(.payment, fen: order.paymentFen)
        row.put(.totalFee, fen: order.totalFen)
        row.put(.discountFee, fen: order.sharedDiscountFen)
        row.put(.adjustFee, fen: order.adjustFen)
        row.put(.postFee, fen: order.postFen)
        row.put(.receivedPayment, fen: order.receivedFen)
        row.put(.availableConfirmFee, fen: order.paymentFen - order.receivedFen)
        row.put(.commissionFee, fen: 0)
        row.put(.creditCardFee, fen: 0)
        row.put(.orderTaxFee, "0.00")
        row.put(.orderTaxPromotionFee, "0.00")
        row.put(.codFee, fen: 0)
        if order.type == .cod {
            row.put(.codStatus, order.consigned == nil ? "NEW_CREATED" : "ACCEPTED_BY_COMPANY")
        }
        row.put(.pointFee, Int64(0))
        row.put(.realPointFee, Int64(0))
        row.put(.buyerObtainPointFee, Int64(0))
        row.put(.alipayPoint, Int64(0))
        row.put(.pccAf, Int64(0))
        row.put(.couponFee, Int64(0))
        if order.type == .step {
            row.put(.stepTradeStatus, stepStatus(order))
            row.put(.stepPaidFee, fen: stepPaidFen(order))
        }
    }

    private func stepStatus(_ order: OrderRecord) -> String {
        if order.paid != nil { return "FRONT_PAID_FINAL_PAID" }
        if order.depositPaid != nil {
            return order.status == .closedUnpaid
                ? "FRONT_PAID_FRONT_FORFEITED" : "FRONT_PAID_FINAL_NOPAID"
        }
        return "FRONT_NOPAID_FINAL_NOPAID"
    }

    private func stepPaidFen(_ order: OrderRecord) -> Int64 {
        if order.paid != nil { return order.paymentFen }
        return order.depositPaid == nil ? 0 : order.paymentFen / 10
    }

    private func writeTimes(_ order: OrderRecord, _ row: inout RowWriter<TradeField>) {
        row.put(.created, order.created)
        row.put(.modified, order.modified)
        row.put(.payTime, order.paid ?? order.depositPaid)
        row.put(.consignTime, order.consigned)
        row.put(.endTime, order.ended)
        if order.status == .waitBuyerConfirm {
            // The platform confirms automatically ten days after the shipping.
            row.put(.timeoutActionTime, order.consigned?.advanced(bySeconds: 864_000))
        }
        row.put(.estConTime, "付款后48小时内发货")
        row.put(.sendTime, "")
    }

    private func writeReceiver(_ order: OrderRecord, _ row: inout RowWriter<TradeField>) {
        let buyer = BuyerFacts(salt: order.salt)
        row.put(.oaid, buyer.oaid)
        row.put(.receiverName, buyer.name)
        row.put(.receiverMobile, "*******\(buyer.phoneEnd)")
        row.put(.receiverPhone, "")
        row.put(.receiverCountry, "")
        row.put(.receiverState, buyer.place.state)
        row.put(.receiverCity, buyer.place.city)
        row.put(.receiverDistrict, buyer.place.district)
        row.put(.receiverTown, buyer.place.town)
        row.put(.receiverAddress, buyer.street)
        row.put(.receiverZip, "000000")
        row.put(.buyerArea, "\(buyer.place.state)\(buyer.place.city)")
    }

    private func writeFlags(_ order: OrderRecord, _ row: inout RowWriter<TradeField>) {
        row.put(.sellerFlag, order.sellerFlag)
        row.put(.sellerRate, order.isSellerRated)
        row.put(.buyerRate, order.isBuyerRated)
        row.put(.hasBuyerMessage, BuyerFacts(salt: order.salt).message != nil)
        row.put(.shippingType, order.type.isVirtual ? "virtual" : "express")
        row.put(.noShipping, order.type.isVirtual)
        row.put(.isPartConsign, order.status == .partConsigned)
        row.put(.isO2oPassport, false)
        row.put(.postGateDeclare, false)
        row.put(.crossBondedDeclare, order.type == .tmallInternational)
        row.put(.shopPick, "0")
        row.put(.rxAuditStatus, "0")
        row.put(.serviceType, "")
        row.put(.hasYfx, order.salt % 5 == 0)
    }

    private func writeSingleReadExtras(
        _ order: OrderRecord, _ row: inout RowWriter<TradeField>
    ) {
        if let message = BuyerFacts(salt: order.salt).message { row.put(.buyerMessage, message) }
        if order.memoCount > 0 { row.put(.sellerMemo, order.sellerMemo) }
        row.put(.buyerFlag, Int64(0))
        row.put(.hasPostFee, order.postFen > 0)
        row.put(.isShShip, false)
        row.put(.isGift, false)
        row.put(.zeroPurchase, false)
        row.put(.newPresell, order.type == .step)
        row.put(.topHold, Int64(order.status == .paidForbidConsign ? 1 : 0))
        row.put(.promiseService, "{}")
        if selection.trade.contains(.promotionDetails), order.sharedDiscountFen > 0 {
            writePromotions(order, &row.json)
        }
    }

    private func writePromotions(_ order: OrderRecord, _ json: inout JSONWriter) {
        let yuan = Fen.yuanText(order.sharedDiscountFen)
        json.list("promotion_details", of: "promotion_detail", isSimplified: selection.isSimplified)
        {
            $0.object {
                $0.member("id", order.tid)
                $0.member("promotion_name", "店铺优惠券")
                $0.member("discount_fee", yuan)
                $0.member("promotion_desc", "店铺优惠券:省\(yuan)元")
                $0.member("promotion_id", "shopbonus-\(order.salt % 1_000)_\(order.tid % 1_000)")
            }
        }
    }

    private func writeItems(_ order: OrderRecord, _ json: inout JSONWriter) {
        let renderer = ItemRenderer(fields: selection.items)
        json.list("orders", of: "order", isSimplified: selection.isSimplified) { json in
            for item in order.items {
                renderer.render(item, of: order, into: &json)
            }
        }
    }
}
