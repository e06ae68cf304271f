internal import SyncCore
internal import WireFormat

/// Renders refunds.
struct RefundRenderer: Sendable {
    let fields: FieldSet<RefundField>
    let seller: String

    func render(
        _ refund: RefundRecord, of item: ItemRecord, in order: OrderRecord,
        into json: inout JSONWriter
    ) {
        json.object { json in
            var row = RowWriter(json: json, fields: fields)
            json = JSONWriter()
            writeIdentity(refund, item, order, &row)
            writeState(refund, item, order, &row)
            writeReturn(refund, &row)
            json = row.json
        }
    }

    private func writeIdentity(
        _ refund: RefundRecord, _ item: ItemRecord, _ order: OrderRecord,
        _ row: inout RowWriter<RefundField>
    ) {
        let product = Catalogue.products[item.product]
        let buyer = BuyerFacts(salt: order.salt)
        row.put(.refundId, "\(refund.id)")
        row.put(.tid, order.tid)
        row.put(.oid, item.oid)
        row.put(.title, product.title)
        row.put(.buyerNick, buyer.nick)
        row.put(.buyerOpenUid, buyer.openID)
        row.put(.sellerNick, seller)
        row.put(.num, item.quantity)
        row.put(.numIid, product.itemID)
        row.put(.sku, product.skus[item.sku])
        row.put(.outerId, product.code)
        row.put(.price, fen: item.priceFen)
        row.put(.alipayNo, "20261101220014\(order.tid % 1_000_000_000_000)")
        row.put(.address, "")
        row.put(.shippingType, order.type.isVirtual ? "virtual" : "express")
        row.put(.attribute, "{}")
    }

    private func writeState(
        _ refund: RefundRecord, _ item: ItemRecord, _ order: OrderRecord,
        _ row: inout RowWriter<RefundField>
    ) {
        row.put(.status, refund.status.rawValue)
        row.put(.created, refund.created)
        row.put(.modified, refund.modified)
        row.put(.orderStatus, item.status.rawValue)
        row.put(.totalFee, fen: item.priceFen * item.quantity)
        row.put(.payment, fen: item.dividedFen - refund.feeFen)
        row.put(.refundFee, fen: refund.feeFen)
        row.put(.refundPhase, refund.isAftersale ? "aftersale" : "onsale")
        // Milliseconds, and another one for every version.
        row.put(.refundVersion, refund.modified.seconds * 1_000 + refund.id % 1_000)
        let reasons = Catalogue.refundReasons
        row.put(.reason, reasons[Int(refund.id % Int64(reasons.count))])
        row.put(.desc, "")
        row.put(.disputeType, refund.needsReturn ? "REFUND_AND_RETURN" : "REFUND")
        row.put(.operationContraint, "null")
        row.put(.advanceStatus, Int64(0))
        row.put(.csStatus, Int64(1))
        if refund.status.isTerminal { row.put(.endTime, refund.modified) }
    }

    private func writeReturn(_ refund: RefundRecord, _ row: inout RowWriter<RefundField>) {
        row.put(.hasGoodReturn, refund.needsReturn)
        let goods: String =
            if refund.returned != nil {
                "BUYER_RETURNED_GOODS"
            } else {
                refund.needsReturn ? "BUYER_RECEIVED" : "BUYER_NOT_RECEIVED"
            }
        row.put(.goodStatus, goods)
        guard let returned = refund.returned else { return }
        let parcel = ParcelRecord(
            consigned: returned, salt: SplitMix64.mixed(UInt64(refund.id)))
        row.put(.goodReturnTime, returned)
        row.put(.companyName, parcel.company.name)
        row.put(.sid, parcel.waybill)
    }
}
