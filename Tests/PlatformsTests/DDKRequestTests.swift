import SyncCore
import Testing
import WireFormat

@testable import Platforms

@Suite struct DDKRequestTests {
    private func page(_ size: Int, number: Int = 1, counts: Bool = true) -> PageRequest {
        PageRequest(
            from: UTCInstant(seconds: 100), through: UTCInstant(seconds: 200), pageNumber: number,
            wantsTotal: counts, pageSize: size)
    }

    /// Pages of fewer than ten are refused.
    @Test(arguments: [(1, "10"), (10, "10"), (40, "40"), (100, "100"), (500, "100")])
    func pagesHoldTenToAHundred(size: Int, sent: String) {
        #expect(
            DDKRequest.orders(page(size)) == [
                "start_update_time": "100", "end_update_time": "200", "page": "1",
                "page_size": sent, "return_count": "true",
            ])
    }

    @Test func onlyAFirstLookCounts() {
        let parameters = DDKRequest.orders(page(100, number: 3, counts: false))
        #expect(parameters["page"] == "3")
        #expect(parameters["return_count"] == "false")
    }

    @Test func goodsAreNamedTogetherOrAlone() {
        let search = GoodsQuery(goods: ["a_1", "b-2"], pid: "1_2", isDetail: false)
        #expect(
            DDKRequest.goods(search) == [
                "goods_sign_list": #"["a_1","b-2"]"#, "pid": "1_2", "custom_parameters": "",
                "page": "1", "page_size": "10", "use_customized": "false",
            ])
        // JSON that is a text: it goes as it is.
        let mine = #"{"uid":"u-1"}"#
        var detail = GoodsQuery(
            goods: ["a_1"], pid: "1_2", customParameters: mine, isDetail: true)
        #expect(
            DDKRequest.goods(detail)
                == ["goods_sign": "a_1", "pid": "1_2", "custom_parameters": mine])
        detail.isDetail = false
        #expect(DDKRequest.goods(detail)["custom_parameters"] == mine)
        // In no account's name: neither.
        (detail.isDetail, detail.isPublic) = (true, true)
        #expect(DDKRequest.goods(detail) == ["goods_sign": "a_1"])
    }

    /// What is asked of an account is signed like everything else, without a token; what is empty
    /// is not sent.
    @Test func accountsAreAskedWithoutASession() {
        let credentials = Credentials(appKey: "id", appSecret: "secret", session: nil)
        let time = UTCInstant(seconds: 1_600_000_000)
        func body(_ question: DDKAccount.Question) -> String {
            let request = DDKAccount.request(
                question, credentials: credentials, platformTime: time)
            return String(decoding: request.body, as: UTF8.self)
        }
        let places = body(.places(page: 2))
        #expect(places.contains(#""type":"pdd.ddk.goods.pid.query""#))
        #expect(places.contains(#""page":"2""#))
        #expect(!places.contains("access_token"))
        #expect(!body(.newPlaces(names: [], count: 3)).contains("p_id_name_list"))
        #expect(
            body(.newPlaces(names: ["a", "乙"], count: 2))
                .contains(#""p_id_name_list":"[\"a\",\"乙\"]""#))
        #expect(!body(.isBound(pid: "1_2", customParameters: "")).contains("custom_parameters"))
        let link = body(.bindingLink(pid: "1_2", customParameters: #"{"uid":"u"}"#))
        #expect(link.contains(#""channel_type":"10""#))
        #expect(link.contains(#""p_id_list":"[\"1_2\"]""#))
        #expect(link.contains(#""custom_parameters":"{\"uid\":\"u\"}""#))
    }
}
