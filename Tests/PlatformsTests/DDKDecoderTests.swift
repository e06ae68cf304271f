import SyncCore
import Testing

@testable import Platforms

@Suite struct DDKDecoderTests {
    private static let time = UTCInstant(seconds: 1_762_790_401)

    private func response(_ name: String) throws -> PlatformResponse {
        PlatformResponse(
            status: 200, body: try Fixture.bytes("pinduoduo/\(name).response.json"))
    }

    private func orders(_ name: String) throws -> (AffiliatePage, PageSummary) {
        try DDKOrderDecoder.page(response(name), at: Self.time)
    }

    private func goods(_ name: String, isDetail: Bool) throws -> [GoodsOffer] {
        let query = GoodsQuery(goods: ["x"], pid: "1_2", isDetail: isDetail)
        return try DDKGoodsDecoder.page(response(name), to: query, at: Self.time).offers
    }

    private func at(_ seconds: Int64) -> UTCInstant { UTCInstant(seconds: seconds) }

    // MARK: Orders

    @Test func aRealOrderOf2019IsRead() throws {
        let (page, summary) = try orders("pdd.ddk.order.list.increment.get")
        let order = try #require(page.orders.first)
        #expect(page.orders.count == 1)
        #expect(summary.total == 1)
        #expect(summary.hasNext == nil)
        #expect(summary.rows.compactMap(\.at) == [at(1_566_463_244)])
        #expect(order.id == "190822-000000000000001")
        #expect(order.pid == "1000001_100000001")
        #expect(order.customParameters?.hasPrefix("sEe7fkOiB4TW") == true)
        #expect(order.goodsID == "213159472")
        #expect(order.goodsSign == nil)
        #expect(order.quantity == 1)
        #expect(order.goodsPriceFen == 1_300)
        #expect(order.orderAmountFen == 1_300)
        #expect(order.promotionRatePermille == 80)
        #expect(order.promotionAmountFen == 104)
        #expect(order.status == .grouped)
        #expect(order.platformStatus == "1")
        #expect(order.failReason == nil)
        #expect(order.mallID == nil)
        #expect(order.createdAt == at(1_566_463_230))
        #expect(order.paidAt == at(1_566_463_236))
        #expect(order.groupedAt == at(1_566_463_236))
        #expect(order.receivedAt == nil)
        #expect(order.verifiedAt == nil)
        #expect(order.settledAt == nil)
        // Numbers beyond 2^53 stay as they came.
        #expect(order.raw.contains("859337392764094000"))
        #expect(order.raw.hasPrefix("{"))
    }

    /// `verify_time`, in milliseconds beside seconds, is not read.
    @Test func realOrdersOf2018AreRead() throws {
        let (page, summary) = try orders("pdd.ddk.order.list.increment.get.real-2018")
        #expect(page.orders.map(\.status) == [.failed, .grouped])
        #expect(summary.total == 2)
        #expect(page.orders.map(\.verifiedAt) == [at(1_531_198_470), nil])
        #expect(page.orders.map(\.modifiedAt) == [at(1_531_198_470), at(1_531_192_721)])
        for order in page.orders {
            let amount = try #require(order.orderAmountFen)
            let rate = try #require(order.promotionRatePermille)
            #expect(order.promotionAmountFen == amount * rate / 1_000)
        }
    }

    /// The newest shape that is published: every member there, nothing in it.
    @Test(arguments: ["all.order.list.increment.get", "oauth.order.list.increment.get"])
    func placeholdersAreNoOrder(name: String) throws {
        // Its only time is 0: the row is rejected, the answer is not.
        let (page, summary) = try orders("pdd.ddk.\(name)")
        #expect(page.orders.isEmpty)
        #expect(summary.rows.isEmpty)
        #expect(!page.rejected.isEmpty)
        #expect(summary.rejectedCount == page.rejected.count)
    }

    @Test func theListByPaymentHasTheSameRows() throws {
        let (page, summary) = try orders("pdd.ddk.order.list.range.get.synthetic")
        let order = try #require(page.orders.first)
        #expect(order.status == .paid)
        #expect(order.goodsPriceFen == 990)
        #expect(order.goodsID == nil)
        #expect(order.customParameters == #"{"uid":"u-1"}"#)
        #expect(order.promotionAmountFen == 276)
        #expect(order.goodsSign == "str")
        #expect(summary.total == nil, "this method does not count")
    }

