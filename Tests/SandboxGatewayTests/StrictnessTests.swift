import SyncCore
import Testing
import WireFormat

@testable import SandboxGateway

/// Each wrong request, and the code that the platform answers it with.
@Suite struct StrictnessTests {
    typealias Row = (
        why: String, method: String, changes: [String: String?], code: String, subCode: String?
    )

    private static let list = "taobao.trades.sold.increment.get"

    static let rows: [Row] = [
        ("no method", "", ["method": nil], "21", nil),
        ("method unknown", "taobao.trades.stolen.get", [:], "22", nil),
        ("no key", list, ["app_key": nil], "28", nil),
        ("other key", list, ["app_key": "87654321"], "29", "isv.appkey-not-exists"),
        ("no time", list, ["timestamp": nil], "30", nil),
        ("time in milliseconds", list, ["timestamp": "1762862400000"], "31", nil),
        ("eleven minutes late", list, ["timestamp": "2025-11-11 19:49:00"], "31", nil),
        ("eleven minutes early", list, ["timestamp": "2025-11-11 20:11:00"], "31", nil),
        ("time of another zone", list, ["timestamp": "2025-11-11 12:00:00"], "31", nil),
        ("format unknown", list, ["format": "yaml"], "<code>23</code>", nil),
        ("no version", list, ["v": nil], "32", nil),
        ("old version", list, ["v": "1.0"], "33", nil),
        ("no signature method", list, ["sign_method": nil], "40", nil),
        ("signature method unknown", list, ["sign_method": "sha1"], "41", "isv.invalid-parameter"),
        ("no signature", list, ["sign": nil], "24", nil),
        ("signature wrong", list, ["sign": "00"], "25", nil),
        ("no session", list, ["session": nil], "26", nil),
        ("session wrong", list, ["session": "6102abc"], "27", "invalid-sessionkey"),
        ("no fields", list, ["fields": nil], "40", nil),
        ("no start", list, ["start_modified": nil], "40", nil),
        ("no end", list, ["end_modified": nil], "40", nil),
        ("start is no date", list, ["start_modified": "yesterday"], "41", "isv.invalid-parameter"),
        (
            "end before start", list, ["end_modified": "2025-11-10 19:00:00"], "50",
            "isv.invalid-parameter:start_modified"
        ),
        (
            "end at start", list, ["end_modified": "2025-11-10 20:00:00"], "50",
            "isv.invalid-parameter:start_modified"
        ),
        (
            "a day and a second", list, ["end_modified": "2025-11-11 20:00:01"], "50",
            "isv.invalid-parameter:end_modified"
        ),
        ("page 0", list, ["page_no": "0"], "50", "isv.invalid-parameter:page_no"),
        ("page x", list, ["page_no": "x"], "41", "isv.invalid-parameter"),
        ("101 a page", list, ["page_size": "101"], "50", "isv.invalid-parameter:page_size"),
        ("flag", list, ["use_has_next": "1"], "41", "isv.invalid-parameter"),
        ("status", list, ["status": "PAID"], "50", "isv.invalid-parameter:status"),
        ("type", list, ["type": "fixed,gift"], "50", "isv.invalid-parameter:type"),
        (
            "too old", "taobao.trades.sold.get", ["start_created": "2025-08-12 23:59:59"], "50",
            "isv.invalid-parameter:start_created"
        ),
        ("no tid", "taobao.trade.fullinfo.get", [:], "40", nil),
        (
            "tid of no order", "taobao.trade.fullinfo.get", ["tid": "3147029749005308888"], "15",
            "isv.trade-not-exist"
        ),
    ]

    @Test(arguments: rows.indices)
    func theGatewayRefusesWrongCalls(row: Int) {
        let row = StrictnessTests.rows[row]
        var caller = Caller()
        var parameters: [String: String?] = [
            "fields": "tid", "start_modified": "2025-11-10 20:00:00",
            "end_modified": "2025-11-11 20:00:00",
        ]
        parameters.merge(row.changes) { $1 }
        let text = caller.text(row.method, parameters)
        if row.code.hasPrefix("<") {
            #expect(text.contains(row.code), "\(row.why): \(text)")
        } else {
            #expect(values(of: "code", in: text) == [row.code], "\(row.why): \(text)")
            #expect(values(of: "sub_code", in: text).first == row.subCode, "\(row.why)")
        }
    }

    @Test func theGatewayRefusesOtherVerbsAndSecrets() {
        var caller = Caller()
        let put = caller.answer("taobao.time.get", verb: "PUT")
        #expect(values(of: "code", in: String(decoding: put.body, as: UTF8.self)) == ["9"])
        let forged = caller.answer("taobao.time.get", secret: "wrong")
        #expect(values(of: "code", in: String(decoding: forged.body, as: UTF8.self)) == ["25"])
    }

    @Test(arguments: ["md5", "hmac", "hmac-sha256"])
    func theGatewayTakesEverySignatureMethod(method: String) {
        var caller = Caller()
        let text = caller.text("taobao.time.get", ["sign_method": method, "session": nil])
        #expect(values(of: "time", in: text) == ["2025-11-11 20:00:00"])
    }

    @Test func theGatewayAnswersInXMLUnlessAskedForJSON() {
        var caller = Caller()
        let success = caller.answer("taobao.time.get", ["format": nil])
        #expect(success.contentType.hasPrefix("text/xml"))
        let text = String(decoding: success.body, as: UTF8.self)
        #expect(
            text.hasPrefix(
                "<?xml version=\"1.0\" encoding=\"utf-8\" ?><error_response><code>23</code>"))
        let error = caller.text("taobao.time.get", ["format": "xml", "v": "3"])
        #expect(error.contains("<code>33</code>"))
    }
}
