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
            throw meaning(of: error, query)
        }
        let list = query.isDetail ? "goods_details" : "goods_list"
        guard case .object(let members, _) = content, members.contains(where: { $0.name == list })
        else { throw BrokenAnswer.failure(response, "no goods in it") }
        guard let rows = content[list].map({ $0.rows("goods") }) ?? [] else {
            throw BrokenAnswer.failure(response, "no list of products")
        }
        var page = GoodsPage(offers: [])
        for value in rows {
            var faults = RowFaults(of: value)
            // One without a price must not hide the others: asked for alone, it says more.
            let offer = offer(value, response, &faults)
            if let offer, faults.reason == nil {
                page.offers.append(offer)
            } else {
                page.rejected.append(
                    RejectedRow(.product, faults, value, response, id: sign(of: value)))
            }
        }
        // Nothing to store, whatever was asked for: a search continues product by product.
        if page.offers.isEmpty, query.isDetail, let first = page.rejected.first {
            throw BrokenAnswer.failure(
                response, "a product that cannot be read: \(first.reason.rawValue)")
        }
        return page
    }

    /// What a refusal says of the goods that were asked for, and of no others.
    private static func meaning(of failure: CallFailure, _ query: GoodsQuery) -> CallFailure {
        var failure = failure
        if failure.refusesPID {
            failure.disposition = .badRequest
            failure.line =
                query.isPublic
                ? "prices are returned only for a bound PID: \(failure.line)"
                : "\(failure.line); until then these goods are asked for one by one, at the price "
                    + "for everyone"
            return failure
        }
        // A good that has left the programme may be a business error that no table names. Of many
        // it may be any.
        guard failure.isUnknownCode, failure.code.hasPrefix(businessError) else { return failure }
        failure.disposition = query.isDetail ? .notFound : .badRequest
        failure.line =
            query.isDetail
            ? "the platform refuses this product, perhaps because it has left the programme; it "
                + "counts as not offered if that continues (\(failure.line))"
            : "the platform may refuse one of the products; they are requested one by one "
                + "(\(failure.line))"
        return failure
    }

    private static let businessError = "50001"

    /// It goes into the log: nil for what cannot be one.
    private static func sign(of value: JSONValue) -> String? {
        value["goods_sign"]?.plain.flatMap { RowIdentifier.isUsable($0.utf8, .text) ? $0 : nil }
    }

    /// Nil for a row without a price.
    private static func offer(
        _ value: JSONValue, _ response: PlatformResponse, _ faults: inout RowFaults
    ) -> GoodsOffer? {
        guard faults.reason == nil else { return nil }
        let price = faults.number(value["min_group_price"], orReject: .malformedMoney)
        guard let price else {
            faults.reject(.malformedMoney)
            return nil
        }
        // Answers older than goods signs have the number alone.
        let number = DDKOrderDecoder.identifier(value["goods_id"])
        var offer = GoodsOffer(
            goods: value["goods_sign"]?.text ?? number ?? "", groupFen: price)
        offer.goodsID = number
        offer.name = value["goods_name"]?.text ?? ""
        offer.mall = value["mall_name"]?.text
        offer.normalFen = faults.number(value["min_normal_price"], orReject: .malformedMoney)
        offer.hasCoupon = value["has_coupon"]?.truth ?? false
        offer.coupon = coupon(value, &faults)
        offer.extras = extras(value)
        for discount in value["platform_discount_list"]?.list("discount") ?? [] {
            guard let amount = discount["coupon_amount"]?.amount else { continue }
            offer.platformDiscounts.append(
                GoodsOffer.PlatformDiscount(
                    amountFen: amount,
                    thresholdFen: discount["coupon_threshold"]?.amount ?? 0))
        }
        for variant in value["sku_list"]?.list("sku") ?? [] {
            offer.variants.append(
                GoodsOffer.Variant(
                    jinbaoFen: variant["jinbao_goods_price"]?.amount,
                    isOnSale: variant["is_onsale"]?.truth ?? true))
        }
        offer.raw = value.jsonText(in: response.body)
        return offer
    }

    private static func coupon(
        _ value: JSONValue, _ faults: inout RowFaults
    ) -> GoodsOffer.Coupon {
        var coupon = GoodsOffer.Coupon()
        coupon.discountFen = faults.number(value["coupon_discount"], orReject: .malformedMoney)
        coupon.thresholdFen = faults.number(
            value["coupon_min_order_amount"], orReject: .malformedMoney)
        coupon.remaining = value["coupon_remain_quantity"]?.amount
        coupon.total = value["coupon_total_quantity"]?.amount
        coupon.startsAt = PinduoduoTime.parse(value["coupon_start_time"])
        coupon.endsAt = PinduoduoTime.parse(value["coupon_end_time"])
        return coupon
    }

    /// What is there of nothing, is there not: answers say it with 0, null or silence.
    private static func extras(_ value: JSONValue) -> GoodsOffer.Extras {
        func amount(_ name: String) -> Int64? {
            value[name]?.amount.flatMap { $0 > 0 ? $0 : nil }
        }
        var extras = GoodsOffer.Extras()
        extras.extraCouponFen = amount("extra_coupon_amount")
        extras.cashGiftFen = amount("cash_gift_amount")
        if let follow = amount("clt_cpn_discount") {
            extras.followCouponFen = follow
            extras.followCouponThresholdFen = value["clt_cpn_min_amt"]?.amount
        }
        guard value["has_mall_coupon"]?.truth == true else { return extras }
        extras.mallCouponPercent = amount("mall_coupon_discount_pct")
        extras.mallCouponThresholdFen = value["mall_coupon_min_order_amount"]?.amount
        extras.mallCouponMaxFen = amount("mall_coupon_max_discount_amount")
        extras.mallCouponStartsAt = PinduoduoTime.parse(value["mall_coupon_start_time"])
        extras.mallCouponEndsAt = PinduoduoTime.parse(value["mall_coupon_end_time"])
        return extras
    }
}
