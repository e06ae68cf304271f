internal import SyncCore
internal import WireFormat

extension SimulatedGateway {
    /// One good. One that has left the programme is no row, or refused. Without a PID it costs what
    /// it costs everyone; with one, that has to be the account's, and bound.
    func readGoods(_ call: PDDCall, into response: inout PDDResponse) throws(PDDError) {
        if call.text("pid") != nil { try checkAuthority(call) }
        let sign = call.text("goods_sign")
        let rows = promotion.goods.filter { $0.sign == sign }.compactMap(goodsRow)
        if rows.isEmpty, behaviour.goneGoodsRefused > 0 { throw .noPromotedGood }
        response.members = { json in
            json.key("goods_details")
            json.array { json in
                for row in rows { json.object(row) }
            }
        }
    }

    /// Several products: by sign, by keyword, or all. A search needs a bound PID.
    mutating func searchGoods(_ call: PDDCall, into response: inout PDDResponse) throws(PDDError) {
        try checkAuthority(call)
        let page = try call.page(sizes: 10...100, counts: true)
        let signs = try call.list("goods_sign_list")
        let needsCoupon = try call.flag("with_coupon") == true
        let word = call.text("keyword")
        let found = promotion.goods.filter { goods in
            if let signs, !signs.contains(goods.sign) { return false }
            if let word, !goods.product.title.contains(word), "\(goods.goodsID)" != word {
                return false
            }
            let offer = goods.offer(at: now, offerSeconds: behaviour.offerSeconds)
            return offer.isListed && (!needsCoupon || offer.coupon != nil)
        }
        if let signs, behaviour.goneGoodsRefused > 0, found.count < signs.count {
            throw .noPromotedGood
        }
        let rows = found.dropFirst(page.offset).prefix(page.size).compactMap(goodsRow)
        statistics.pagesServed += 1
        statistics.rowsServed += rows.count
        response.members = { json in
            json.key("goods_list")
            json.array { json in
                for row in rows { json.object(row) }
            }
            json.member("list_id", "list-1")
            json.member("search_id", "search-1")
            json.member("total_count", Int64(found.count))
        }
    }

    /// Whether a promoter may ask: with a PID of the account, bound with these parameters.
    private func checkAuthority(_ call: PDDCall) throws(PDDError) {
        guard let pid = call.text("pid") else { throw .noAuthority }
        guard let place = promotion.position(pid) else { throw .foreignPID }
        let parameters = call.text("custom_parameters") ?? ""
        guard promotion.positions[place].bound.contains(parameters) else { throw .noAuthority }
    }

    private func goodsRow(_ goods: PromotedGoods) -> Line? {
        let offer = goods.offer(at: now, offerSeconds: behaviour.offerSeconds)
        guard offer.isListed else { return nil }
        return { json in
            writeGoods(goods, &json)
            json.member("min_group_price", offer.groupPrice)
            json.member("min_normal_price", offer.singlePrice)
            writeCoupons(offer.coupon, &json)
            writeExtras(offer.extras, &json)
        }
    }

    private func writeGoods(_ goods: PromotedGoods, _ json: inout JSONWriter) {
        let product = goods.product
        json.member("goods_id", goods.goodsID)
        json.member("goods_sign", goods.sign)
        json.member("goods_name", product.title)
        json.member("goods_desc", "")
        json.member("goods_image_url", "https://img.example.invalid/\(product.code).jpeg")
        json.member("goods_thumbnail_url", "https://img.example.invalid/\(product.code)-s.jpeg")
        json.member("mall_id", goods.malls.id)
        json.member("mall_name", goods.malls.name)
        json.member("merchant_type", 3)
        json.member("promotion_rate", goods.promotionRate)
        json.member("predict_promotion_rate", goods.promotionRate)
        json.member("sales_tip", "\(goods.number + 1)万+")
        json.member("opt_id", product.categoryID % 100)
        json.member("opt_name", "测试")
        json.member("only_scene_auth", false)
        json.member("plan_type", 2)
        json.member("zs_duo_id", 0)
        json.member("subsidy_amount", 0)
        json.key("activity_tags")
        json.array { $0.value(7) }
    }

    /// The one coupon in its flat members; zeros and nulls where there is none.
    private func writeCoupons(_ coupon: SimulatedOffer.Coupon?, _ json: inout JSONWriter) {
        json.member("has_coupon", coupon != nil)
        json.member("coupon_discount", coupon?.discount ?? 0)
        json.member("coupon_min_order_amount", coupon?.minimum ?? 0)
        json.member("coupon_total_quantity", coupon?.total ?? 0)
        json.member("coupon_remain_quantity", coupon?.remaining ?? 0)
        json.member("coupon_start_time", coupon?.start?.seconds)
        json.member("coupon_end_time", coupon?.end?.seconds)
    }

    /// Further discounts; zeros and nulls where there are none.
    private func writeExtras(_ extras: SimulatedOffer.Extras, _ json: inout JSONWriter) {
        let mall = extras.mallCouponPercent
        json.member("has_mall_coupon", mall != nil)
        json.member("mall_coupon_discount_pct", mall ?? 0)
        json.member("mall_coupon_min_order_amount", mall == nil ? 0 : 5_000)
        json.member("mall_coupon_max_discount_amount", mall == nil ? 0 : 1_000)
        json.member("clt_cpn_discount", extras.followCoupon)
        json.member("clt_cpn_min_amt", extras.followCoupon.map { $0 * 10 })
        json.member("extra_coupon_amount", extras.extraCoupon ?? 0)
        json.member("cash_gift_amount", extras.cashGift ?? 0)
        json.key("platform_discount_list")
        json.array { json in
            guard let discount = extras.platformDiscount else { return }
            json.object {
                $0.member("coupon_amount", discount)
                $0.member("coupon_threshold", discount)
                $0.member("discount_type", 17)
            }
        }
    }
}
