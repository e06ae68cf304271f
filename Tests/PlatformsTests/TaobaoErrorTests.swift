import Foundation
import SyncCore
import Testing

@testable import Platforms

@Suite struct TaobaoErrorTests {
    private let adapter = TaobaoAdapter()

    private struct Index: Decodable {
        struct Entry: Decodable {
            let file: String
            let `class`: String
            let retryAfterS: Int64?
        }

        let errors: [Entry]
    }

    @Test func everyBodyIsClassifiedAsTheIndexSays() throws {
        let index: Index = try Fixture.decoded("errors/index.json")
        let files = try Fixture.names(in: "errors")
        #expect(Set(index.errors.map { "errors/\($0.file)" }) == Set(files))
        for entry in index.errors {
            let body = try Fixture.bytes("errors/\(entry.file)")
            let text = String(decoding: body, as: UTF8.self)
            // Of a trace, where every meaning can be one.
            let failure = try #require(adapter.failure(text, to: .trace("1")), "\(entry.file)")
            #expect(
                Self.isMeant(failure.disposition, entry.class, entry.retryAfterS),
                "\(entry.file): \(failure)")
            #expect(failure.isUnknownCode == (entry.file == "unknown_code.json"), "\(entry.file)")
            #expect(!failure.line.isEmpty, "\(entry.file)")
            #expect(!failure.code.isEmpty, "\(entry.file)")
            // The status changes nothing: what the platform says counts.
            #expect(
                adapter.failure(text, to: .trace("1"), status: 400) == failure, "\(entry.file)")
        }
    }

    /// The classes of `errors/index.json` in the core's words.
    private static func isMeant(
        _ disposition: Disposition, _ name: String, _ seconds: Int64?
    ) -> Bool {
        switch (name, disposition) {
        case ("retry_after", .throttled(_, seconds: seconds)): true
        case ("retry_after", .narrow(afterSeconds: .some(seconds ?? -1))): true
        case ("retry_backoff", .retry(afterSeconds: nil)): true
        case ("retry_backoff", .narrow(afterSeconds: nil)): true
        case ("reauthorize_shop", .unauthorised): true
        case ("fatal_config", .misconfigured): true
        case ("fix_clock_then_retry", .clockSkew): true
        case ("bug", .badRequest), ("bad_request", .badRequest): true
        case ("skip_item", .notFound): true
        case ("no_data", .empty): true
        default: false
        }
    }

    @Test(arguments: [
        ("accesscontrol.limited-by-app-access-count", ThrottleScope.app),
        ("accesscontrol.limited-by-api-access-count", .method),
        ("accesscontrol.limited-by-app-api-access-count", .method),
        ("accesscontrol.limited-by-dynamic-access-count", .method),
        ("isp.call-limited", .method),
        ("accesscontrol.limited-by-something-new", .app),
        ("", .app),
    ])
    func aBanFreezesTheScopeThatIsNamed(subCode: String, scope: ThrottleScope) {
        let failure = TaobaoErrors.classify(
            code: 7, message: "App Call Limited", subCode: subCode,
            subMessage: "This ban will last for 12 more seconds")
        #expect(failure.disposition == .throttled(scope, seconds: 12))
        #expect(!failure.isUnknownCode)
    }

    @Test(
        arguments: [
            ("This ban will last for 31062 more seconds", 31_062),
            ("This ban will last for 1 more seconds", 1),
            ("This ban will last for 0 more seconds", 0),
            ("", nil), ("more", nil), ("more seconds", nil), ("for ever more seconds", nil),
            ("This ban will last for 1.5 more seconds", nil),
            ("This ban will last for -3 more seconds", nil),
            // Years, or a number that no multiplication survives: the core adds it to a clock.
            ("This ban will last for 9223372036854775807 more seconds", 86_400),
            ("This ban will last for 9999999999 more seconds", 86_400),
            ("This ban will last for 99999999999999999999 more seconds", 86_400),
        ] as [(String, Int64?)])
    func theAdapterReadsTheSecondsOfABan(text: String, seconds: Int64?) {
        #expect(TaobaoErrors.banSeconds(text) == seconds)
    }

    @Test(
        arguments: [
            (15, "isv.invalid-permission", Disposition.badRequest, false),
            (15, "isp.top-mapping-parse-error", .badRequest, false),
            (15, "isp.http-connection-timeout", .narrow(afterSeconds: nil), false),
            (15, "isp.top-remote-connection-timeout-tmall", .narrow(afterSeconds: nil), false),
            (15, "isp.never-heard-of", .retry(afterSeconds: nil), false),
            (15, "isv.permission-api-package-empty", .misconfigured, false),
            (15, "isv.never-heard-of", .retry(afterSeconds: nil), true),
            (53, "invalid-sessionkey", .unauthorised, false),
            (10, "invalid-sessionkey", .unauthorised, false),
            (24, "", .misconfigured, false), (28, "", .misconfigured, false),
            (30, "", .clockSkew, false), (44, "", .unauthorised, false),
            (47, "", .badRequest, false),
            (150, "", .unauthorised, false), (201, "", .retry(afterSeconds: nil), true),
            (0, "", .retry(afterSeconds: nil), true), (-1, "", .retry(afterSeconds: nil), true),
        ] as [(Int, String, Disposition, Bool)])
    func everyCodeIsClassified(code: Int, subCode: String, meaning: Disposition, isUnknown: Bool) {
        let failure = TaobaoErrors.classify(
            code: code, message: "", subCode: subCode, subMessage: "")
        #expect(failure.disposition == meaning)
        #expect(failure.isUnknownCode == isUnknown)
    }

    @Test(arguments: [
        #"{"error_response":{"code":"27","msg":"Invalid session"}}"#,
        #"{"error_response":{"sub_code":"session\u002dexpired"}}"#,
        #"{"error_response":{"code":27,"msg":null,"sub_code":null,"more":{"a":[1]}}}"#,
        #"{"error_response":{"code":27,"code_list":[27]},"request_id":"x"}"#,
    ])
    func theAdapterReadsErrorBodiesOfEveryForm(body: String) {
        #expect(adapter.failure(Array(body.utf8))?.disposition == .unauthorised)
    }

    /// Megabytes of text are not searched word by word.
    @Test func theAdapterReadsTheStartOfALongText() {
        let long = String(repeating: "word ", count: 1 << 18)
        let body = TaobaoErrorBody(
            code: 7, subMessage: ErrorText.bounded("This ban will last for 5 more seconds \(long)"))
        #expect(body.subMessage.utf8.count == 4_096)
        #expect(TaobaoErrors.classify(body).disposition == .throttled(.app, seconds: 5))
        let json = #"{"error_response":{"code":7,"sub_msg":"for 5 more seconds \#(long)"}}"#
        #expect(adapter.failure(Array(json.utf8))?.disposition == .throttled(.app, seconds: 5))
    }
}
