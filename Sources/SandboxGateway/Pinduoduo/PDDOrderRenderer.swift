internal import SyncCore
internal import WireFormat

/// Renders orders as Pinduoduo's lists and single reads do: all members, always.
struct PDDOrderRenderer: Sendable {
    /// For the list that leaves out people and parcels.
    let isBrief: Bool

    func render(_ order: PDDOrder) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            writeState(order, &json)
            writeMoney(order.record, &json)
            writeItems(order.record, &json)
            guard !isBrief else { return }
            writeTimes(order.record, &json)
            writeParcels(order.record, &json)
            writeReceiver(order, &json)
            writeNotes(order.record, &json)
        }
        return json.bytes
    }

    private func writeState(_ order: PDDOrder, _ json: inout JSONWriter) {
        let record = order.record
        json.member("order_sn", order.number)
        json.member("order_status", order.status)
        json.member("refund_status", order.refundStatus)
        json.member("risk_control_status", Int64(order.isUnderReview ? 1 : 0))
        json.member("trade_type", Int64(record.type == .step ? 1 : 0))
        json.member("is_lucky_flag", 1)
        json.member("confirm_time", order.confirmed)
        json.member("updated_at", record.modified)
        guard !isBrief else { return }
        json.member("confirm_status", 1)
        json.member("group_status", 1)
        json.member("group_role", Int64(record.salt % 2))
        json.member("group_order_id", Int64(record.salt >> 2 | 1 << 60))  // Above 2^53.
        json.member("after_sales_status", order.afterSalesStatus)
        json.member("stock_out_handle_status", -1)
        json.member("is_pre_sale", Int64(record.type == .step ? 1 : 0))
        json.member("mkt_biz_type", 0)
        json.member("shipping_type", 0)
    }

    private func writeMoney(_ record: OrderRecord, _ json: inout JSONWriter) {
        let item = record.items[0]
        json.member("goods_amount", yuan: item.priceFen * item.quantity + item.adjustFen)
        json.member("order_change_amount", yuan: -item.adjustFen)
        json.member("discount_amount", yuan: item.discountFen + item.sharedDiscountFen)
        json.member("platform_discount", yuan: item.sharedDiscountFen)
        json.member("seller_discount", yuan: item.discountFen)
        json.member("capital_free_discount", yuan: 0)
        json.member("postage", yuan: record.postFen)
        json.member("pay_amount", yuan: record.paymentFen)
        json.key("step_order_info")
        guard record.type == .step else {
            json.null()
            return
        }
        json.object {
            $0.member("advanced_paid_fee", yuan: record.paymentFen / 10)
            $0.member("step_discount_amount", yuan: 0)
            $0.member("step_paid_fee", yuan: record.paymentFen - record.paymentFen / 10)
            $0.member("step_trade_status", 2)
        }
    }

    private func writeItems(_ record: OrderRecord, _ json: inout JSONWriter) {
        json.key("item_list")
        json.array { json in
            for item in record.items {
                let product = Catalogue.products[item.product]
                json.object {
                    $0.member("goods_count", item.quantity)
                    $0.member("goods_id", product.itemID)
                    $0.member("goods_img", "https://img.example.invalid/\(product.code).jpeg")
                    $0.member("goods_name", product.title)
                    $0.member("goods_price", yuan: item.priceFen)
                    $0.member("goods_spec", product.skus[item.sku])
                    $0.member("outer_goods_id", product.code)
                    $0.member("outer_id", "\(product.code)-\(item.sku + 1)")
                    $0.member("sku_id", PDDOrderRenderer.skuID(item))
                }
            }
        }
    }

    static func skuID(_ item: ItemRecord) -> Int64 {
        5_000_000_000_000 + Catalogue.products[item.product].itemID % 100_000 * 10
            + Int64(item.sku)
    }

    private func writeTimes(_ record: OrderRecord, _ json: inout JSONWriter) {
        json.member("created_time", record.created)
        json.member("pay_time", record.paid)
        json.member("shipping_time", record.consigned)
        json.member("receive_time", record.status == .finished ? record.ended : nil)
        json.member("last_ship_time", record.paid?.advanced(bySeconds: 2 * 86_400))
        json.member("promise_delivery_time", "")
        // Blank unless the shop sells abroad.
        json.member("pay_no", "")
        json.member("pay_type", "")
        json.member("inner_transaction_id", "")
    }

    private func writeParcels(_ record: OrderRecord, _ json: inout JSONWriter) {
        let first = record.parcels.first
        json.member("logistics_id", first.map { PDDCourier.of($0).id } ?? 0)
        json.member("tracking_number", first?.waybill ?? "")
        json.key("extra_delivery_list")
        json.array { json in
            for parcel in record.parcels.dropFirst() {
                json.object {
                    $0.member("logistics_id", PDDCourier.of(parcel).id)
                    $0.member("tracking_number", parcel.waybill)
                }
            }
        }
        writeGifts(record, &json)
    }

    /// Every tenth order comes with a gift.
    private func writeGifts(_ record: OrderRecord, _ json: inout JSONWriter) {
        json.key("gift_list")
        json.array { json in
            guard record.salt % 10 == 1 else { return }
            let product = Catalogue.products[Int(record.salt >> 8) % 3 + 20]
            json.object {
                $0.member("goods_count", 1)
                $0.member("goods_id", product.itemID)
                $0.member("goods_img", "https://img.example.invalid/\(product.code).jpeg")
                $0.member("goods_name", "赠品 \(product.title)")
                $0.member("goods_price", yuan: product.priceFen)
                $0.member("goods_spec", product.skus[0])
                $0.member("outer_goods_id", product.code)
                $0.member("outer_id", "\(product.code)-1")
                $0.member("sku_id", 6_000_000_000_000 + product.itemID % 100_000)
            }
        }
    }

    /// Ciphertext only while the order waits for shipment and is not under review.
    private func writeReceiver(_ order: PDDOrder, _ json: inout JSONWriter) {
        let buyer = BuyerFacts(salt: order.record.salt)
        let place = buyer.place
        json.member("country", "中国")
        json.member("province", place.state)
        json.member("city", place.city)
        json.member("town", place.district)
        json.member("country_id", 0)
        for (part, name) in ["province_id", "city_id", "town_id"].enumerated() {
            json.member(name, Int64(order.record.salt >> 11 % 97) + Int64(part))
        }
        let isOpen = order.status == 1 && !order.isUnderReview
        let masks = [
            "receiver_name": buyer.name, "receiver_phone": "1** **** \(buyer.phoneEnd)",
            "receiver_address": buyer.street,
            "address": "\(place.state)\(place.city)\(place.district)\(buyer.street)",
        ]
        for (part, field) in masks.sorted(by: { $0.key < $1.key }).enumerated() {
            json.member(field.key, isOpen ? cipher(order.record.salt, part) : "")
            json.member("\(field.key)_mask", field.value)
        }
        json.member("open_address_id", isOpen ? cipher(order.record.salt, 7) : "")
    }

    private func cipher(_ salt: UInt64, _ part: Int) -> String {
        let text = PromotedGoods.token(salt &+ UInt64(part) &* 0x1_0001)
        return "~AgAAAA\(text)~\(part + 1)~"
    }

    private func writeNotes(_ record: OrderRecord, _ json: inout JSONWriter) {
        json.member("buyer_memo", BuyerFacts(salt: record.salt).message ?? "")
        json.member("remark", record.memoCount > 0 ? record.sellerMemo : nil)
        let flag = Int(record.sellerFlag)
        json.member("remark_tag", flag > 0 ? Int64(flag) : nil)
        json.member("remark_tag_name", flag > 0 ? ["红色", "黄色", "绿色", "蓝色", "紫色"][flag - 1] : nil)
        json.key("order_tag_list")
        json.array { json in
            json.object {
                $0.member("name", "return_freight_payer")
                $0.member("value", Int64(record.salt % 5 == 0 ? 1 : 0))
            }
        }
    }
}
