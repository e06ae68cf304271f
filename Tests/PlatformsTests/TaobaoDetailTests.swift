import SyncCore
import Testing

@testable import Platforms

/// One order in full, and the envelope that answers about single things share.
@Suite struct TaobaoDetailTests {
    private let adapter = TaobaoAdapter()
    private static let calls: [Call] = [
        .list(.refundsChanged), .refund("1"), .trace("1"), .parcels("1"), .order("1"),
    ]

    @Test func theDecoderReadsAnOrderInFull() throws {
        for (file, id) in [
            ("edge/trade_fullinfo_two_orders.json", "3147029749005308888"),
            ("edge/trade_fullinfo_partly_shipped.json", "3147029749005308888"),
        ] {
            let body = try Fixture.bytes(file)
            let text = String(decoding: body, as: UTF8.self)
            let tid = text.firstMatch(of: #/"tid": *(\d+)/#).map { String($0.1) } ?? id
            guard case .order(let page) = try adapter.answer(body, to: .order(tid)) else {
                Issue.record("no order")
                return
            }
            #expect(page.source == .detail, "\(file)")
            #expect(page.orders.count == 1, "\(file)")
            #expect(page.text(page.orders[0].id) == tid, "\(file)")
            #expect(!page.orders[0].isSparse, "\(file)")
            #expect(adapter.failure(text, to: .order(tid + "0"))?.code == "broken answer")
        }
    }

    /// Stored, they would call the order complete, or be another's.
    @Test(arguments: [
        "", "{}", "null", "[]", "<html></html>", #"{"trade_fullinfo_get_response":{}}"#,
        #"{"trade_fullinfo_get_response":{"request_id":"x"}}"#,
        #"{"trade":{"tid":1,"status":"TRADE_FINISHED","modified":"2025-11-11 00:00:00"}}"#,
        #"{"trade":{"tid":2,"payment":"1","modified":"2025-11-11 00:00:00"}}"#,
        #"{"trade":{"payment":"1","modified":"2025-11-11 00:00:00"}}"#,
        #"{"trades":{"trade":[{"tid":1,"payment":"1","modified":"2025-11-11 00:00:00"},"#
            + #"{"tid":2,"payment":"1","modified":"2025-11-11 00:00:00"}]}}"#,
    ])
    func anotherOrderIsRefused(body: String) {
        #expect(adapter.failure(body, to: .order("1"))?.code == "broken answer", "\(body)")
    }

    @Test(arguments: [
        #"{"trade_fullinfo_get_response":{"trade":{"tid":1,"payment":"1","modified":"TIME"}}}"#,
        #"{"trade":{"tid":"1","payment":"1","modified":"TIME"},"request_id":"x"}"#,
    ])
    func theDecoderReadsEveryForm(form: String) {
        let body = form.replacing("TIME", with: "2025-11-11 00:00:00")
        #expect(adapter.failure(body, to: .order("1")) == nil)
    }

    /// "Nothing there" is an answer of these calls alone: DecodingRuleTests.
    private static let parcelCalls: [Call] = [.trace("1"), .parcels("1")]

    /// Every call means the same by the same error.
    @Test func everyBodyIsClassifiedAlike() throws {
        for file in try Fixture.names(in: "errors") {
            let body = try Fixture.bytes(file)
            let text = String(decoding: body, as: UTF8.self)
            let expected = try #require(adapter.failure(text, to: .trace("1")), "\(file)")
            for call in expected.disposition == .empty ? Self.parcelCalls : Self.calls {
                #expect(adapter.failure(text, to: call) == expected, "\(file)")
                #expect(adapter.failure(text, to: call, status: 500) == expected, "\(file)")
            }
        }
        let xml = try Fixture.bytes("edge/error_xml.xml")
        for call in Self.calls {
            let failure = adapter.failure(String(decoding: xml, as: UTF8.self), to: call)
            #expect(failure != nil)
            #expect(failure == adapter.failure(xml))
        }
    }

    @Test(
        arguments: [
            ("isv.trade-not-exist", .notFound, false), ("isv.refund-not-exist", .notFound, false),
            ("isv.order-no-trace", .empty, false), ("isp.order-no-trace", .empty, false),
            ("isv.split-data-error", .badRequest, true),
            ("isv.split-data-error:CD22", .badRequest, true),
            ("isv.split-data-error:CD24", .badRequest, true),
            ("isv.invalid-parameter:tid", .badRequest, false),
            ("isv.missing-parameter:sub_tid", .badRequest, false),
            ("isv.invalid-permission", .badRequest, false),
            ("isv.permission-api-package-limit", .misconfigured, false),
            ("isp.remote-service-error", .retry(afterSeconds: nil), false),
            ("isp.call-limited", .throttled(.method, seconds: nil), false),
        ] as [(String, Disposition, Bool)])
    func theDecoderSaysWhatTheSubCodeMeans(subCode: String, meaning: Disposition, isSplit: Bool) {
        let body =
            #"{"error_response":{"code":15,"msg":"Remote service error","sub_code":"\#(subCode)"}}"#
        for call in meaning == .empty ? Self.parcelCalls : Self.calls {
            let failure = adapter.failure(body, to: call)
            #expect(failure?.disposition == meaning)
            #expect(failure?.isSplitOrder == isSplit)
            #expect(failure?.isUnknownCode == false)
        }
    }

    @Test func markupAndSilenceAreClassifiedByTheStatus() {
        for call in Self.calls {
            for body in ["", "<html></html>", " \n"] {
                #expect(
                    adapter.failure(body, to: call, status: 504)?.disposition
                        == .narrow(afterSeconds: nil))
                #expect(
                    adapter.failure(body, to: call, status: 429)?.disposition
                        == .throttled(.app, seconds: nil))
            }
            #expect(adapter.failure("{}", to: call, status: 302) != nil)
        }
    }
}
