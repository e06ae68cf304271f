import Testing
import WireFormat

@testable import SandboxGateway

/// Each wrong request, and the code that Pinduoduo answers it with.
@Suite struct PDDStrictnessTests {
    typealias Row = (
        why: String, type: String, changes: [String: String?], code: String, message: String
    )

    private static let list = PDDCaller.increment
    private static let start = "\(Caller.start / 1_000)"

    static let rows: [Row] = [
        ("no type", "", ["type": nil], "10001", "公共参数错误:type"),
        ("type unknown", "pdd.order.steal", [:], "10017", "type错误"),
        ("no client", list, ["client_id": nil], "10001", "公共参数错误:client_id"),
        ("other client", list, ["client_id": "1"], "10016", "client_id错误或已下线"),
        ("no time", list, ["timestamp": nil], "10001", "公共参数错误:timestamp"),
        ("milliseconds", list, ["timestamp": "\(start)000"], "10001", "公共参数错误:timestamp"),
        ("eleven minutes late", list, ["timestamp": "1762861740"], "10001", "公共参数错误:timestamp"),
        ("eleven minutes early", list, ["timestamp": "1762863060"], "10001", "公共参数错误:timestamp"),
        ("lower case", list, ["data_type": "json"], "10001", "公共参数错误:data_type"),
        ("old version", list, ["version": "1.0"], "10001", "公共参数错误:version"),
        ("no signature", list, ["sign": nil], "10001", "公共参数错误:sign"),
        ("signature wrong", list, ["sign": "00"], "20004", "签名验证失败"),
        ("no token", list, ["access_token": nil], "10001", "公共参数错误:access_token"),
        ("token unknown", list, ["access_token": "x"], "20032", "access_token或client_id错误"),
        ("no start", list, ["start_updated_at": nil], "10000", "参数错误:start_updated_at"),
        ("no status", list, ["order_status": nil], "10000", "参数错误:order_status"),
        ("empty text", list, ["trade_type": ""], "10000", "参数错误:trade_type"),
        ("a date", list, ["end_updated_at": "2025-11-11"], "10000", "参数错误:end_updated_at"),
        ("end before start", list, ["end_updated_at": "5"], "10000", "参数错误:end_updated_at"),
        ("status 4", list, ["order_status": "4"], "10000", "参数错误:order_status"),
        ("page 0", list, ["page": "0"], "10000", "参数错误:page"),
        ("101 a page", list, ["page_size": "101"], "10000", "参数错误:page_size"),
        ("a flag of Python", list, ["use_has_next": "True"], "10000", "参数错误:use_has_next"),
        (
            "half an hour and a second", list, ["start_updated_at": "1762860599"], "50001",
            "时间跨度不能超过30分钟"
        ),
        (
            "a day and a second", "pdd.order.list.get",
            ["start_confirm_at": "1762775999", "end_confirm_at": start], "50001",
            "时间跨度不能超过24小时"
        ),
        (
            "a promoter's day and a second", "pdd.ddk.order.list.increment.get",
            ["start_update_time": "1762775999", "end_update_time": start], "50001",
            "时间跨度不能超过24小时"
        ),
        (
            "nine a page", "pdd.ddk.order.list.increment.get",
            [
                "start_update_time": "1762776000", "end_update_time": start, "page_size": "9",
            ], "10000", "参数错误:page_size"
        ),
        ("no number", "pdd.order.information.get", [:], "10000", "参数错误:order_sn"),
        (
            "number of no order", "pdd.order.information.get",
            ["order_sn": "251111-000000000000000"], "50001", "订单不属于该店铺或不存在"
        ),
        (
            "parcel of no order", "pdd.logistics.ordertrace.get",
            [
                "company_code": "SF", "mail_no": "SF1",
            ], "50001", "查询物流轨迹失败"
        ),
        ("code of no login", "pdd.pop.auth.token.create", ["code": "x"], "10000", "参数错误:code"),
        (
            "foreign PID", "pdd.ddk.member.authority.query", ["pid": "1_1"], "10000",
            "参数错误:duoId和pid不匹配"
        ),
    ]

