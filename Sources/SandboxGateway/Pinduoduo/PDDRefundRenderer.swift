internal import SyncCore
internal import WireFormat

/// Renders the refund of an order: rows of the list and single reads differ in nearly all units.
struct PDDRefundRenderer: Sendable {
    let order: PDDOrder
    let refund: RefundRecord
    private let item: ItemRecord

    /// Nil if no refund was requested.
    init?(order: PDDOrder) {
        guard let refund = order.record.items[0].refund else { return nil }
        self.order = order
        self.refund = refund
        item = order.record.items[0]
    }

    private var reason: String {
        Catalogue.refundReasons[Int(refund.id % Int64(Catalogue.refundReasons.count))]
    }

    /// The buyer's parcel back to the seller.
    private var parcel: ParcelRecord? {
        refund.returned.map {
            ParcelRecord(consigned: $0, salt: SplitMix64.mixed(UInt64(refund.id)))
        }
    }

    /// Money in texts of yuan, times in texts of seconds.
    func writeRow(_ json: inout JSONWriter) {
        let product = Catalogue.products[item.product]
        json.object { json in
            json.member("after_sale_reason", reason)
            json.member("after_sales_status", PDDOrder.afterSalesStatus(refund))
            json.member("after_sales_type", Int64(refund.needsReturn ? 3 : 2))
            json.member("confirm_time", order.confirmed.map { "\($0.seconds)" } ?? "")
            json.member("created_time", "\(refund.created.seconds)")
            json.member("updated_time", "\(refund.modified.seconds)")
            json.member(
                "discount_amount", Fen.yuanText(item.discountFen + item.sharedDiscountFen))
            json.member("dispute_refund_status", 0)
            json.member("good_image", "https://img.example.invalid/\(product.code).jpeg")
            json.member("goods_id", product.itemID)
            json.member("goods_name", product.title)
            json.member("goods_number", "\(item.quantity)")
            json.member("goods_price", Fen.yuanText(item.priceFen))
            json.member("id", refund.id)
            json.member("order_amount", Fen.yuanText(order.record.paymentFen))
            json.member("order_sn", order.number)
            json.member("outer_goods_id", product.code)
            json.member("outer_id", "\(product.code)-\(item.sku + 1)")
            json.member("refund_amount", Fen.yuanText(refund.feeFen))
            json.member("refund_operator_role", 0)
            json.member("shipping_name", parcel.map { PDDCourier.of($0).name } ?? "")
            json.member("sku_id", "\(PDDOrderRenderer.skuID(item))")
            json.member("speed_refund_flag", 0)
            json.member("speed_refund_status", "")
            json.member("tracking_number", parcel?.waybill ?? "")
            json.member("user_shipping_status", order.record.consigned == nil ? "0" : "1")
        }
    }

    /// Money in fen, moments in milliseconds, and types that count from one below the list's.
    func writeDetail(_ json: inout JSONWriter) {
        json.member("after_sales_reason", reason)
        json.member("after_sales_status", PDDOrder.afterSalesStatus(refund))
        json.member("after_sales_type", Int64(refund.needsReturn ? 2 : 1))
        json.member("confirm_time", (order.confirmed?.seconds ?? 0) * 1_000)
        json.member("discount_amount", item.discountFen + item.sharedDiscountFen)
        json.member("dispute_refund_status", 0)
        json.member("exist_images", false)
        json.member("expire_time", refund.created.seconds * 1_000 + 604_800_000)
        json.member("express_no", parcel?.waybill ?? "")
        json.member("goods_number", item.quantity)
        json.member("goods_price", item.priceFen)
        json.member("id", refund.id)
        json.key("images")
        json.array { _ in }
        json.member("order_amount", order.record.paymentFen)
        json.member("order_sn", order.number)
        json.member("recreated_at", refund.created.seconds * 1_000)
        json.member("refund_amount", refund.feeFen)
        json.member("refund_operator_role", 0)
        json.member("remark", "")
        json.member("shipping_name", parcel.map { PDDCourier.of($0).name } ?? "")
        json.member("shipping_status", Int64(order.record.consigned == nil ? 0 : 1))
        json.member("sku_id", "\(PDDOrderRenderer.skuID(item))")
        json.member("speed_refund_flag", 0)
        json.member("updated_time", refund.modified)
        json.member("user_shipping_status", order.record.consigned == nil ? "0" : "1")
    }
}
