import SyncCore
import Testing

@testable import Platforms

@Suite struct TaobaoRefundTests {
    private let adapter = TaobaoAdapter()
    private let list = Call.list(.refundsChanged)

    private func page(_ body: [UInt8]) throws -> (RefundPage, PageSummary) {
        guard case .refunds(let page, let summary) = try adapter.answer(body, to: list) else {
            preconditionFailure("a list of refunds")
        }
        return (page, summary)
    }

    private func refund(_ members: String) throws -> RefundRow {
        let body =
            #"{"refund_get_response":{"refund":{"refund_id":"1","tid":2,"refund_fee":"1.00","#
            + #""status":"CLOSED","modified":"2025-11-11 00:00:00"\#(members)}}}"#
        guard case .refund(let page) = try adapter.answer(Array(body.utf8), to: .refund("1")),
            let refund = page.refunds.first
        else { preconditionFailure("one refund") }
        return refund
    }

    @Test(arguments: [
        ("refunds/taobao.refunds.receive.get.response.json", true),
        ("refunds/taobao.refund.get.response.json", false),
    ])
    func theDecoderReadsTheFixtures(file: String, isList: Bool) throws {
        let body = try Fixture.bytes(file)
        var found: RefundRow?
        switch try adapter.answer(body, to: isList ? list : .refund("2231958349")) {
        case .refunds(let page, let summary):
            #expect(isList)
            #expect(page.source == .list)
            #expect(page.refunds.count == 1)
            #expect(summary.total == 100)
            #expect(summary.hasNext == true)
            #expect(summary.rows.compactMap(\.at) == [UTCInstant(seconds: 946_656_000)])
            found = page.refunds.first
        case .refund(let page):
            #expect(!isList)
            #expect(page.source == .detail)
            #expect(page.refunds.count == 1)
            found = page.refunds.first
        default: break
        }
        var refund = try #require(found)
        #expect(Fixture.compact(body).contains(Fixture.compact(Array(refund.raw.utf8))))
        #expect(refund.contentHash != 0)
        (refund.raw, refund.contentHash, refund.earlierHash) = ("", 0, 0)
        var expected = RefundRow(id: "2231958349", modifiedAt: UTCInstant(seconds: 946_656_000))
        (expected.order, expected.item) = ("2231958349", "2231958349")
        (expected.status, expected.platformStatus) = (.requested, "WAIT_SELLER_AGREE")
        (expected.refundFen, expected.paymentFen) = (20_007, 20_007)
        (expected.reason, expected.text, expected.title) = ("不喜欢", "hello", "麦包包")
        (expected.goodStatus, expected.phase) = ("BUYER_NOT_RECEIVED", "onsale")
        (expected.kind, expected.buyer) = ("REFUND", "tbtest561")
        (expected.returnCompany, expected.returnTrackingNumber) = ("申通快递", "1324657987")
        expected.createdAt = UTCInstant(seconds: 946_656_000)
        #expect(refund == expected)
    }

