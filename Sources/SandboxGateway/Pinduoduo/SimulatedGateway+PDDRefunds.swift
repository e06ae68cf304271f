internal import SyncCore
internal import WireFormat

extension SimulatedGateway {
    /// The list of refunds. Pinduoduo does not say how it is sorted, nor has it `use_has_next`.
    mutating func listRefunds(
        _ call: PDDCall, _ fault: InjectedFault?, into response: inout PDDResponse
    ) throws(PDDError) {
        do {
            // The tightest of the limits that a shop has.
            try limiter.admit(
                call.method.rawValue, shop: call.shop, calls: behaviour.refundListsMax,
                milliseconds: 10_000, now: nowMilliseconds)
        } catch {
            throw .limited(error)
        }
        let page = try call.page(counts: true)
        let shop = world.shops[call.shop]
        let serials = try refundSerials(call, in: shop)
        var shown = Array(serials.dropFirst(page.offset).prefix(page.size))
        if fault == .emptyEnvelope { return }
        if fault == .shuffled { shown.shuffle(using: &random) }
        statistics.pagesServed += 1
        statistics.rowsServed += shown.count
        response.members = { [behaviour] json in
            json.key("refund_list")
            json.array { json in
                for serial in shown {
                    let order = PDDOrder(record: shop.orders[serial], shop: shop.number)
                    PDDRefundRenderer(order: order)?.writeRow(&json)
                }
            }
            json.member("total_count", behaviour.stated(total: Int64(serials.count)))
        }
    }

    private func refundSerials(
        _ call: PDDCall, in shop: ShopWorld
    ) throws(PDDError) -> [Int] {
        // 1 was documented as "all" and is still what the platform's own example asks for.
        let status = try call.choice("after_sales_status", 0...33, all: 1)
        let type = try call.choice("after_sales_type", 2...6, all: 1)
        if let number = call.text("order_sn") {
            return shop.pddOrder(number).flatMap { order in
                order.record.items[0].refund == nil
                    ? nil : PDDOrder.serial(ofNumber: number, shop: shop.number)
            }.map { [$0] } ?? []
        }
        let times = try call.times(
            "start_updated_at", "end_updated_at", secondsMax: 1_800, called: "30分钟")
        return shop.refundPlaces.map(\.serial).filter { serial in
            guard let refund = shop.orders[serial].items[0].refund,
                times.contains(refund.modified)
            else { return false }
            if let status, status != PDDOrder.afterSalesStatus(refund) { return false }
            if let type, type != (refund.needsReturn ? 3 : 2) { return false }
            return true
        }
        .map { (SplitMix64.mixed(shop.orders[$0].salt), $0) }
        .sorted { $0 < $1 }
        .map(\.1)
    }

    func readRefund(_ call: PDDCall, into response: inout PDDResponse) throws(PDDError) {
        guard let order = world.shops[call.shop].pddOrder(call.text("order_sn") ?? ""),
            let renderer = PDDRefundRenderer(order: order)
        else { throw .refundNotExist }
        if let id = try call.number("after_sales_id"), id != renderer.refund.id {
            throw .refundNotExist
        }
        response.members = renderer.writeDetail
    }
}
