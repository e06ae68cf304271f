internal import SyncCore
internal import WireFormat

extension SimulatedGateway {
    mutating func listTrades(
        _ call: TOPCall, _ fault: InjectedFault?, into response: inout TOPResponse
    ) throws(TOPError) {
        let query = try tradeQuery(call)
        var selection = TradeSelection(
            fields: call.text("fields") ?? "",
            allowed: call.method == .tradesSold ? TradeField.sold : TradeField.increment,
            items: ItemField.list, isSimplified: call.isSimplified)
        if fault == .hollow { selection = selection.without(TradeField.promotional) }
        if fault == .emptyEnvelope { return }
        var page = world.shops[call.shop].page(query)
        disturb(&page, call.shop, fault)
        let rows = rows(page, selection, call.shop)
        statistics.pagesServed += 1
        statistics.rowsServed += rows.count
        response.members = { [behaviour] json in
            if query.page.wantsHasNext {
                json.member("has_next", behaviour.stated(hasNext: page.hasNext))
            } else {
                json.member("total_results", behaviour.stated(total: Int64(page.total)))
            }
            guard !rows.isEmpty else { return }  // An empty list has no key at all.
            json.list("trades", of: "trade", isSimplified: call.isSimplified) { json in
                for row in rows { json.raw(row) }
            }
        }
    }

    private func tradeQuery(_ call: TOPCall) throws(TOPError) -> TradeQuery {
        let page = try call.page()
        let range = call.method == .tradesSold ? try createdRange(call) : try modifiedRange(call)
        var query = TradeQuery(
            order: call.method == .tradesSold ? .created : .modified, start: range.lowerBound,
            end: range.upperBound, page: page)
        if let status = call.text("status") {
            guard let statuses = TradeStatus.matching(status) else {
                throw .invalidParameter("status")
            }
            query.statuses = statuses
        }
        if let type = call.text("type") {
            guard let types = TradeType.matching(type) else { throw .invalidParameter("type") }
            query.types = types
        }
        query.buyerNick = call.text("buyer_nick")
        return query
    }

    /// Either bound may be left out.
    private func createdRange(_ call: TOPCall) throws(TOPError) -> ClosedRange<UTCInstant> {
        let horizon = OrderHorizon.start(now)
        let start = try call.date("start_created") ?? horizon
        let end = try call.date("end_created") ?? now
        guard start >= horizon else { throw .invalidParameter("start_created") }
        guard end >= start else { throw .invalidParameter("end_created") }
        return start...end
    }

    private func modifiedRange(_ call: TOPCall) throws(TOPError) -> ClosedRange<UTCInstant> {
        guard let start = try call.date("start_modified") else {
            throw .missingArgument("start_modified")
        }
        guard let end = try call.date("end_modified") else {
            throw .missingArgument("end_modified")
        }
        guard end > start, start >= OrderHorizon.start(now) else {
            throw .invalidParameter("start_modified")
        }
        let seconds = end.seconds(since: start)
        guard seconds <= 86_400 else { throw .invalidParameter("end_modified") }
        if behaviour.windowSecondsMax > 0, seconds > behaviour.windowSecondsMax {
            throw .tradeServiceRejection
        }
        return start...end
    }

    private mutating func rows(
        _ page: OrderPlaces, _ selection: TradeSelection, _ shop: Int
    ) -> [[UInt8]] {
        let renderer = TradeRenderer(
            selection: selection, seller: world.shops[shop].sellerNick)
        return page.serials.compactMap { serial in
            guard let order = world.shops[shop].listed(serial) else { return nil }
            return caches[shop].row(.trade(selection), serial: serial, revision: order.revision) {
                renderer.render(order)
            }
        }
    }
}
