internal import SyncCore
internal import WireFormat

extension SimulatedGateway {
    /// The list by change, newest first, and the two lists by deal.
    mutating func listOrders(
        _ call: PDDCall, _ fault: InjectedFault?, into response: inout PDDResponse
    ) throws(PDDError) {
        let filter = try PDDOrderFilter(call, horizon: OrderHorizon.start(now))
        let page = try call.page(counts: call.flag("use_has_next") != true)
        let shop = world.shops[call.shop]
        var places: OrderPlaces
        if call.method == .orderIncrement {
            let times = try call.times(
                "start_updated_at", "end_updated_at", secondsMax: 1_800, called: "30分钟")
            let longest = behaviour.windowSecondsMax
            if longest > 0, times.upperBound.seconds(since: times.lowerBound) > longest {
                throw .systemError
            }
            places = shop.modified(times, page) { filter.matches($0, in: shop) }
        } else {
            let times = try call.times(
                "start_confirm_at", "end_confirm_at", secondsMax: 86_400, called: "24小时")
            places = shop.confirmed(times, page) { filter.matches($0, in: shop) }
        }
        if fault == .emptyEnvelope { return }
        disturb(&places, call.shop, fault)
        let rows = pddRows(places, isBrief: call.method == .orderBasicList, call.shop)
        statistics.pagesServed += 1
        statistics.rowsServed += rows.count
        response.members = { [behaviour] json in
            if page.wantsHasNext {
                json.member("has_next", behaviour.stated(hasNext: places.hasNext))
            }
            json.key(call.method == .orderIncrement ? "order_sn_list" : "order_list")
            json.array { json in
                for row in rows { json.raw(row) }
            }
            if !page.wantsHasNext {
                json.member("total_count", behaviour.stated(total: Int64(places.total)))
            }
        }
    }

    private mutating func pddRows(
        _ places: OrderPlaces, isBrief: Bool, _ shop: Int
    ) -> [[UInt8]] {
        let renderer = PDDOrderRenderer(isBrief: isBrief)
        return places.serials.compactMap { serial in
            guard let record = world.shops[shop].listed(serial), record.paid != nil else {
                return nil
            }
            return caches[shop].row(
                .order(isBrief: isBrief), serial: serial, revision: record.revision
            ) {
                renderer.render(PDDOrder(record: record, shop: shop))
            }
        }
    }

    func readOrder(_ call: PDDCall, into response: inout PDDResponse) throws(PDDError) {
        guard let order = world.shops[call.shop].pddOrder(call.text("order_sn") ?? ""),
            let deal = order.confirmed, deal >= OrderHorizon.start(now)
        else { throw .orderNotExist }
        response.members = { json in
            json.key("order_info")
            json.raw(PDDOrderRenderer(isBrief: false).render(order))
        }
    }

    /// Orders that are not the shop's are in the answer too, with zeros.
    func readStatus(_ call: PDDCall, into response: inout PDDResponse) {
        let shop = world.shops[call.shop]
        let numbers = (call.text("order_sns") ?? "").split(separator: ",").map(String.init)
        response.members = { json in
            json.key("order_status_list")
            json.array { json in
                for number in numbers {
                    let order = shop.pddOrder(number)
                    json.object {
                        $0.member("orderSn", number)
                        $0.member("order_status", order?.status ?? 0)
                        $0.member("refund_status", order?.refundStatus ?? 0)
                    }
                }
            }
        }
    }
}