    @Test(arguments: rows.indices)
    func theGatewayRefusesWrongCalls(row: Int) {
        let row = PDDStrictnessTests.rows[row]
        var caller = PDDCaller()
        let needsWindow = row.type.hasPrefix("pdd.order.") && row.type.contains(".list.")
        let base = needsWindow ? caller.window() : [:]
        let text = caller.text(row.type, base.merging(row.changes) { $1 })
        #expect(values(of: "error_code", in: text) == [row.code], "\(row.why): \(text)")
        #expect(values(of: "error_msg", in: text) == [row.message], "\(row.why): \(text)")
    }

    @Test func theGatewayRefusesAnotherSecretAndTheSeedsSignature() {
        var caller = PDDCaller()
        let forged = caller.parameters("pdd.time.get", secret: "wrong")
        let form = FormEncoding.encode(forged.map { (name: $0.key, value: $0.value) })
        let text = String(decoding: caller.send(form).body, as: UTF8.self)
        #expect(values(of: "error_code", in: text) == ["20004"])
        // The example of the platform's own guide.
        let example = [
            "access_token": "asd78172s8ds9a921j9qqwda12312w1w21211", "client_id": "1",
            "data_type": "XML", "order_status": "1", "page": "1", "page_size": "10",
            "timestamp": "1480411125", "type": "pdd.order.number.list.get",
        ]
        #expect(
            PDDRequestValidator.sign(example, secret: "testSecret")
                == "E4DE3ED21002510DED352819E7AE6775")
    }

    /// A form, a JSON object of texts, and one of numbers and flags.
    @Test func theGatewayTakesFormsAndJSON() {
        var caller = PDDCaller()
        let parameters = caller.parameters(
            PDDCaller.increment, caller.window(["use_has_next": "true"]))
        let form = FormEncoding.encode(parameters.map { (name: $0.key, value: $0.value) })
        var json = JSONWriter()
        json.object { json in
            for (name, value) in parameters {
                if let number = Int64(value), name != "client_id" {
                    json.member(name, number)
                } else if name == "use_has_next" {
                    json.member(name, true)
                } else {
                    json.member(name, value)
                }
            }
        }
        for body in [form, json.bytes] {
            let text = String(decoding: caller.send(body).body, as: UTF8.self)
            #expect(values(of: "has_next", in: text).count == 1, "\(text)")
        }
        var nested = JSONWriter()
        nested.object { json in
            for (name, value) in parameters { json.member(name, value) }
            json.key("list")
            json.array { _ in }
        }
        let text = String(decoding: caller.send(nested.bytes).body, as: UTF8.self)
        #expect(values(of: "error_code", in: text) == ["10000"])
    }

    @Test func limitsHold() {
        var caller = PDDCaller { $0.behaviour.callsPerSecond = 2 }
        let codes = (0..<4).map { _ in values(of: "error_code", in: caller.text("pdd.time.get")) }
        #expect(codes == [[], [], ["70031"], ["70031"]])
        caller.now += 1_001
        #expect(values(of: "error_code", in: caller.text("pdd.time.get")).isEmpty)
        caller.control("calm", "true")
        caller.control("ban", "app-api:3:pdd.time.get")
        #expect(values(of: "error_code", in: caller.text("pdd.time.get")) == ["52101"])
        #expect(caller.text("pdd.mall.info.get").contains("mall_info_get_response"))
        caller.control("calls_per_day", "1")
        #expect(values(of: "error_code", in: caller.text("pdd.mall.info.get")) == ["70036"])
    }

    @Test func refundsHaveALimitOfTheirShop() {
        var caller = PDDCaller()
        let list = caller.window(["after_sales_status": "1", "after_sales_type": "1"])
        var codes: [String] = []
        for _ in 0..<102 {
            codes += values(
                of: "error_code", in: caller.text("pdd.refund.list.increment.get", list))
        }
        #expect(codes == ["70031", "70031"])
        caller.now += 10_000
        let later = caller.text("pdd.refund.list.increment.get", list)
        #expect(values(of: "error_code", in: later).isEmpty)
    }

    @Test func tokensExpire() {
        var caller = PDDCaller()
        caller.control("expire_session", "shop1:5")
        #expect(values(of: "error_code", in: caller.text("pdd.mall.info.get")) == ["10019"])
        #expect(values(of: "time", in: caller.text("pdd.time.get")) == ["2025-11-11 20:00:00"])
        caller.now += 5_000
        #expect(caller.text("pdd.mall.info.get").contains("测试旗舰店1"))
    }
}