    @Test(
        arguments: [
            ("WAIT_SELLER_AGREE", .requested), ("WAIT_BUYER_RETURN_GOODS", .returning),
            ("WAIT_SELLER_CONFIRM_GOODS", .returned), ("SELLER_REFUSE_BUYER", .refused),
            ("CLOSED", .closed), ("SUCCESS", .completed),
            ("WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS", .exchanging),
            ("EXCHANGE_TRANSFORM_TO_REFUND", .requested),
            ("WAIT_SELLER_CONSIGN_GOODS", .exchanging),
            // As documented samples have it, and what no one has heard of.
            ("SUCCESS(退款成功)", .completed), ("NEVER_HEARD_OF", .unknown),
        ] as [(String, RefundStatus)])
    func everyStatusIsUnified(status: String, expected: RefundStatus) throws {
        let body = #"""
            {"refunds":[{"refund_id":"1","modified":"2025-11-11 00:00:00","status":"\#(status)"}]}
            """#
        let refund = try #require(try page(Array(body.utf8)).0.refunds.first)
        #expect(refund.status == expected)
        #expect(refund.platformStatus == status.split(separator: "(").first.map(String.init))
    }

    /// Wrapped, simplified, and one object instead of a list.
    @Test(arguments: [
        #"{"refunds_receive_get_response":{"has_next":false,"refunds":{"refund":[ROW]}}}"#,
        #"{"refunds_receive_get_response":{"has_next":"false","refunds":{"refund":ROW}}}"#,
        #"{"has_next":false,"refunds":[ROW],"request_id":"x"}"#,
        #"{"refunds":{"refund":[ROW]},"has_next":false}"#,
    ])
    func theDecoderReadsEveryForm(form: String) throws {
        let row =
            #"{"refund_id":9007199254740993,"tid":"3147029749005308888","oid":3147029749005308889,"#
            + #""modified":"2025-11-11 08:00:00","refund_fee":0.5}"#
        let (page, summary) = try page(Array(form.replacing("ROW", with: row).utf8))
        let refund = try #require(page.refunds.first)
        #expect(page.refunds.count == 1)
        #expect(summary.hasNext == false)
        #expect(summary.total == nil)
        #expect(refund.id == "9007199254740993")
        #expect(refund.order == "3147029749005308888")
        #expect(refund.item == "3147029749005308889")
        #expect(refund.refundFen == 50)
        #expect(refund.platformStatus == nil)
        #expect(refund.status == .unknown)
        #expect(refund.raw == row)
        #expect(refund.lacksEssentials)
    }

    /// A refund of an unknown order would be in no report: it is rejected, and read in full.
    @Test(arguments: ["3.147e18", "1e400", #""3.147029749005308888E18""#, "true", "[1]"])
    func anInexactOrderIsRejected(tid: String) throws {
        let body = #"""
            {"refunds":[{"refund_id":"1","tid":\#(tid),"modified":"2025-11-11 00:00:00"}],
            "total_results":1}
            """#
        let (page, summary) = try page(Array(body.utf8))
        #expect(page.refunds.isEmpty)
        #expect(summary.rejectedCount == 1)
        #expect(page.rejected.map(\.reason) == [.unusableID])
        #expect(page.rejected.map(\.id) == ["1"])
    }

    /// A page that is empty or says nothing is for the core to judge.
    @Test(
        arguments: [
            (#"{"refunds_receive_get_response":{"has_next":false}}"#, false, nil),
            (#"{"refunds_receive_get_response":{"total_results":0}}"#, nil, 0),
            (#"{"refunds_receive_get_response":{"refunds":{},"has_next":false}}"#, false, nil),
            (#"{"refunds_receive_get_response":{"request_id":"x"}}"#, nil, nil),
        ] as [(String, Bool?, Int?)])
    func emptyPagesSayWhatTheySay(body: String, hasNext: Bool?, total: Int?) throws {
        let (page, summary) = try page(Array(body.utf8))
        #expect(page.refunds.isEmpty)
        #expect(summary.rows.isEmpty)
        #expect(summary.hasNext == hasNext)
        #expect(summary.total == total)
    }

    @Test(arguments: [
        "", " ", "null", "[]", "1", "{", "<html></html>",
        #"{"refunds":7}"#, #"{"refunds":{"refund":7}}"#,
    ])
    func aBrokenAnswerIsNoPage(body: String) {
        #expect(adapter.failure(body, to: list)?.code == "broken answer", "\(body)")
    }

    /// Another refund, a hollow one, none: nothing of it may be stored.
    @Test(arguments: [
        #"{"refund_get_response":{}}"#, #"{"refund_get_response":{"refund":{}}}"#,
        #"{"refund_get_response":{"refund":null}}"#, "{}", "<html></html>", "",
        #"{"refund":{"refund_id":"2","tid":2,"refund_fee":"1","status":"CLOSED","#
            + #""modified":"2025-11-11 00:00:00"}}"#,
        #"{"refund":{"refund_id":"1","modified":"2025-11-11 00:00:00"}}"#,
        #"{"refund":{"refund_id":"1","tid":2,"status":"CLOSED","#
            + #""modified":"2025-11-11 00:00:00"}}"#,
        #"{"refund":{"tid":2,"refund_fee":"1","status":"CLOSED","#
            + #""modified":"2025-11-11 00:00:00"}}"#,
    ])
    func anotherRefundIsRefused(body: String) {
        #expect(adapter.failure(body, to: .refund("1"))?.code == "broken answer", "\(body)")
    }

    @Test func theEndIsRead() throws {
        #expect(
            try refund(#","end_time":"2025-11-11 08:00:00""#).endedAt
                == UTCInstant(seconds: 1_762_819_200))
        #expect(try refund("").endedAt == nil)
        #expect(try refund(#","end_time":"soon","reason":"""#).reason == nil)
    }

    @Test func anyChangeOfTheRowChangesItsHash() throws {
        let hashes = try ["", #","num":1"#, #","num":2"#, #","desc":"x""#].map {
            try refund($0).contentHash
        }
        #expect(Set(hashes).count == 4)
        #expect(try refund("").contentHash == hashes[0])
    }

    @Test func noTruncatedBodyIsAnAnswer() throws {
        for file in try Fixture.names(in: "refunds") + Fixture.names(in: "parcels") {
            let body = Fixture.compact(try Fixture.bytes(file))
            let calls = [
                list, .refund("2231958349"), .trace("1324657987"), .parcels("125555221"),
            ]
            for call in calls {
                for count in 0..<body.count {
                    let part = String(decoding: body[..<count], as: UTF8.self)
                    guard adapter.failure(part, to: call)?.code == "broken answer" else {
                        Issue.record("\(file) cut after \(count) bytes")
                        break
                    }
                }
            }
        }
    }
}