    private func row(_ members: String) throws -> AffiliateRow? {
        let body =
            #"{"order_list_get_response":{"total_count":1,"order_list":[{\#(members)}]}}"#
        return try DDKOrderDecoder.page(
            PlatformResponse(status: 200, body: Array(body.utf8)), at: Self.time
        ).0.orders.first
    }

    @Test(
        arguments: [
            ("0", .paid), ("1", .grouped), ("2", .received), ("3", .verified), ("4", .failed),
            ("5", .settled), ("10", .punished), ("-1", .unknown), ("8", .unknown),
            ("77", .unknown), (#""5""#, .settled),
        ] as [(String, AffiliateStatus)])
    func everyStatusIsRead(sent: String, status: AffiliateStatus) throws {
        let order = try row(#""order_sn":"1","order_modify_at":1700000009,"order_status":\#(sent)"#)
        #expect(order?.status == status)
        #expect(order?.platformStatus == sent.filter { $0 != "\"" })
    }

    @Test func aRowWithoutItsTimeHasThatOfItsLatestStep() throws {
        let order = try row(
            #""order_sn":"1","order_pay_time":1700000008,"order_receive_time":1700000011,"#
                + #""order_verify_time":null"#)
        #expect(order?.modifiedAt == at(1_700_000_011))
        #expect(try row(#""order_sn":"1""#) == nil)
        #expect(try row(#""order_modify_at":1700000009"#) == nil)
    }

    @Test(arguments: [#""order_list":[],"total_count":0"#, #""order_list":null,"total_count":0"#])
    func nothingIsAnAnswer(members: String) throws {
        let body = Array(#"{"order_list_get_response":{\#(members)}}"#.utf8)
        let (page, summary) = try DDKOrderDecoder.page(
            PlatformResponse(status: 200, body: body), at: Self.time)
        #expect(page.orders.isEmpty)
        #expect(summary == PageSummary(rows: [], hasNext: nil, total: 0))
    }

    // MARK: Goods

    @Test func aRealProductOf2019IsRead() throws {
        let offer = try #require(try goods("pdd.ddk.goods.detail", isDetail: true).first)
        #expect(offer.groupFen == 720)
        #expect(offer.normalFen == 1_190)
        #expect(offer.hasCoupon)
        #expect(offer.goodsID == "9133961778")
        #expect(offer.goods == "9133961778")
        #expect(offer.mall == "唯美之恋麻雀专卖店")
        #expect(offer.coupon.remaining == 7_000)
        #expect(offer.coupon.thresholdFen == 200)
        // 720 − 200 = 520, from the first second of the coupon to its last.
        for (second, final) in [
            (1_575_820_799, 720), (1_575_820_800, 520), (1_575_993_599, 520),
            (1_575_993_600, 720),
        ] as [(Int64, Int64)] {
            #expect(FinalPrice(of: offer, at: at(second)).finalFen == final)
        }
    }

    /// 2018-09-28 18:00 in Beijing, when they were captured.
    @Test func realProductsOf2018AreRead() throws {
        let offers = try goods("pdd.ddk.goods.search.real-2018", isDetail: false)
        let prices = offers.map { FinalPrice(of: $0, at: at(1_538_128_800)) }
        #expect(offers.map(\.groupFen).prefix(2) == [990, 1_090])
        #expect(offers.count == 3)
        #expect(prices.map(\.finalFen).prefix(2) == [790, 690])
        for (offer, price) in zip(offers, prices) {
            #expect(offer.coupon.thresholdFen == offer.coupon.discountFen)
            #expect(price.couponState == .usable)
            #expect(price.bestFen == price.finalFen)
        }
    }

    @Test func aProductWithFewMembersIsRead() throws {
        let offer = try #require(
            try goods("pdd.ddk.goods.detail.minimal-2025", isDetail: true).first)
        #expect(offer.goods == "E9v2fKw57U9uX-lxwfbAO_IZHd0Xjs44_JBCIxFbmm")
        #expect(offer.groupFen == 590)
        #expect(offer.normalFen == nil)
        #expect(offer.mall == nil)
        let price = FinalPrice(of: offer, at: Self.time)
        #expect(price.finalFen == 590)
        #expect(price.couponState == .none)
    }

    @Test(arguments: [("goods.detail.shape-2026", true), ("goods.search", false)])
    func everyMemberOfTheNewestShapeIsRead(name: String, isDetail: Bool) throws {
        let offer = try #require(try goods("pdd.ddk.\(name)", isDetail: isDetail).first)
        #expect(offer.goods == "str")
        #expect(offer.goodsID == nil)
        #expect(offer.groupFen == 0)
        #expect(offer.platformDiscounts == [.init(amountFen: 0, thresholdFen: 0)])
        #expect(offer.variants == (isDetail ? [.init(jinbaoFen: 0, isOnSale: false)] : []))
        #expect(FinalPrice(of: offer, at: Self.time).couponState == .none)
    }

    /// An empty list says that it is not on offer; no list says nothing.
    @Test func anEmptyListIsNotAMissingList() throws {
        let query = GoodsQuery(goods: ["x"], pid: "", isDetail: true)
        func decode(_ members: String) throws -> GoodsPage {
            let body = Array(#"{"goods_detail_response":{\#(members)}}"#.utf8)
            return try DDKGoodsDecoder.page(
                PlatformResponse(status: 200, body: body), to: query, at: Self.time)
        }
        #expect(try decode(#""goods_details":[]"#).offers.isEmpty)
        #expect(try decode(#""goods_details":null"#).offers.isEmpty)
        #expect(throws: CallFailure.self) { try decode(#""request_id":"1""#) }
        #expect(throws: CallFailure.self) { try decode(#""goods_details":[{"goods_sign":"x"}]"#) }
    }

    /// What names the PID is a refusal of the PID, whatever was asked for.
    @Test(
        arguments: [
            ("50001.60001-authority", "50001 60001", "ordersync pid bind"),
            ("10000.pid-mismatch", "10000", "ordersync pid list"),
        ], [false, true])
    func aRefusedPIDIsReported(
        refusal: (file: String, code: String, remedy: String), isDetail: Bool
    ) throws {
        let answer = try response("error.\(refusal.file)")
        var query = GoodsQuery(goods: ["x"], pid: "1_2", isDetail: isDetail)
        for isPublic in [false, true] {
            query.isPublic = isPublic
            do throws(CallFailure) {
                _ = try DDKGoodsDecoder.page(answer, to: query, at: Self.time)
                Issue.record("an error was taken for goods")
            } catch {
                #expect(error.disposition == .badRequest)
                #expect(error.refusesPID)
                #expect(error.code == refusal.code)
                #expect(error.line.contains(refusal.remedy), "\(error.line)")
                #expect(error.line.contains("price for everyone") == !isPublic)
            }
        }
    }

    /// A business error that no table names may be one good's: of many any, of one its own. One
    /// that is known stays what it is.
    @Test(
        arguments: [
            ("", "该商品不是多多客商品", false, .badRequest, true),
            ("", "该商品不是多多客商品", true, .notFound, true),
            ("4711", "业务服务错误", true, .notFound, true),
            ("", "商品不存在", true, .notFound, false),
            ("1000000", "系统运行错误", true, .retry(afterSeconds: nil), false),
            ("1000000", "系统运行错误", false, .retry(afterSeconds: nil), false),
            ("isv.invalid-parameter:goods_sign", "参数错误", true, .badRequest, false),
        ] as [(String, String, Bool, Disposition, Bool)])
    func businessErrorsAboutGoodsAreClassified(
        subCode: String, text: String, isDetail: Bool, disposition: Disposition, isUnknown: Bool
    ) {
        let body =
            #"{"error_response":{"error_code":50001,"sub_code":"\#(subCode)","#
            + #""error_msg":"业务服务错误","sub_msg":"\#(text)"}}"#
        let query = GoodsQuery(goods: ["x"], pid: "1_2", isDetail: isDetail)
        do throws(CallFailure) {
            _ = try DDKGoodsDecoder.page(
                PlatformResponse(status: 200, body: Array(body.utf8)), to: query, at: Self.time)
            Issue.record("an error was taken for goods")
        } catch {
            #expect(error.disposition == disposition)
            #expect(error.isUnknownCode == isUnknown)
            #expect(!error.refusesPID)
            #expect(error.line.contains(text))
        }
    }

    /// A product without a price hides no other; a search without any continues product by product.
    @Test func aProductWithoutPriceHidesNoOther() throws {
        let query = GoodsQuery(goods: ["x", "y"], pid: "", isDetail: false)
        func decode(_ rows: String) throws -> [String] {
            let body = Array(#"{"goods_search_response":{"goods_list":[\#(rows)]}}"#.utf8)
            return try DDKGoodsDecoder.page(
                PlatformResponse(status: 200, body: body), to: query, at: Self.time
            ).offers.map(\.goods)
        }
        let bad = #"{"goods_sign":"x","min_group_price":null}"#
        let good = #"{"goods_sign":"y","min_group_price":720}"#
        #expect(try decode("\(bad),\(good)") == ["y"])
        #expect(try decode(bad).isEmpty)
        #expect(try decode("\(bad),{}").isEmpty)
    }

    /// What stands beside the one coupon; what is there of nothing is not there.
    @Test func componentsAreRead() throws {
        let query = GoodsQuery(goods: ["x"], pid: "", isDetail: true)
        func decode(_ members: String) throws -> GoodsOffer? {
            let row = #"{"goods_sign":"x","min_group_price":720\#(members)}"#
            let body = Array(#"{"goods_detail_response":{"goods_details":[\#(row)]}}"#.utf8)
            let offer = try DDKGoodsDecoder.page(
                PlatformResponse(status: 200, body: body), to: query, at: Self.time
            ).offers.first
            #expect(offer?.raw == row)
            return offer
        }
        let members = #"""
            ,"has_mall_coupon":true,"mall_coupon_discount_pct":85,
            "mall_coupon_min_order_amount":500,"mall_coupon_max_discount_amount":1000,
            "mall_coupon_start_time":1700000007,"mall_coupon_end_time":1700000008,
            "clt_cpn_discount":11,"clt_cpn_min_amt":12,"extra_coupon_amount":13,
            "cash_gift_amount":14,
            "coupon_remain_quantity":5,"coupon_total_quantity":9,
            "platform_discount_list":[{"coupon_amount":15,"coupon_threshold":16,"discount_type":17}]
            """#
        let offer = try #require(try decode(members))
        var extras = GoodsOffer.Extras()
        extras.mallCouponPercent = 85
        extras.mallCouponThresholdFen = 500
        extras.mallCouponMaxFen = 1_000
        extras.mallCouponStartsAt = at(1_700_000_007)
        extras.mallCouponEndsAt = at(1_700_000_008)
        extras.followCouponFen = 11
        extras.followCouponThresholdFen = 12
        extras.extraCouponFen = 13
        extras.cashGiftFen = 14
        #expect(offer.extras == extras)
        #expect(offer.coupon.remaining == 5)
        #expect(offer.coupon.total == 9)
        #expect(offer.platformDiscounts == [.init(amountFen: 15, thresholdFen: 16)])
        let nothing =
            #","has_mall_coupon":false,"mall_coupon_discount_pct":85,"clt_cpn_discount":null,"#
            + #""extra_coupon_amount":0,"cash_gift_amount":0"#
        #expect(try decode(nothing)?.extras == GoodsOffer.Extras())
        #expect(try decode("")?.extras == GoodsOffer.Extras())
    }

    // MARK: Accounts

    @Test func realAnswersAboutAnAccountAreRead() throws {
        let answer = try DDKAccount.places(
            response("pdd.ddk.goods.pid.generate"), at: Self.time)
        #expect(
            answer.places == [
                PromotionPlace(
                    pid: "10000001_100000001", name: "", createdAt: at(1_609_732_689),
                    mediaID: nil)
            ])
        #expect(answer.left == 499_998)
        #expect(answer.total == nil)
        #expect(
            try DDKAccount.isBound(response("pdd.ddk.member.authority.query"), at: Self.time))
        let link = try DDKAccount.bindingLink(
            response("pdd.ddk.rp.prom.url.generate"), at: Self.time)
        #expect(link.url == "https://mobile.yangkeduo.com/duo_coupon_landing.html")
        #expect(link.mobile == "https://mobile.yangkeduo.com/duo_coupon_landing.html_")
    }

    @Test func aForeignPIDIsReported() throws {
        let answer = try response("error.10000.pid-mismatch")
        do throws(CallFailure) {
            _ = try DDKAccount.isBound(answer, at: Self.time)
            Issue.record("an error was taken for a verdict")
        } catch {
            #expect(error.disposition == .misconfigured)
            #expect(error.line.contains("ordersync pid list"))
        }
    }
}
