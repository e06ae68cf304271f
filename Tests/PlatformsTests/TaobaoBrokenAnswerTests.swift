import Foundation
import SyncCore
import Testing

@testable import Platforms

/// Answers that are none, or half of one: never a page, never a trap.
@Suite struct TaobaoBrokenAnswerTests {
    private let adapter = TaobaoAdapter()

    @Test func theAdapterReadsAnErrorInXML() throws {
        let body = try Fixture.bytes("edge/error_xml.xml")
        let failure = try #require(adapter.failure(body))
        #expect(failure.disposition == .throttled(.method, seconds: 2))
        #expect(failure.code == "7 accesscontrol.limited-by-app-api-access-count")
    }

    /// Half an element is none: `<code>4` may have been 40.
    @Test func aTruncatedXMLErrorNeverMeansAnotherOne() throws {
        let body = Array("<error_response><code>40</code><msg>m</msg></error_response>".utf8)
        for count in 0..<body.count {
            let failure = try #require(adapter.failure(Array(body[..<count])))
            let isMeant = failure.disposition == .badRequest
            #expect(isMeant || failure.code == "broken answer", "after \(count) bytes")
        }
    }

    @Test(arguments: [
        (200, Disposition.retry(afterSeconds: nil)), (502, .retry(afterSeconds: nil)),
        (500, .retry(afterSeconds: nil)), (503, .retry(afterSeconds: nil)),
        (302, .retry(afterSeconds: nil)), (408, .narrow(afterSeconds: nil)),
        (504, .narrow(afterSeconds: nil)), (429, .throttled(.app, seconds: nil)),
        (403, .misconfigured), (404, .misconfigured),
    ])
    func anHTMLBodyIsClassifiedByItsStatus(status: Int, meaning: Disposition) throws {
        let body = try Fixture.bytes("edge/html_gateway_page.txt")
        #expect(adapter.failure(body, status: status)?.disposition == meaning)
        #expect(adapter.failure([], status: status)?.disposition == meaning)
    }

    @Test func theAdapterBelievesNoPageWithAnotherStatusThan200() throws {
        let body = try Fixture.bytes("edge/increment_last_page.json")
        #expect(adapter.failure(body) == nil)
        for status in [100, 201, 302, 404, 500, 502, 504] {
            #expect(adapter.failure(body, status: status) != nil, "\(status)")
        }
    }

    @Test func noTruncatedBodyIsAPage() throws {
        let files = try Fixture.tradeAnswers() + Fixture.names(in: "errors")
        for file in files {
            let body = Fixture.compact(try Fixture.bytes(file))
            for count in 0..<body.count {
                let failure = adapter.failure(Array(body[..<count]))
                guard failure?.code == "broken answer" else {
                    Issue.record("\(file) cut after \(count) bytes: \(String(describing: failure))")
                    break
                }
            }
        }
    }

    @Test func noTruncatedAnswerStatesTheTime() throws {
        let body = try Fixture.bytes("answers/taobao.time.get.response.json")
        let whole = PlatformResponse(status: 200, body: body)
        guard case .serverTime(let time) = try adapter.decode(whole, to: .list(.serverTime)) else {
            Issue.record("no time")
            return
        }
        #expect(time == UTCInstant(seconds: 946_656_000))  // 2000-01-01 00:00:00 in Beijing.
        let end = try #require(body.lastIndex(of: UInt8(ascii: "}")))
        for count in 0..<end {
            let part = PlatformResponse(status: 200, body: Array(body[..<count]))
            #expect(throws: CallFailure.self) {
                try adapter.decode(part, to: .list(.serverTime))
            }
        }
    }

    @Test(arguments: [
        "", " ", "\n\n", "null", "[]", "0", "\"\"", "true", "{", "{}}", "{}{}", "{}\u{FEFF}",
        #"{"trades":5}"#, #"{"trades":"x"}"#, #"{"trades":true}"#, #"{"trades":{"trade":7}}"#,
        #"{"trades":{"trade":[{"tid":1,"payment":NaN}]}}"#,
        #"{"has_next":{}}"#, #"{"total_results":[1]}"#, #"{"error_response":null}"#,
    ])
    func aBrokenAnswerIsNoPage(body: String) {
        #expect(adapter.failure(Array(body.utf8))?.code == "broken answer")
    }

    @Test func theAdapterSurvivesDeepNesting() {
        let open = #"{"trades":{"trade":["# + String(repeating: "[", count: 100_000)
        #expect(adapter.failure(Array(open.utf8))?.code == "broken answer")
    }

    /// A login page, a proxy: named for what they are, with the host alone.
    @Test(
        arguments: [
            (302, "login.example.test", "redirects to login.example.test"),
            (307, nil, "redirects to another address"),
            (407, nil, "user name and a password (407)"),
            (511, nil, "wants a login (511)"),
        ] as [(Int, String?, String)])
    func theAdapterNamesWhatStandsBetween(status: Int, host: String?, text: String) {
        let response = PlatformResponse(
            status: status, body: Array("<html>login</html>".utf8), redirectHost: host)
        for adapter in [TaobaoAdapter(), PinduoduoAdapter()] as [any PlatformAdapter] {
            for call in [Call.list(.serverTime), .list(.ordersChanged), .order("1")] {
                do throws(CallFailure) {
                    _ = try adapter.decode(response, to: call)
                    Issue.record("an answer was found")
                } catch {
                    #expect(error.disposition == .retry(afterSeconds: nil))
                    #expect(error.code == "http \(status)")
                    #expect(error.line.contains(text))
                }
            }
        }
        let failure = #expect(throws: AuthorisationFailure.self) {
            try TaobaoAuthorisation().decode(response, now: UTCInstant(seconds: 0))
        }
        #expect(failure?.line.contains(text) == true)
    }

    @Test func theAdapterSaysThatAPageIsNoJSON() {
        let page = Array("\n<!DOCTYPE html><html>login</html>".utf8)
        #expect(TaobaoAdapter().failure(page)?.line.contains("a web page instead of JSON") == true)
    }
}
