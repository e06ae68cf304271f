import SyncCore
import Testing

@testable import Platforms

/// What the platforms answer to the question whose session it is.
@Suite struct SellerDecoderTests {
    private func seller(
        _ adapter: any PlatformAdapter, _ body: String
    ) throws(CallFailure) -> SellerIdentity? {
        let call = Call(
            id: CallID(1), app: AppID(0), stream: StreamID(shop: ShopID(1), kind: .orders),
            method: .seller, kind: .seller, platformTime: UTCInstant(seconds: 1_762_819_200))
        let answer = try adapter.decode(
            PlatformResponse(status: 200, body: Array(body.utf8)), to: call)
        if case .seller(let seller) = answer { return seller }
        return nil
    }

    @Test(
        arguments: [
            (
                #"{"user_seller_get_response":{"user":{"user_id":2200700000001,"nick":"店"}}}"#,
                SellerIdentity(id: "2200700000001", nick: "店")
            ),
            (
                #"{"user_seller_get_response":{"user":{"user_id":"AAE-x","nick":"店"}}}"#,
                SellerIdentity(id: "AAE-x", nick: "店")
            ),
            // Rounded on its way: not a number of an account.
            (
                #"{"user_seller_get_response":{"user":{"user_id":2.2007e12,"nick":"店"}}}"#,
                SellerIdentity(nick: "店")
            ),
        ])
    func taobao(body: String, expected: SellerIdentity) throws {
        #expect(try seller(TaobaoAdapter(), body) == expected)
    }

    @Test func pinduoduo() throws {
        let body = #"{"mall_info_get_response":{"mall_id":100000001,"mall_name":"店"}}"#
        #expect(
            try seller(PinduoduoAdapter(), body) == SellerIdentity(id: "100000001", nick: "店"))
    }

    @Test(arguments: ["{}", #"{"user_seller_get_response":{}}"#, #"{"mall_info_get_response":{}}"#])
    func anAnswerWithoutASellerIsNone(body: String) {
        #expect(throws: CallFailure.self) { try seller(TaobaoAdapter(), body) }
        #expect(throws: CallFailure.self) { try seller(PinduoduoAdapter(), body) }
    }

    @Test func theNameInRows() {
        let raw = Array(#"{"tid":1,"seller_nick":"\u5e97"}"#.utf8)
        var row = OrderRow()
        row.raw = ByteRange(offset: 0, count: raw.count)
        #expect(OrderPage(bytes: raw, orders: [row]).sellerNick == "店")
        #expect(OrderPage(bytes: [], orders: []).sellerNick == nil)
    }
}
