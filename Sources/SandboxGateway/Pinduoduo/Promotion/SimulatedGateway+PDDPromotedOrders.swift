internal import SyncCore
internal import WireFormat

extension SimulatedGateway {
    /// The list of promoted orders by change. Its order is promised nowhere; here it is always
    /// the same one.
    mutating func listPromotedOrders(
        _ call: PDDCall, _ fault: InjectedFault?, into response: inout PDDResponse
    ) throws(PDDError) {
        let times = try call.times(
            "start_update_time", "end_update_time", secondsMax: 86_400, called: "24小时")
        guard now.seconds - times.lowerBound.seconds <= 90 * 86_400 else {
            throw .parameter("start_update_time")
        }
        let counts = try call.flag("return_count") ?? true
        let page = try call.page(sizes: 10...100, counts: counts)
        // No order comes from a live room.
        let isLive = try call.number("query_order_type", in: 1...2) == 2
        let found = promotion.orders.filter { times.contains($0.modified) && !isLive }
            .sorted { SplitMix64.mixed($0.salt) < SplitMix64.mixed($1.salt) }
        var shown = Array(found.dropFirst(page.offset).prefix(page.size))
        if fault == .emptyEnvelope { return }
        if fault == .shuffled { shown.shuffle(using: &random) }
        statistics.pagesServed += 1
        statistics.rowsServed += shown.count
        let positions = promotion.positions
        let seed = configuration.seed
        response.members = { json in
            json.key("order_list")
            json.array { json in
                for order in shown {
                    // Positions that are made later have no orders.
                    let pid = positions[Int(order.salt % 3)].pid
                    json.object { order.write(seed: seed, pid: pid, into: &$0) }
                }
            }
            if counts { json.member("total_count", Int64(found.count)) }
        }
    }
}

extension PromotedOrder {
    var number: String {
        PDDOrder.number(
            day: created,
            digits: 900_000_000_000_000 + Int64(serial) * 1_000_000
                + Int64(salt % 1_000_000))
    }

    /// All money in fen, rates in thousandths, times in seconds.
    func write(seed: UInt64, pid: String, into json: inout JSONWriter) {
        let goods = PromotedGoods(seed: seed, number: goods)
        json.member("order_sn", number)
        json.member("order_id", "\(PromotedGoods.token(salt))==")
        json.member("goods_id", goods.goodsID)
        // The good's own sign only if the link carried it.
        json.member("goods_sign", salt % 2 == 0 ? goods.sign : "E9\(PromotedGoods.token(salt))_x")
        json.member("goods_name", goods.product.title)
        json.member(
            "goods_thumbnail_url", "https://img.example.invalid/\(goods.product.code)-s.jpeg")
        json.member("goods_price", goodsPrice)
        json.member("goods_quantity", quantity)
        json.member("order_amount", amount)
        json.member("platform_discount", 0)
        json.member("promotion_rate", promotionRate)
        json.member("promotion_amount", promotionAmount)
        json.member("order_status", status.rawValue)
        json.member("order_status_desc", status.text)
        json.member("fail_reason", failReason)
        json.member("order_create_time", created.seconds)
        json.member("order_pay_time", created.seconds + 5)
        json.member("order_group_success_time", grouped?.seconds)
        json.member("order_receive_time", received?.seconds)
        json.member("order_verify_time", verified?.seconds)
        json.member("order_settle_time", settled?.seconds)
        json.member("order_modify_at", modified.seconds)
        json.member("p_id", pid)
        json.member(
            "custom_parameters", salt % 7 == 0 ? "" : PromotionWorld.customParameters(salt))
        json.member("mall_id", goods.malls.id)
        json.member("mall_name", goods.malls.name)
        json.member("type", Int64(salt % 5 == 0 ? 4 : 0))
        json.member("group_id", Int64(salt >> 2 | 1 << 60))  // Above 2^53.
        json.member("auth_duo_id", 0)
        json.member("zs_duo_id", 0)
        json.member("cpa_new", 0)
        json.member("is_direct", 0)
        json.member("price_compare_status", Int64(salt % 19 == 0 ? 1 : 0))
        json.member("share_rate", 0)
        json.member("share_amount", 0)
        json.member("subsidy_type", 0)
        json.member("subsidy_amount", 0)
        json.key("subsidy_list")
        json.array { _ in }
        json.member("cash_gift_id", 0)
        json.member("batch_no", status == .settled ? "B\(serial / 50 + 1)" : "")
        json.member("bandan_risk_consult", 0)
    }
}
