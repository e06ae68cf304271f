internal import SyncCore
internal import WireFormat

extension SimulatedGateway {
    /// The way of one parcel. A trade in several parcels must be asked for with `is_split` and
    /// sub-orders of one of them; a parcel that was not scanned yet is an error.
    func traceParcel(_ call: TOPCall, into response: inout TOPResponse) throws(TOPError) {
        let shop = world.shops[call.shop]
        guard let tid = try call.number("tid"), let serial = shop.serial(tid: tid) else {
            throw .tradeNotExist
        }
        let order = shop.orders[serial]
        let parcel = try parcel(call, order)
        let trace = trace(parcel, order)
        guard !trace.steps.isEmpty else { throw .orderNoTrace }
        response.members = { json in
            json.member("out_sid", parcel.waybill)
            json.member("company_name", parcel.company.name)
            json.member("tid", tid)
            json.member("status", trace.statusText)
            json.list("trace_list", of: "transit_step_info", isSimplified: call.isSimplified) {
                json in
                for step in trace.steps {
                    json.object {
                        $0.member("status_time", BeijingTime.text(step.at))
                        $0.member("status_desc", step.text)
                        $0.member("action", step.action)
                    }
                }
            }
        }
    }

    private func parcel(_ call: TOPCall, _ order: OrderRecord) throws(TOPError) -> ParcelRecord {
        guard !order.parcels.isEmpty else { throw .orderNoTrace }
        guard try call.number("is_split") == 1 else {
            guard order.parcels.count == 1 else { throw .splitData }
            return order.parcels[0]
        }
        guard let text = call.text("sub_tid") else { throw .missingArgument("sub_tid") }
        var places: Set<Int> = []
        for part in text.split(separator: ",") {
            guard let item = order.items.first(where: { "\($0.oid)" == part }) else {
                throw .invalidParameter("sub_tid")
            }
            guard let place = item.parcel else { throw .orderNoTrace }
            places.insert(place)
        }
        guard places.count == 1, let place = places.first else { throw .splitData }
        return order.parcels[place]
    }

    /// The parcels of one order, or of the orders created in a time; newest first.
    mutating func listParcels(
        _ call: TOPCall, into response: inout TOPResponse
    ) throws(TOPError) {
        let shop = world.shops[call.shop]
        let page = try call.page()
        let wanted = Set((call.text("fields") ?? "").split(separator: ",").map(String.init))
        var parcels: [(order: OrderRecord, place: Int)] = []
        for serial in try parcelOwners(call) {
            let order = shop.orders[serial]
            parcels += order.parcels.indices.map { (order, $0) }
        }
        if let status = call.text("status") {
            parcels = parcels.filter {
                trace($0.order.parcels[$0.place], $0.order).shippingStatus == status
            }
        }
        let rows = parcels.dropFirst(page.offset).prefix(page.size).map {
            ShippingRow(
                order: $0.order, place: $0.place, seller: shop.sellerNick,
                trace: trace($0.order.parcels[$0.place], $0.order))
        }
        statistics.pagesServed += 1
        statistics.rowsServed += rows.count
        response.members = { json in
            json.member("total_results", Int64(parcels.count))
            guard !rows.isEmpty else { return }
            json.list("shippings", of: "shipping", isSimplified: call.isSimplified) { json in
                for row in rows { row.write(wanted, into: &json) }
            }
        }
    }

    private func parcelOwners(_ call: TOPCall) throws(TOPError) -> [Int] {
        let shop = world.shops[call.shop]
        if let tid = try call.number("tid") {
            guard let serial = shop.serial(tid: tid) else { throw .tradeNotExist }
            return [serial]
        }
        let start = try call.date("start_created") ?? OrderHorizon.start(now)
        let end = try call.date("end_created") ?? now
        guard end >= start else { throw .invalidParameter("end_created") }
        let nick = call.text("buyer_nick")
        return shop.orders.indices.reversed().filter {
            start <= shop.orders[$0].created && shop.orders[$0].created <= end
                && !shop.orders[$0].parcels.isEmpty
                && (nick == nil || BuyerFacts(salt: shop.orders[$0].salt).nick == nick)
        }
    }
}
