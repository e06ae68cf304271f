import SyncCore
import Testing
import WireFormat

@testable import Platforms

@Suite struct PinduoduoErrorTests {
    /// 2023-11-15 06:13:20 in Beijing.
    private let time = UTCInstant(seconds: 1_700_000_000)

    private func failure(_ body: String, status: Int = 200) -> CallFailure? {
        failure(Array(body.utf8), status: status)
    }

    private func failure(_ body: [UInt8], status: Int = 200) -> CallFailure? {
        do {
            _ = try PinduoduoDocument.content(
                PlatformResponse(status: status, body: body), at: time)
            return nil
        } catch {
            return error
        }
    }

    private static let met: [(file: String, Disposition)] = [
        ("10000.pid-mismatch", .misconfigured), ("10000", .badRequest), ("10001", .badRequest),
        ("10019", .unauthorised), ("20004", .misconfigured), ("20004.sub-null", .misconfigured),
        ("20031", .unauthorised), ("50001.1000000-internal", .retry(afterSeconds: nil)),
        ("50001.60001-authority", .misconfigured), ("50001.text-subcode", .badRequest),
        ("50001.window-too-long", .narrow(afterSeconds: nil)),
        ("52101.synthetic", .throttled(.method, seconds: nil)),
        ("70031.synthetic", .throttled(.method, seconds: nil)),
        ("70036.synthetic", .throttled(.app, seconds: 64_000)),
    ]

    @Test func everyBodyIsClassified() throws {
        let files = try Fixture.names(in: "pinduoduo").filter { $0.contains("/error.") }
        let named = Self.met.map { "pinduoduo/error.\($0.file).response.json" }
        #expect(Set(files) == Set(named))
        for (name, (file, disposition)) in zip(named, Self.met) {
            let body = try Fixture.bytes(name)
            let failure = try #require(self.failure(body), "\(file)")
            #expect(failure.disposition == disposition, "\(file)")
            #expect(!failure.isUnknownCode, "\(file)")
            // The status changes nothing: what the platform says counts.
            #expect(self.failure(body, status: 400) == failure, "\(file)")
        }
    }

    @Test(arguments: [
        (10_000, Disposition.badRequest), (10_001, .clockSkew), (10_016, .misconfigured),
        (10_017, .badRequest), (10_018, .misconfigured), (10_019, .unauthorised),
        (20_004, .misconfigured), (20_005, .misconfigured), (20_031, .unauthorised),
        (20_032, .unauthorised), (20_034, .misconfigured), (20_035, .misconfigured),
        (21_001, .badRequest), (21_002, .badRequest), (30_000, .misconfigured),
        (30_001, .misconfigured), (50_000, .retry(afterSeconds: nil)),
        (50_002, .retry(afterSeconds: nil)), (52_001, .retry(afterSeconds: nil)),
        (52_002, .retry(afterSeconds: nil)), (52_004, .badRequest),
        (52_101, .throttled(.method, seconds: nil)), (52_102, .throttled(.method, seconds: 60)),
        (52_103, .throttled(.method, seconds: 60)), (70_031, .throttled(.method, seconds: nil)),
        (70_032, .misconfigured), (70_033, .throttled(.method, seconds: 120)),
        (70_034, .misconfigured),
        (70_035, .misconfigured), (70_036, .throttled(.app, seconds: nil)),
    ])
    func theAdviceExplainsTheWholeTable(code: Int, disposition: Disposition) {
        let failure = PinduoduoErrors.explain("\(code)")
        #expect(failure.disposition == disposition)
        #expect(!failure.isUnknownCode)
        #expect(!failure.line.isEmpty)
        #expect(!failure.line.contains("\n"))
        #expect(failure.code == "\(code)")
    }

    /// A clock that is off is one of several things that 10001 can mean; the text decides.
    @Test(arguments: [
        ("timestamp", Disposition.clockSkew), ("type", .badRequest), ("version", .badRequest),
        ("client_id", .misconfigured), ("sign", .misconfigured), ("access_token", .unauthorised),
        ("", .clockSkew),
    ])
    func theAdapterReadsWhichCommonParameterIsWrong(name: String, disposition: Disposition) {
        let json = #"{"error_response":{"error_code":10001,"error_msg":"公共参数错误:\#(name)"}}"#
        #expect(failure(json)?.disposition == disposition)
    }

