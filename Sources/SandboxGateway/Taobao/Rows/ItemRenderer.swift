internal import SyncCore
internal import WireFormat

/// Renders sub-orders.
struct ItemRenderer: Sendable {
    let fields: FieldSet<ItemField>

    func render(_ item: ItemRecord, of order: OrderRecord, into json: inout JSONWriter) {
        json.object { json in
            var row = RowWriter(json: json, fields: fields)
            json = JSONWriter()
            writeGoods(item, &row)
            writeMoney(item, of: order, &row)
            writeState(item, of: order, &row)
            writeFlags(item, of: order, &row)
            json = row.json
        }
    }

    static func picture(_ product: Catalogue.Product) -> String {
        "https://img.alicdn.com/bao/uploaded/i1/2200700\(product.itemID)/"
            + "O1CN01\(product.code)_!!2200700\(product.itemID)-0-lubanu-s.jpg"
    }

    private func writeGoods(_ item: ItemRecord, _ row: inout RowWriter<ItemField>) {
        let product = Catalogue.products[item.product]
        row.put(.oid, item.oid)
        row.put(.oidStr, "\(item.oid)")
        row.put(.title, product.title)
        row.put(.picPath, ItemRenderer.picture(product))
        row.put(.numIid, product.itemID)
        row.put(.skuId, "\(5_000_000_000_000 + product.itemID % 100_000 * 10 + Int64(item.sku))")
        row.put(.skuPropertiesName, product.skus[item.sku])
        row.put(.outerIid, product.code)
        row.put(.outerSkuId, "\(product.code)-\(item.sku + 1)")
        row.put(.cid, product.categoryID)
        row.put(.num, item.quantity)
    }

    private func writeMoney(
        _ item: ItemRecord, of order: OrderRecord, _ row: inout RowWriter<ItemField>
    ) {
        row.put(.price, fen: item.priceFen)
        row.put(.totalFee, fen: item.totalFen)
        // Only the payment of a lone sub-order holds the postage and the shared discount (api 54).
        row.put(.payment, fen: order.items.count == 1 ? order.paymentFen : item.totalFen)
        row.put(.discountFee, fen: item.discountFen)
        row.put(.adjustFee, fen: item.adjustFen)
        row.put(.divideOrderFee, fen: item.dividedFen)
        row.put(.partMjzDiscount, fen: item.sharedDiscountFen)
        row.put(.subOrderTaxFee, "0.00")
        row.put(.subOrderTaxRate, "0")
    }

    private func writeState(
        _ item: ItemRecord, of order: OrderRecord, _ row: inout RowWriter<ItemField>
    ) {
        row.put(.status, item.status.rawValue)
        row.put(.refundStatus, item.refund?.status.rawValue ?? "NO_REFUND")
        if let refund = item.refund { row.put(.refundId, "\(refund.id)") }
        if let place = item.parcel {
            let parcel = order.parcels[place]
            row.put(.consignTime, parcel.consigned)
            row.put(.logisticsCompany, parcel.company.name)
            row.put(.invoiceNo, parcel.waybill)
        }
        row.put(.shippingType, order.type.isVirtual ? "virtual" : "express")
        row.put(.endTime, item.ended)
    }

    private func writeFlags(
        _ item: ItemRecord, of order: OrderRecord, _ row: inout RowWriter<ItemField>
    ) {
        row.put(.sellerType, "B")
        row.put(.storeCode, "")
        row.put(.buyerRate, order.isBuyerRated)
        row.put(.sellerRate, order.isSellerRated)
        row.put(.isServiceOrder, false)
        row.put(.isDaixiao, false)
        row.put(.isWww, item.oid / 1_000_000 % 4 == 0)
        row.put(.taxFree, false)
        row.put(.isDevalueFee, false)
        row.put(.isIdle, "0")
        row.put(.subOrderTaxPromotionFee, "0.00")
        row.put(.taxCouponDiscount, "0.00")
        row.put(.specialRefundType, "")
        row.put(.zhengjiStatus, "0")
        row.put(.mdFee, "0")
        row.put(.mdQualification, "false")
        row.put(.ticketOuterId, "")
        row.put(.tmserSpuCode, "")
        row.put(.itemMealName, "")
        row.put(.snapshotUrl, "q:\(item.oid)_1")
        row.put(.orderFrom, "WAP,WAP")
        row.put(.shipper, "")
        row.put(.isOversold, false)
        row.put(.isFreeGift, false)
        row.put(.hasGift, false)
    }
}
