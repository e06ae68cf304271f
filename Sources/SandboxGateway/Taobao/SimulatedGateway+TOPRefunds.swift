internal import SyncCore
internal import WireFormat

extension SimulatedGateway {
    /// The list of refunds. The platform does not say how it is sorted; here newest first.
    mutating func listRefunds(
        _ call: TOPCall, _ fault: InjectedFault?, into response: inout TOPResponse
    ) throws(TOPError) {
        let query = try refundQuery(call)
        let fields = RefundField.selection(
            call.text("fields") ?? "", allowed: RefundField.list)
        if fault == .emptyEnvelope { return }
        let shop = world.shops[call.shop]
        let places = shop.refundPlaces(query)
        var shownPlaces = Array(places.dropFirst(query.page.offset).prefix(query.page.size))
        if fault == .shuffled { shownPlaces.shuffle(using: &random) }
        let renderer = RefundRenderer(fields: fields, seller: shop.sellerNick)
        statistics.pagesServed += 1
        statistics.rowsServed += shownPlaces.count
        response.members = { [behaviour] json in
            if query.page.wantsHasNext {
                let more = places.count > query.page.offset + query.page.size
                json.member("has_next", behaviour.stated(hasNext: more))
            } else {
                json.member("total_results", behaviour.stated(total: Int64(places.count)))
            }
            guard !shownPlaces.isEmpty else { return }
            json.list("refunds", of: "refund", isSimplified: call.isSimplified) { json in
                for place in shownPlaces {
                    shop.render(place, renderer, into: &json)
                }
            }
        }
    }

    func readRefund(_ call: TOPCall, into response: inout TOPResponse) throws(TOPError) {
        let shop = world.shops[call.shop]
        guard let id = try call.number("refund_id"), let place = shop.refundPlace(id) else {
            throw .remote("isv.refund-not-exist", "退款不存在")
        }
        let fields = RefundField.selection(
            call.text("fields") ?? "", allowed: RefundField.complete)
        let renderer = RefundRenderer(fields: fields, seller: shop.sellerNick)
        response.members = { json in
            json.key("refund")
            shop.render(place, renderer, into: &json)
        }
    }

    private func refundQuery(_ call: TOPCall) throws(TOPError) -> RefundQuery {
        var query = RefundQuery(page: try call.page())
        if let start = try call.date("start_modified") { query.start = start }
        if let end = try call.date("end_modified") { query.end = end }
        guard query.end >= query.start else { throw .invalidParameter("end_modified") }
        if let text = call.text("status") {
            guard let status = TOPRefundStatus(rawValue: text) else {
                throw .invalidParameter("status")
            }
            query.status = status
        }
        if let text = call.text("type") {
            guard let types = TradeType.matching(text) else { throw .invalidParameter("type") }
            query.types = types
        }
        query.buyerNick = call.text("buyer_nick")
        return query
    }
}
