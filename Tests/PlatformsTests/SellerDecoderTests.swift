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
    func aTaobaoSellerIsRead(body: String, expected: SellerIdentity) throws {
        #expect(try seller(TaobaoAdapter(), body) == expected)
    }

    @Test func aPinduoduoSellerIsRead() throws {
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

    private func page(_ rows: [[UInt8]]) -> OrderPage {
        var page = OrderPage(bytes: [])
        for raw in rows {
            var row = OrderRow()
            row.raw = ByteRange(offset: page.bytes.count, count: raw.count)
            page.bytes += raw
            page.orders.append(row)
        }
        return page
    }

    /// A name that came damaged identifies no seller.
    @Test func aGarbledNameIsNone() throws {
        let whole = Array(#"{"seller_nick":"店"}"#.utf8)
        let broken = Array("{\"seller_nick\":\"\u{FFFD}店\"}".utf8)
        let bytes = Array(#"{"seller_nick":""#.utf8) + [0xB5, 0xEA] + Array(#""}"#.utf8)
        #expect(page([broken]).sellerNick == nil)
        #expect(page([bytes]).sellerNick == nil)
        #expect(page([broken, bytes, whole]).sellerNick == "店")
        var guessed = page([whole])
        guessed.isTextCertain = false
        #expect(guessed.sellerNick == nil)
    }

    @Test func theNameOfAGuessedAnswerIsNone() throws {
        let call = Call(
            id: CallID(1), app: AppID(0), stream: StreamID(shop: ShopID(1), kind: .orders),
            method: .seller, kind: .seller, platformTime: UTCInstant(seconds: 1_762_819_200))
        let answers: [(any PlatformAdapter, String, String)] = [
            (
                TaobaoAdapter(),
                #"{"user_seller_get_response":{"user":{"user_id":2200700000001,"nick":"店"}}}"#,
                "2200700000001"
            ),
            (
                PinduoduoAdapter(),
                #"{"mall_info_get_response":{"mall_id":100000001,"mall_name":"店"}}"#, "100000001"
            ),
        ]
        for (adapter, body, id) in answers {
            let response = PlatformResponse(
                status: 200, body: Array(body.utf8), isTextCertain: false)
            guard case .seller(let seller) = try adapter.decode(response, to: call) else {
                preconditionFailure("a seller")
            }
            #expect(seller == SellerIdentity(id: id))
        }
    }

    @Test func aPageKnowsThatItsEncodingWasGuessed() throws {
        let body = Array(#"{"has_next":false,"trades":{"trade":[]}}"#.utf8)
        for isCertain in [true, false] {
            let response = PlatformResponse(status: 200, body: body, isTextCertain: isCertain)
            guard case .orders(let page, _) = try TaobaoAdapter().decode(response, to: .list())
            else { preconditionFailure("a list") }
            #expect(page.isTextCertain == isCertain)
        }
    }
}
