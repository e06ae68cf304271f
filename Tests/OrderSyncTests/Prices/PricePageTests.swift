import OrderStore
import SyncCore
import Testing
import WireFormat

@testable import OrderSync
@testable import Report

/// What `price` prints and draws.
@Suite struct PricePageTests {
    /// 2025-11-11 00:00 in Beijing.
    private static let start: Int64 = 1_762_790_400

    private static func price(
        group: Int64, coupon: Int64?, at hours: Int64, name: String = "卷纸 <40 卷>"
    ) -> WatchedPrice {
        var offer = GoodsOffer(goods: "E9a", groupFen: group)
        offer.name = name
        offer.normalFen = group * 3 / 2
        offer.mall = "店 & 铺"
        if let coupon {
            offer.hasCoupon = true
            offer.coupon.discountFen = coupon
            offer.coupon.thresholdFen = coupon
            offer.coupon.remaining = 5
            offer.coupon.startsAt = UTCInstant(seconds: start)
            offer.coupon.endsAt = UTCInstant(seconds: start + 30 * 86_400)
        }
        offer.platformDiscounts = [.init(amountFen: 50, thresholdFen: 0)]
        offer.extras.mallCouponPercent = 85
        offer.extras.mallCouponThresholdFen = 5_000
        offer.extras.mallCouponMaxFen = 1_500
        offer.extras.followCouponFen = 111
        offer.extras.extraCouponFen = 222
        offer.extras.cashGiftFen = 333
        return WatchedPrice(of: offer, at: UTCInstant(seconds: start + hours * 3_600))
    }

    private static var report: PriceReport {
        var report = PriceReport(
            goods: "E9a", pid: "1_2", askedAt: UTCInstant(seconds: start + 100 * 3_600),
            now: price(group: 690, coupon: 200, at: 100))
        report.history = [
            price(group: 720, coupon: nil, at: 0), price(group: 720, coupon: 200, at: 10),
            price(group: 690, coupon: 200, at: 50),
        ]
        return report
    }

    @Test func theTableHasEveryComponent() {
        let text = PriceTable.text(
            [Self.report], PriceText(language: .en), history: true)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 8)
        for cell in [
            "E9a", "10.35", "6.90", "0.50", "4.40", "4.90", "2.00 off from 2.00",
            "coupons left 5; ", "85% (from 50.00, 15.00 at most)", "for following 1.11",
            "extra coupon 2.22", "cash gift 3.33",
        ] {
            #expect(lines[1].contains(cell), "\(cell)")
        }
        #expect(lines[5].hasPrefix("2025-11-11 00:00"))
        #expect(lines[5].contains(" none "))
        let nothing = PriceReport(goods: "E9x", pid: "", askedAt: Self.report.askedAt, now: nil)
        #expect(
            PriceTable.text([nothing], PriceText(language: .zh), history: false)
                .contains("已下架"))
    }

    @Test func programsGetFen() throws {
        let text = PriceJSON.text([Self.report])
        let value = try Array(text.utf8).withUnsafeBytes { try JSONValue.parse($0) }
        let good = try #require(value["goods"]?.list("").first)
        #expect(good["offered"]?.flag == true)
        #expect(good["pid"]?.text == "1_2")
        #expect(good["price"]?["final_fen"]?.integer == 490)
        #expect(good["price"]?["best_fen"]?.integer == 440)
        #expect(good["price"]?["coupon_state"]?.text == "usable")
        #expect(good["price"]?["public"]?.flag == false)
        let components = [
            "coupon_remaining": 5, "mall_coupon_percent": 85, "mall_coupon_min_fen": 5_000,
            "mall_coupon_max_fen": 1_500, "follow_coupon_fen": 111, "extra_coupon_fen": 222,
            "cash_gift_fen": 333, "platform_discount_fen": 50,
        ]
        for (name, amount) in components {
            #expect(good["price"]?[name]?.integer == Int64(amount), "\(name)")
        }
        #expect(
            good["history"]?.list("").compactMap { $0["final_fen"]?.integer } == [720, 520, 490])
    }

    @Test(arguments: ReportLanguage.allCases)
    func thePageStandsAlone(language: ReportLanguage) {
        let html = PricePage(
            reports: [Self.report], text: PriceText(language: language)
        ).html()
        #expect(html.contains("卷纸 &lt;40 卷&gt;"))
        #expect(!html.contains("<40"))
        #expect(html.contains("店 &amp; 铺"))
        for amount in ["15.00", "1.11", "2.22", "3.33", "85%"] { #expect(html.contains(amount)) }
        #expect(!html.contains("http:"))
        #expect(!html.contains("https:"))
        #expect(!html.contains("<script"))
        #expect(html.matches(of: /<svg[^>]*role="img"/).count == 1)
        // What was asked now is what held already: no further step.
        #expect(html.matches(of: /<tr><th>/).count == 1 + 3)
        #expect(html.contains(language == .zh ? "到手价" : "Price after coupon"))
    }

    /// Steps: each price holds until the next is seen, and there is none while it is not offered.
    @Test func theLineHasSteps() {
        var steps = Self.report.history
        steps[1].state = .delisted
        let html = PriceChart(
            steps: steps, end: UTCInstant(seconds: Self.start + 100 * 3_600),
            text: PriceText(language: .en)
        ).html()
        let line = html.firstMatch(of: /class="line" d="([^"]*)"/)?.1
        #expect(line?.matches(of: /M/).count == 2, "a gap")
        #expect(line?.hasPrefix("M0 ") == true)
        #expect(line?.hasSuffix("H10000") == true)
        #expect(html.matches(of: /<title>/).count == 3)
    }

    @Test(
        arguments: [
            ([520], 490, 550), ([720, 520], 450, 800), ([1_990, 1_990], 1_850, 2_100),
            ([0], 0, 10), ([0, 10_000], 0, 15_000), ([1_000_000], 900_000, 1_060_000),
        ] as [([Int64], Int64, Int64)])
    func scalesHoldAllPrices(prices: [Int64], lowest: Int64, highest: Int64) {
        let scale = PriceScale(prices)
        let (low, high) = (scale.ticks.first ?? -1, scale.ticks.last ?? -1)
        #expect(low <= (prices.min() ?? 0))
        #expect(high >= (prices.max() ?? 0))
        #expect(low >= lowest - (highest - lowest) / 2, "\(scale.ticks)")
        #expect(high <= highest + (highest - lowest) / 2, "\(scale.ticks)")
        #expect((3...8).contains(scale.ticks.count), "\(scale.ticks)")
        for price in prices {
            #expect((0...1_000).contains(scale.position(price, height: 1_000)))
        }
    }
}
