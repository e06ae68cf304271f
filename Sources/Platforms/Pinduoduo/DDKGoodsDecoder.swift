internal import SyncCore
internal import WireFormat

/// Decodes goods and what comes off their prices (`pdd.ddk.goods.search`, `….detail`).
enum DDKGoodsDecoder {
    static func page(
        _ response: PlatformResponse, to query: GoodsQuery, at time: UTCInstant
    ) throws(CallFailure) -> GoodsPage {
        let content: JSONValue
        do throws(CallFailure) {
            content = try PinduoduoDocument.content(response, at: time)
        } catch {
            throw query.isDetail ? error : ofSearch(error)
        }
        let list = query.isDetail ? "goods_details" : "goods_list"
        guard case .object(let members, _) = content, members.contains(where: { $0.name == list })
        else { throw BrokenAnswer.failure(response, "no goods in it") }
        var offers: [GoodsOffer] = []
        for value in content[list]?.list("goods") ?? [] {
            offers.append(try offer(value, response))
        }
        return GoodsPage(offers: offers)
    }

    /// A search takes a bound PID; what it refuses can be asked for one by one.
    private static func ofSearch(_ failure: CallFailure) -> CallFailure {
        guard failure.code.hasSuffix(" 60001") else { return failure }
        return CallFailure(
            .badRequest, code: failure.code,
            line: "searches take a PID that is bound: run `ordersync pid bind PID`; until then "
                + "goods are asked for one by one")
    }

    private static func offer(
        _ value: JSONValue, _ response: PlatformResponse
    ) throws(CallFailure) -> GoodsOffer {
        guard let price = value["min_group_price"]?.integer else {
            throw BrokenAnswer.failure(response, "a good without price")
        }
        // Answers older than goods signs have the number alone.
        let number = DDKOrderDecoder.identifier(value["goods_id"])
        var offer = GoodsOffer(
            goods: value["goods_sign"]?.text ?? number ?? "", groupFen: price)
        offer.goodsID = number
        offer.name = value["goods_name"]?.text ?? ""
        offer.mall = value["mall_name"]?.text
        offer.normalFen = value["min_normal_price"]?.integer
        offer.hasCoupon = value["has_coupon"]?.flag ?? false
        offer.coupon.discountFen = value["coupon_discount"]?.integer
        offer.coupon.thresholdFen = value["coupon_min_order_amount"]?.integer
        offer.coupon.remaining = value["coupon_remain_quantity"]?.integer
        offer.coupon.startsAt = DDKOrderDecoder.instant(value["coupon_start_time"])
        offer.coupon.endsAt = DDKOrderDecoder.instant(value["coupon_end_time"])
        for discount in value["platform_discount_list"]?.list("discount") ?? [] {
            guard let amount = discount["coupon_amount"]?.integer else { continue }
            offer.platformDiscounts.append(
                GoodsOffer.PlatformDiscount(
                    amountFen: amount,
                    thresholdFen: discount["coupon_threshold"]?.integer ?? 0))
        }
        for variant in value["sku_list"]?.list("sku") ?? [] {
            offer.variants.append(
                GoodsOffer.Variant(
                    jinbaoFen: variant["jinbao_goods_price"]?.integer,
                    isOnSale: variant["is_onsale"]?.integer != 0))
        }
        return offer
    }
}