    @Test(
        arguments: [
            ("50001 1000000", Disposition.retry(afterSeconds: nil), false),
            ("50001 60001", .misconfigured, false), ("60001", .misconfigured, false),
            ("1000000", .retry(afterSeconds: nil), false), ("48001", .badRequest, false),
            ("ISV_TRACK_ERROR", .empty, false),
            ("isv.invalid-parameter:cat_id", .badRequest, false),
            ("50001", .retry(afterSeconds: nil), false),
            ("50001 7", .retry(afterSeconds: nil), true),
            ("12345", .retry(afterSeconds: nil), true),
        ] as [(String, Disposition, Bool)])
    func theAdviceExplainsBusinessErrors(text: String, disposition: Disposition, isUnknown: Bool) {
        let failure = PinduoduoErrors.explain(text)
        #expect(failure.disposition == disposition)
        #expect(failure.isUnknownCode == isUnknown)
    }

    /// 10000 means two things, and only the answer's text decides which.
    @Test func theAdviceExplainsBothMeaningsOfAWrongParameter() {
        let line = PinduoduoErrors.explain("10000").line
        #expect(line.contains("report this"))
        #expect(line.contains("`ordersync pid list`"))
        #expect(!PinduoduoErrors.explain("21001").line.contains("pid"))
    }

    /// `sub_code` comes as null, digits, text or number, and may be missing.
    @Test(arguments: [
        ("null", "50001"), (#""1000000""#, "50001 1000000"), ("1000000", "50001 1000000"),
        (#""""#, "50001"), (#""50001""#, "50001"), (#""isv.invalid""#, "50001 isv.invalid"),
    ])
    func theAdapterTakesAnySubCode(subCode: String, code: String) {
        let body = """
            {"error_response":{"error_msg":"error","sub_msg":"error","sub_code":\(subCode),\
            "error_code":50001,"request_id":"1"}}
            """
        #expect(failure(body)?.code == code)
        #expect(failure(body)?.line.hasSuffix("(error)") == true)
    }

    @Test(
        arguments: [
            (1_700_000_000, 64_000), (1_699_977_599, 1), (1_699_977_600, 86_400),
        ] as [(Int64, Int64)])
    func theAdapterCountsTheRestOfTheBeijingDay(at: Int64, left: Int64) {
        #expect(PinduoduoErrors.secondsOfDayLeft(UTCInstant(seconds: at)) == left)
    }

    @Test(
        arguments: [
            ("", 200, Disposition.retry(afterSeconds: nil)),
            ("<html>502 Bad Gateway</html>", 502, .retry(afterSeconds: nil)),
            ("<html></html>", 504, .narrow(afterSeconds: nil)),
            (#"{"order_list_get_response":{"order_l"#, 200, .retry(afterSeconds: nil)),
            ("[]", 200, .retry(afterSeconds: nil)), ("{}", 404, .misconfigured),
            ("{}", 429, .throttled(.app, seconds: nil)),
        ] as [(String, Int, Disposition)])
    func theAdapterBelievesNoBrokenAnswer(body: String, status: Int, disposition: Disposition) {
        #expect(failure(body, status: status)?.disposition == disposition)
    }

    /// The table of section 4: irregular names, a misspelt one, and none at all.
    @Test(arguments: [
        "order_sn_increment_get_response", "logistics_ordertrace_get_resposne", "x_response",
    ])
    func theAdapterOpensEveryEnvelope(node: String) throws {
        let body = Array(#"{"\#(node)":{"id":9007199254740993},"request_id":"1"}"#.utf8)
        let content = try PinduoduoDocument.content(
            PlatformResponse(status: 200, body: body), at: time)
        #expect(content["id"]?.integer == 9_007_199_254_740_993)
        let flat = try PinduoduoDocument.content(
            PlatformResponse(status: 200, body: Array(#"{"id":"7"}"#.utf8)), at: time)
        #expect(flat["id"]?.integer == 7)
    }
}
