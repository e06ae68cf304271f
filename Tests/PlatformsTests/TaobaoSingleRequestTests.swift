import Foundation
import SyncCore
import Testing
import WireFormat

@testable import Platforms

/// Requests for refunds and for single things.
@Suite struct TaobaoSingleRequestTests {
    private static let session = "6100b23f0e4c1a5d"
    private let credentials = Credentials(
        appKey: "12345678", appSecret: "0123456789abcdef0123456789abcdef", session: Secret(session))
    private let common: Set<String> = [
        "method", "app_key", "session", "timestamp", "format", "v", "sign_method", "sign",
    ]

    private func request(_ call: Call, types: [String] = []) throws -> [String: String] {
        let body = TaobaoAdapter().request(for: call, credentials: credentials, types: types).body
        let text = String(decoding: body, as: UTF8.self)
        #expect(!text.contains(credentials.appSecret.exposedText))
        var sent: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = String(halves[1]).replacing("+", with: " ").removingPercentEncoding
            #expect(sent.updateValue(try #require(value), forKey: String(halves[0])) == nil)
        }
        #expect(sent["session"] == Self.session)
        #expect(sent["timestamp"] == "2025-11-11 00:00:01")
        return sent
    }

    /// The parameters that only this call has.
    private func own(_ sent: [String: String]) -> Set<String> { Set(sent.keys).subtracting(common) }

    private func fields(_ sent: [String: String]) throws -> Set<String> {
        let names = try #require(sent["fields"]).split(separator: ",").map(String.init)
        #expect(Set(names).count == names.count, "\(names)")
        #expect(names.allSatisfy { !$0.isEmpty && $0 == $0.lowercased() })
        return Set(names)
    }

    @Test func theRequestAsksForAnOrderInFull() throws {
        let sent = try request(.order("3147029749005308888"), types: ["fixed"])
        #expect(sent["method"] == "taobao.trade.fullinfo.get")
        #expect(sent["tid"] == "3147029749005308888")
        #expect(own(sent) == ["fields", "tid"])
        let detail = try fields(sent)
        let list = try fields(try request(.list()))
        #expect(list.isSubset(of: detail))
        #expect(detail.isSuperset(of: ["buyer_message", "seller_memo", "promotion_details"]))
        // All of these or no `oaid` (api:54).
        #expect(
            detail.isSuperset(of: [
                "receiver_name", "receiver_address", "created", "receiver_mobile",
                "receiver_phone", "oaid",
            ]))
    }

    @Test func theRequestAsksForChangedRefunds() throws {
        let page = PageRequest(
            from: UTCInstant(seconds: 1_762_788_000), through: UTCInstant(seconds: 1_762_789_799),
            pageNumber: 3, wantsTotal: true, pageSize: 50)
        let sent = try request(.list(.refundsChanged, page: page), types: ["fixed", "cod"])
        #expect(sent["method"] == "taobao.refunds.receive.get")
        #expect(sent["start_modified"] == "2025-11-10 23:20:00")
        #expect(sent["end_modified"] == "2025-11-10 23:49:59")
        #expect(sent["page_no"] == "3")
        #expect(sent["page_size"] == "50")
        #expect(sent["use_has_next"] == "false")
        #expect(sent["type"] == "fixed,cod")
        #expect(
            own(sent) == [
                "fields", "start_modified", "end_modified", "type", "page_no", "page_size",
                "use_has_next",
            ])
        let asked = try fields(sent)
        #expect(asked.count <= 100)  // api:52
        #expect(
            asked.isSuperset(of: [
                "refund_id", "tid", "oid", "status", "created", "modified", "refund_fee",
                "payment", "reason", "desc", "good_status", "refund_phase", "dispute_type",
                "company_name", "sid", "title", "buyer_nick",
            ]))
        // Left out, only two types come back.
        let types = try request(.list(.refundsChanged))["type"]
        #expect(types?.split(separator: ",").count == 27)
    }

    @Test func theRequestAsksForARefund() throws {
        let sent = try request(.refund("2231958349"))
        #expect(sent["method"] == "taobao.refund.get")
        #expect(sent["refund_id"] == "2231958349")
        #expect(own(sent) == ["fields", "refund_id"])
        let asked = try fields(sent)
        #expect(asked.isSuperset(of: try fields(try request(.list(.refundsChanged)))))
        #expect(asked.contains("end_time"))
        #expect(asked.count <= 100)
    }

    @Test func theRequestAsksForTheWayOfAWholeOrder() throws {
        let sent = try request(.trace("77"))
        #expect(sent["method"] == "taobao.logistics.trace.search")
        #expect(sent["tid"] == "77")
        #expect(own(sent) == ["tid"])
    }

    @Test func theRequestAsksForTheWayOfOneParcel() throws {
        let sent = try request(.trace("77", items: ["771", "772"]))
        #expect(sent["tid"] == "77")
        #expect(sent["is_split"] == "1")
        #expect(sent["sub_tid"] == "771,772")
        #expect(own(sent) == ["tid", "is_split", "sub_tid"])
    }

    /// More than it takes (api:10463) would be refused: any of a parcel's items name it.
    @Test(arguments: [(50, 50), (51, 50), (200, 50)])
    func theRequestNamesNoMoreItemsThanATraceTakes(count: Int, sent expected: Int) throws {
        let items = (1...count).map { "\($0)" }
        let sent = try #require(try request(.trace("77", items: items))["sub_tid"])
        #expect(sent.split(separator: ",").map(String.init) == Array(items.prefix(expected)))
    }

    @Test func theRequestAsksForTheParcelsOfAnOrder() throws {
        let sent = try request(.parcels("77"))
        #expect(sent["method"] == "taobao.logistics.orders.get")
        #expect(sent["tid"] == "77")
        #expect(own(sent) == ["fields", "tid"])
        #expect(
            try fields(sent).isSuperset(of: [
                "tid", "out_sid", "company_name", "sub_tids", "is_spilt", "is_split",
            ]))
    }

    /// But for those that each platform does without.
    @Test(
        arguments: [
            (
                TaobaoAdapter(), [.carriers, .affiliateChanged, .goodsSearch, .goodsDetail],
                "taobao."
            ),
            (PinduoduoAdapter(), [.orderParcels], "pdd."),
        ] as [(any PlatformAdapter, [CallMethod], String)])
    func everyMethodHasItsName(
        adapter: any PlatformAdapter, missing: [CallMethod], prefix: String
    ) {
        let had = CallMethod.allCases.filter { !missing.contains($0) }
        let names = had.map { adapter.methodName($0) }
        #expect(Set(names).count == had.count)
        #expect(names.allSatisfy { $0.hasPrefix(prefix) })
        #expect(missing.allSatisfy { adapter.methodName($0) == "-" })
    }
}
