import OrderStore
import SyncCore
import WireFormat

/// Prices for programs: money in fen, times in Unix seconds.
public enum PriceJSON {
    public static func text(_ reports: [PriceReport]) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("goods")
            json.array { json in
                for report in reports { json.object { write(report, to: &$0) } }
            }
        }
        return json.text
    }

    private static func write(_ report: PriceReport, to json: inout JSONWriter) {
        json.member("goods_sign", report.goods)
        json.member("pid", report.pid)
        json.member("asked_at", report.askedAt.seconds)
        json.member("offered", report.now != nil)
        json.member("error", report.failure)
        json.key("price")
        if let now = report.now {
            json.object { write(now, to: &$0) }
        } else {
            json.null()
        }
        json.key("history")
        json.array { json in
            for price in report.history { json.object { write(price, to: &$0) } }
        }
    }

    private static func write(_ price: WatchedPrice, to json: inout JSONWriter) {
        json.member("observed_at", price.observedAt.seconds)
        json.member("state", price.state.rawValue)
        json.member("public", price.isPublic)
        json.member("goods_id", price.goodsID)
        json.member("goods_name", price.name)
        json.member("mall_name", price.mall)
        json.member("normal_fen", price.normalFen)
        json.member("group_fen", price.groupFen)
        json.member("coupon_state", price.couponState.rawValue)
        json.member("coupon_fen", price.coupon.discountFen)
        json.member("coupon_min_fen", price.coupon.thresholdFen)
        json.member("coupon_start_at", price.coupon.startsAt?.seconds)
        json.member("coupon_end_at", price.coupon.endsAt?.seconds)
        json.member("coupon_remaining", price.coupon.remaining)
        json.member("coupon_total", price.coupon.total)
        json.member("mall_coupon_percent", price.extras.mallCouponPercent)
        json.member("mall_coupon_min_fen", price.extras.mallCouponThresholdFen)
        json.member("mall_coupon_max_fen", price.extras.mallCouponMaxFen)
        json.member("mall_coupon_start_at", price.extras.mallCouponStartsAt?.seconds)
        json.member("mall_coupon_end_at", price.extras.mallCouponEndsAt?.seconds)
        json.member("follow_coupon_fen", price.extras.followCouponFen)
        json.member("follow_coupon_min_fen", price.extras.followCouponThresholdFen)
        json.member("extra_coupon_fen", price.extras.extraCouponFen)
        json.member("cash_gift_fen", price.extras.cashGiftFen)
        json.member("platform_discount_fen", price.platformDiscountFen)
        json.member("jinbao_fen", price.jinbaoFen)
        json.member("best_fen", price.bestFen)
        json.member("final_fen", price.finalFen)
    }
}
