import SyncCore
import Testing
import WireFormat

@testable import Platforms

/// Numbers and times at the limits of their types. Each of them once ended the process.
@Suite struct HostileNumberTests {
    private static let limits = ["9223372036854775807", "-9223372036854775808"]
    private static let time = UTCInstant(seconds: 1_762_790_401)

    /// The exponent of an id, of each kind of row.
    @Test(arguments: ["1e-9223372036854775808", "1e9223372036854775807", "1e-1000", "1e1000"])
    func anExponentAtTheLimitIsNoRounding(text: String) {
        let exact = "3147029749005308888"
        #expect(!RowIdentifier.isRounding(text, of: exact))
        #expect(RowIdentifier.verdict(text, exact, .number) == .contradictory)
        #expect(RowIdentifier.verdict(exact, text, .text) == .contradictory)
    }

    /// The kind of an after-sale counts from one less than in the list.
    @Test(
        arguments: [
            ("1", "2"), (#"" 1 ""#, "2"), ("2.0", "3"), ("0", "1"), ("98", "99"), ("99", nil),
            ("-1", nil), ("9223372036854775807", nil), (#""9223372036854775807""#, nil),
            ("9223372036854775806", nil), ("-9223372036854775808", nil), ("{}", nil),
            ("null", nil), ("true", nil),
        ] as [(String, String?)])
    func everyKindOfAfterSaleIsRead(sent: String, kind: String?) throws {
        let json =
            #"{"id":10,"order_sn":"1","refund_amount":5,"after_sales_status":2,"#
            + #""updated_time":"2023-11-14 20:00:05","after_sales_type":\#(sent)}"#
        let page = try PinduoduoRefundDecoder.detail(
            PlatformResponse(status: 200, body: Array(json.utf8)), id: "10", at: Self.time)
        #expect(page.refunds.map(\.kind) == [kind])
        #expect(page.rejected.isEmpty)
    }

    /// A coupon whose end is no time is not promised, and can be printed.
    @Test(arguments: limits + ["0", "-1", "99999999", "100000000000000", #""soon""#, "{}"])
    func aTimeThatIsNoneOfAProduct(sent: String) throws {
        let json =
            #"{"goods_search_response":{"goods_list":[{"goods_sign":"a1","min_group_price":720,"#
            + #""has_coupon":true,"coupon_discount":100,"coupon_remain_quantity":5,"#
            + #""coupon_start_time":1538000000,"coupon_end_time":\#(sent)}]}}"#
        let query = GoodsQuery(goods: ["a1"], pid: "", isDetail: false)
        let page = try DDKGoodsDecoder.page(
            PlatformResponse(status: 200, body: Array(json.utf8)), to: query, at: Self.time)
        let offer = try #require(page.offers.first)
        #expect(offer.coupon.startsAt == UTCInstant(seconds: 1_538_000_000))
        #expect(offer.coupon.endsAt == nil)
        #expect(FinalPrice(of: offer, at: Self.time).finalFen == 720)
    }

    /// Promoters' times in milliseconds are the same times.
    @Test func millisecondsOfPromotersAreSeconds() throws {
        let json =
            #"{"order_list_get_response":{"total_count":1,"order_list":[{"order_sn":"1","#
            + #""order_modify_at":"1700000000000","order_pay_time":1699999999000,"#
            + #""order_settle_time":9223372036854775807,"order_verify_time":-1}]}}"#
        let (page, summary) = try DDKOrderDecoder.page(
            PlatformResponse(status: 200, body: Array(json.utf8)), at: Self.time)
        let order = try #require(page.orders.first)
        #expect(order.modifiedAt == UTCInstant(seconds: 1_700_000_000))
        #expect(summary.rows.map(\.at) == [UTCInstant(seconds: 1_700_000_000)])
        #expect(order.paidAt == UTCInstant(seconds: 1_699_999_999))
        #expect(order.settledAt == nil)
        #expect(order.verifiedAt == nil)
    }

    @Test(arguments: limits + ["99999999", "100000000000000"])
    func anUnboundedVersionIsRejected(sent: String) throws {
        let json =
            #"{"order_list_get_response":{"total_count":2,"order_list":[{"order_sn":"1","#
            + #""order_modify_at":\#(sent)},{"order_sn":"2","order_modify_at":1700000000}]}}"#
        let (page, summary) = try DDKOrderDecoder.page(
            PlatformResponse(status: 200, body: Array(json.utf8)), at: Self.time)
        #expect(page.orders.map(\.id) == ["2"])
        #expect(page.rejected.map(\.reason) == [.unreadableTime])
        #expect(page.rejected.map(\.id) == ["1"])
        #expect(summary.rejectedCount == 1)
    }

    /// The end of a session is a time that can be reckoned with.
    @Test(arguments: limits)
    func theEndOfASessionIsBounded(sent: String) throws {
        let taobao = #"{"access_token":"a","expire_time":\#(sent),"expires_in":\#(sent)}"#
        let grant = try TaobaoAuthorisation().decode(
            PlatformResponse(status: 200, body: Array(taobao.utf8)), now: Self.time)
        #expect(grant.expiresAt == nil)
        let pinduoduo =
            #"{"pop_auth_token_create_response":{"access_token":"a","expires_at":\#(sent),"#
            + #""expires_in":\#(sent)}}"#
        let other = try PinduoduoAuthorisation().decode(
            PlatformResponse(status: 200, body: Array(pinduoduo.utf8)), now: Self.time)
        #expect(other.expiresAt == nil)
    }
}
