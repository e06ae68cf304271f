internal import SyncCore
internal import WireFormat

/// A parcel as `taobao.logistics.orders.get` shows it.
struct ShippingRow: Sendable {
    let order: OrderRecord
    let place: Int
    let seller: String
    let trace: ParcelJourney

    /// Writes the members that are wanted. `is_spilt` is how the platform spells the field that
    /// it answers as `is_split` (open.taobao.com, api 235).
    func write(_ wanted: Set<String>, into json: inout JSONWriter) {
        let parcel = order.parcels[place]
        let items = order.items.filter { $0.parcel == place }
        json.object { json in
            func put(_ name: String, _ text: String) {
                if wanted.contains(name) { json.member(name, text) }
            }
            if wanted.contains("tid") { json.member("tid", order.tid) }
            put("order_code", "LP\(order.tid % 10_000_000_000_000)\(place)")
            put("seller_nick", seller)
            put("buyer_nick", BuyerFacts(salt: order.salt).nick)
            put("delivery_start", BeijingTime.text(parcel.consigned))
            put("delivery_end", BeijingTime.text(parcel.consigned.advanced(bySeconds: 86_400)))
            put("out_sid", parcel.waybill)
            put("item_title", items.first.map { Catalogue.products[$0.product].title } ?? "")
            put("receiver_name", BuyerFacts(salt: order.salt).name)
            put("created", BeijingTime.text(parcel.consigned))
            put("modified", BeijingTime.text(trace.steps.last?.at ?? parcel.consigned))
            put("status", trace.shippingStatus)
            put("type", "express")
            put("freight_payer", order.postFen > 0 ? "buyer" : "seller")
            put("company_name", parcel.company.name)
            put("seller_confirm", "yes")
            if wanted.contains("is_split") || wanted.contains("is_spilt") {
                json.member("is_split", Int64(order.parcels.count > 1 ? 1 : 0))
            }
            if wanted.contains("sub_tids") {
                json.key("sub_tids")
                json.object {
                    $0.key("number")
                    $0.array { json in
                        for item in items { json.value(item.oid) }
                    }
                }
            }
        }
    }
}
