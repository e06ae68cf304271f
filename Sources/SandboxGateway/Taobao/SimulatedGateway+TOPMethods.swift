internal import SyncCore
internal import WireFormat

extension SimulatedGateway {
    mutating func perform(
        _ call: TOPCall, _ fault: InjectedFault?, into response: inout TOPResponse
    ) throws(TOPError) {
        switch call.method {
        case .time:
            let text = BeijingTime.text(now)
            response.members = { $0.member("time", text) }
        case .seller: writeSeller(call, into: &response)
        case .tradesSold, .tradesIncrement: try listTrades(call, fault, into: &response)
        case .tradeFullInfo, .trade: try readTrade(call, into: &response)
        case .refunds: try listRefunds(call, fault, into: &response)
        case .refund: try readRefund(call, into: &response)
        case .logisticsTrace: try traceParcel(call, into: &response)
        case .logisticsOrders: try listParcels(call, into: &response)
        }
    }

    private func writeSeller(_ call: TOPCall, into response: inout TOPResponse) {
        let shop = world.shops[call.shop]
        let wanted = Set((call.text("fields") ?? "").split(separator: ",").map(String.init))
        response.members = { json in
            json.key("user")
            json.object {
                if wanted.contains("user_id") {
                    $0.member("user_id", 2_200_700_000_000 + Int64(shop.number))
                }
                if wanted.contains("nick") { $0.member("nick", shop.sellerNick) }
                if wanted.contains("type") { $0.member("type", "B") }
                if wanted.contains("status") { $0.member("status", "normal") }
                if wanted.contains("has_shop") { $0.member("has_shop", true) }
            }
        }
    }

    private func readTrade(_ call: TOPCall, into response: inout TOPResponse) throws(TOPError) {
        let shop = world.shops[call.shop]
        guard let tid = try call.number("tid"), let serial = shop.serial(tid: tid) else {
            throw .tradeNotExist
        }
        let order = shop.orders[serial]
        guard order.created >= OrderHorizon.start(now) else { throw .tradeNotExist }
        let selection = TradeSelection(
            fields: call.text("fields") ?? "",
            allowed: call.method == .trade ? TradeField.brief : TradeField.complete,
            items: ItemField.complete, isSimplified: call.isSimplified)
        let renderer = TradeRenderer(selection: selection, seller: shop.sellerNick)
        response.members = { json in
            json.key("trade")
            renderer.render(order, into: &json)
        }
    }
}

extension ShopWorld {
    var sellerNick: String { "测试旗舰店\(number + 1)" }
}
