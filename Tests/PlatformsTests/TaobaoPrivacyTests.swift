import Foundation
import SyncCore
import Testing
import WireFormat

@testable import Platforms

/// What the privacy policy leaves of answers.
@Suite struct TaobaoPrivacyTests {
    private typealias Keeping = PrivacyPolicy.Keeping

    private func filter(_ receiver: Keeping, _ raw: Keeping) -> PersonalFilter {
        PersonalFilter(
            policy: PrivacyPolicy(receiver: receiver, raw: raw),
            members: Platform.taobao.personalMembers)
    }

    /// The JSON as the policy leaves it.
    private func rewritten(_ json: String, _ receiver: Keeping, _ raw: Keeping = .mask) -> String {
        let bytes = Array(json.utf8)
        let result = bytes.withUnsafeBytes { filter(receiver, raw).json($0) }
        return result.map { String(decoding: $0, as: UTF8.self) } ?? json
    }

    private static let body =
        #"{"trades":{"trade":[{"tid":1,"modified":"2025-11-11 00:00:07","payment":"1.00","#
        + #""buyer_nick":"东方不败","receiver_name":"张\u4e09","receiver_mobile":"13812345678","#
        + #""receiver_state":"浙江省","receiver_city":"杭州市","receiver_district":"西湖区","#
        + #""receiver_address":"文三路 90 号","receiver_zip":"310012","#
        + #""buyer_message":"周末\n在家","seller_memo":"加急","#
        + #""orders":{"order":[{"oid":2,"invoice_no":"SF1"}]}}]}}"#

    private static let columns: [(String, any WritableKeyPath<OrderRow, ByteRange> & Sendable)] = [
        ("buyer", \.buyer), ("name", \.receiverName), ("phone", \.receiverPhone),
        ("state", \.receiverState), ("city", \.receiverCity), ("district", \.receiverDistrict),
        ("address", \.receiverAddress), ("zip", \.receiverZip), ("message", \.buyerMessage),
        ("memo", \.sellerMemo),
    ]

    @Test(
        arguments: [
            (
                .store, "东方不败 张三 13812345678 浙江省 杭州市 西湖区 文三路 90 号 310012 周末\n在家 加急"
            ),
            (.mask, "东** 张** 138****5678 浙江省 杭州市 西湖区 文** 3** 周** 加急"),
            (.drop, "- - - - - - - - - 加急"),
        ] as [(PrivacyPolicy.Keeping, String)])
    func columnsAreKeptAsThePolicySays(receiver: PrivacyPolicy.Keeping, expected: String) throws {
        var page = try TaobaoAdapter().page(Self.body)
        for source in [RecordSource.list, .detail] {
            page.source = source
            filter(receiver, receiver == .store ? .store : .mask).apply(to: &page)
            let row = page.orders[0]
            let texts = Self.columns.map { page.text(row[keyPath: $0.1]) ?? "-" }
            #expect(texts.joined(separator: " ") == expected)
        }
    }

    /// The JSON of rows that could not be stored; what is no object may name a buyer anywhere.
    @Test(
        arguments: [
            (.store, [#"{"buyer_nick":"东方不败"}"#, #""东方不败""#]),
            (.mask, [#"{"buyer_nick":"东**"}"#, ""]), (.drop, ["", ""]),
        ] as [(PrivacyPolicy.Keeping, [String])])
    func rejectedRowsAreKeptAsThePolicySays(raw: PrivacyPolicy.Keeping, expected: [String]) throws {
        let body = #"{"trades":{"trade":[{"buyer_nick":"东方不败"},"东方不败"]},"has_next":false}"#
        let plain = try TaobaoAdapter().page(body)
        var content = AnswerContent.orders(plain)
        filter(raw == .store ? .store : .mask, raw).apply(to: &content)
        #expect(content.rejected.map { String(decoding: $0.raw, as: UTF8.self) } == expected)
        #expect(content.rejected.map(\.contentHash) == plain.rejected.map(\.contentHash))
    }

    /// Hashes stay those of the answer: an identical re-read is recognised under any policy.
    @Test func hashesAndEverythingElseStay() throws {
        let plain = try TaobaoAdapter().page(Self.body)
        for receiver in Keeping.allCases {
            for raw in Keeping.allCases {
                var page = plain
                filter(receiver, raw).apply(to: &page)
                #expect(page.orders[0].contentHash == plain.orders[0].contentHash)
                #expect(page.orders[0].idHash == plain.orders[0].idHash)
                #expect(page.orders[0].paymentFen == 100)
                #expect(page.orders[0].items == 0..<1)
                #expect(page.text(page.items[0].trackingNumber) == "SF1")
                #expect(page.bytes.starts(with: plain.bytes))
                if receiver == .store, raw == .store { #expect(page.bytes == plain.bytes) }
                let json = page.text(page.orders[0].raw)
                #expect((json == "") == (raw == .drop))
            }
        }
    }

    @Test(arguments: [
        // The value, masked, blank.
        (#"{"receiver_name":"张三"}"#, #"{"receiver_name":"张**"}"#, #"{"receiver_name":""}"#),
        (#"{"receiver_name":"张**"}"#, #"{"receiver_name":"张**"}"#, #"{"receiver_name":""}"#),
        (
            #"{"receiver_name":"\u5f20\u4e09"}"#, #"{"receiver_name":"张**"}"#,
            #"{"receiver_name":""}"#
        ),
        (
            #"{"receiver_name":"\u5f20**"}"#, #"{"receiver_name":"\u5f20**"}"#,
            #"{"receiver_name":""}"#
        ),
        (#"{"receiver_name":"\"x\""}"#, #"{"receiver_name":"\"**"}"#, #"{"receiver_name":""}"#),
        (#"{"receiver_name":null}"#, #"{"receiver_name":null}"#, #"{"receiver_name":null}"#),
        (#"{"receiver_name":""}"#, #"{"receiver_name":""}"#, #"{"receiver_name":""}"#),
        (
            #"{"receiver_mobile":13812345678,"num":1}"#,
            #"{"receiver_mobile":"138****5678","num":1}"#, #"{"receiver_mobile":"","num":1}"#
        ),
        (#"{"oaid":"1abc","x":[1, 2]}"#, #"{"oaid":"","x":[1, 2]}"#, #"{"oaid":"","x":[1, 2]}"#),
        (#"{"receiver_city":"杭州"}"#, #"{"receiver_city":"杭州"}"#, #"{"receiver_city":""}"#),
        // A member that the table does not know yet.
        (
            #"{"receiver_house":"7-302","receivers":1}"#, #"{"receiver_house":"","receivers":1}"#,
            #"{"receiver_house":"","receivers":1}"#
        ),
        (#"{"address_details":{"a":"x"}}"#, #"{"address_details":{}}"#, #"{"address_details":{}}"#),
        (#"{"buyer_email":["a@b.c"]}"#, #"{"buyer_email":[]}"#, #"{"buyer_email":[]}"#),
        // At any depth, with escapes in the name, and in JSON inside of a text.
        (
            #"{"a":[{"b":{"buyer_nick" : "东方"}}]}"#, #"{"a":[{"b":{"buyer_nick" : "东**"}}]}"#,
            #"{"a":[{"b":{"buyer_nick" : ""}}]}"#
        ),
        (
            #"{"\u0072eceiver_name":"张三"}"#, #"{"\u0072eceiver_name":"张**"}"#,
            #"{"\u0072eceiver_name":""}"#
        ),
        (
            #"{"attr":"{\"receiverName\":\"张三\",\"k\":1}"}"#,
            #"{"attr":"{\"receiverName\":\"张**\",\"k\":1}"}"#,
            #"{"attr":"{\"receiverName\":\"\",\"k\":1}"}"#
        ),
        (#"{"attr":"{no json"}"#, #"{"attr":"{no json"}"#, #"{"attr":"{no json"}"#),
        // These sound personal and are not.
        (
            #"{"invoice_no":"SF1","buyer_rate":true,"has_buyer_message":true,"address":"退货仓"}"#,
            #"{"invoice_no":"SF1","buyer_rate":true,"has_buyer_message":true,"address":"退货仓"}"#,
            #"{"invoice_no":"SF1","buyer_rate":true,"has_buyer_message":true,"address":"退货仓"}"#
        ),
        // Not JSON: no one knows what it says.
        (#"{"receiver_name":"张三""#, "", ""), ("张三 13812345678", "", ""),
        (#"{"a":1} 张三"#, "", ""), ("", "", ""),
    ])
    func theRawJSONIsRewritten(json: String, masked: String, blank: String) {
        #expect(rewritten(json, .mask) == masked)
        #expect(rewritten(json, .store) == masked, "raw = mask alone masks")
        #expect(rewritten(json, .drop) == blank)
        #expect(rewritten(masked, .mask) == masked, "once more changes nothing")
        #expect(rewritten(json, .store, .store) == json)
        #expect(rewritten(json, .drop, .drop) == "")
    }

    /// What is nested too deep to be read may contain anything: it goes, also inside of a text.
    @Test func whatIsNestedTooDeepIsDropped() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + #"{\"receiver_name\":\"张三\"}"#
                + String(repeating: "]", count: depth)
        }
        #expect(
            rewritten(#"{"attr":"\#(nested(60))","t":1}"#, .mask).contains("张**"), "not too deep")
        for depth in [64, 1_000, 100_000] {
            let json = #"{"attr":"\#(nested(depth))","t":1}"#
            #expect(rewritten(json, .mask) == #"{"attr":"","t":1}"#)
            #expect(rewritten(json, .store, .store) == json)
            let row = #"{"attr":\#(nested(depth).replacing("\\", with: "")),"t":1}"#
            #expect(rewritten(row, .mask) == "")
        }
    }

    /// Every member of the table, at several depths, in a refund as in an order.
    @Test func everyMemberIsHidden() {
        for (name, kind) in TaobaoPersonalMembers.table {
            let json = #"{"refund":[{"\#(name)":"甲乙丙丁13812345678","k":[{"\#(name)":"戊"}]}],"t":1}"#
            let masked = rewritten(json, .mask)
            #expect(masked.contains("乙丙丁") == (kind == .area), "\(name)")
            let dropped = rewritten(json, .drop)
            #expect(
                dropped == #"{"refund":[{"\#(name)":"","k":[{"\#(name)":""}]}],"t":1}"#, "\(name)")
        }
    }

    /// The platform's documented answers: what is no member of the table stays byte for byte, and
    /// the result is still an answer that decodes to the same rows.
    @Test func answersStayWhole() throws {
        for name in try Fixture.tradeAnswers() {
            let plain = try TaobaoAdapter().page(try Fixture.bytes(name))
            var page = plain
            filter(.mask, .mask).apply(to: &page)
            for (row, before) in zip(page.orders, plain.orders) {
                let masked = try #require(page.text(row.raw))
                let object = try Self.object(masked)
                let original = try Self.object(try #require(plain.text(before.raw)))
                #expect(Self.withoutPeople(object) == Self.withoutPeople(original), "\(name)")
                let telling = ["13512501826", "13819175372", "东方不败", "要送的礼物", "上衣要大一号"]
                #expect(!telling.contains { masked.contains($0) }, "\(name)")
            }
        }
    }

    private static func object(_ json: String) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8))
        return object as? [String: Any] ?? [:]
    }

    private static func withoutPeople(_ object: [String: Any]) -> NSDictionary {
        let names = Set(TaobaoPersonalMembers.table.map(\.name))
        return object.filter { !names.contains($0.key) } as NSDictionary
    }
}
