import Foundation
import SyncCore
import Testing
import WireFormat

@testable import Platforms

@Suite struct RedactedTextTests {
    @Test(arguments: [
        ("This ban will last for 31062 more seconds", "This ban will last for 31062 more seconds"),
        ("Remote service error, 交易订单不存在", "Remote service error, 交易订单不存在"),
        ("Invalid arguments:start_modified", "Invalid arguments:start_modified"),
        ("Insufficient user permissions, 该子帐号无此操作权限", "Insufficient user permissions, 该子帐号无此操作权限"),
        ("SessionKey非法", "SessionKey非法"), ("access_token已过期", "access_token已过期"),
        ("参数错误:duoId和pid不匹配", "参数错误:duoId和pid不匹配"),
        ("时间跨度不能超过24小时", "时间跨度不能超过24小时"),
        ("超时请求过多，请将查询时间间隔缩短,3分钟后再查询！", "超时请求过多，请将查询时间间隔缩短,3分钟后再查询！"),
        ("scope ids is 11022 11600 11863", "scope ids is …"),
        (
            "The appkey 4272 is only allowed to call from 10.0.0.1, but your ip is 10.0.0.2",
            "The appkey 4272 is only allowed to call from …, but your ip is …"
        ),
        ("", ""), ("m", "…"), ("…", "…"),
    ])
    func theTextKeepsWhatThePlatformsAreKnownToSay(text: String, expected: String) {
        #expect(RedactedText.message(text) == expected)
    }

    @Test(arguments: [
        ("receiver 张三 is unknown", "receiver … is unknown"),
        ("收货人张三丰的订单不存在", "…订单不存在"),
        ("收货人张三丰，交易订单不存在", "…，交易订单不存在"),
        ("张三交易订单不存在", "…交易订单不存在"),
        ("和平路3号", "…"),
        ("call Zhang Wei at 138-0013-8000", "call … at …"),
        ("call 138 0013 8000", "call …"), ("call +86 138 0013 8000", "call …"),
        ("call １３８００１３８０００", "call …"), ("call 138****8000", "call …"),
        ("order 138 and 0013 and 8000", "order 138 and 0013 and …"),
        ("order 1234567 not found", "order … not found"),
        ("see https://a.example/?session=61 again", "see … again"),
        ("name%3D%E5%BC%A0 is wrong", "… is wrong"), ("\\u5f20\\u4e09 error", "… error"),
        ("session=6102b398", "session=…"), ("mail someone@example.com", "mail …"),
        ("<html><b>Login</b></html>", "…"), ("order\n\u{1B}[2J", "order …"),
        ("No. 12, Building 3", "No. …"), ("room 502 Wenshan", "…"),
    ])
    func theTextReplacesEverythingElse(text: String, expected: String) {
        #expect(RedactedText.message(text) == expected)
    }

    @Test(arguments: [
        ("isv.invalid-parameter:cat_id", "isv.invalid-parameter:cat_id"),
        ("isp.top-remote-connection-timeout-tmall", "isp.top-remote-connection-timeout-tmall"),
        (
            "accesscontrol.limited-by-app-api-access-count",
            "accesscontrol.limited-by-app-api-access-count"
        ),
        ("ISV_TRACK_ERROR", "ISV_TRACK_ERROR"), ("1000000", "1000000"), ("60001", "60001"),
        ("invalid-sessionkey", "invalid-sessionkey"), ("", ""),
        ("isv.split-data-error:CD24", "isv.split-data-error:…"),
        ("isv.never-heard-of-13800138000", "isv.…"), ("isv.zhangsan", "isv.…"),
        ("isv.张三", "isv.…"), ("isv.invalid-parameter:138-0013-8000", "isv.invalid-parameter:…"),
        ("6102b398150e31fc", "…"), ("13800138000", "…"), ("1380013", "1380013"),
        ("isv.%E5%BC%A0", "isv.…"), ("not a code, but a text", "…"),
    ])
    func theTextKeepsShapesOfCodesOnly(text: String, expected: String) {
        #expect(RedactedText.code(text) == expected)
    }

    @Test func theTextLimitsLength() {
        let long = String(repeating: "error ", count: 100_000)
        #expect(RedactedText.message(long).count <= 202)
        #expect(RedactedText.code("isv." + String(repeating: "error-", count: 50)) == "…")
        // A cut must not make a known word of an unknown one.
        let cut = String(repeating: ".", count: 2_041) + "erroritis"
        #expect(!RedactedText.message(cut).contains("error"))
    }

    /// An error names the parameter that is wrong.
    @Test func theTextKeepsTheNamesOfAllParameters() throws {
        let adapters: [any PlatformAdapter] = [TaobaoAdapter(), PinduoduoAdapter()]
        let goods = GoodsQuery(goods: ["x"], pid: "1_2", customParameters: "{}", isDetail: true)
        let calls: [Call] = [
            .list(.serverTime), .list(.ordersChanged), .list(.ordersCreated), .order("1"),
            .list(.refundsChanged), .refund("1"), .trace("1", items: ["1"]), .parcels("1"),
            .single(.carriers, .carriers), .single(.goodsDetail, .goods(goods)),
            .single(.goodsSearch, .goods(goods)),
        ]
        let credentials = Credentials(appKey: "k", appSecret: "s", session: "t")
        for adapter in adapters {
            for call in calls {
                let method = adapter.methodName(call.method)
                #expect(RedactedText.message(method) == method || method == "-")
                let request = adapter.request(for: call, credentials: credentials, types: ["a"])
                for name in try Self.names(in: request.body) {
                    #expect(RedactedText.message(name) == name)
                }
            }
        }
    }

    /// Of the members of a form, or of a JSON object.
    private static func names(in body: [UInt8]) throws -> [String] {
        guard body.first == UInt8(ascii: "{") else {
            return try #require(FormEncoding.decode(body)).map(\.name)
        }
        guard case .object(let members, _) = try body.withUnsafeBytes({ try JSONValue.parse($0) })
        else { return [] }
        return members.map(\.name)
    }

    /// Every code that a table names survives, else `explain` could not be asked about it.
    @Test func theTextKeepsEveryCodeOfTheFixtures() throws {
        struct Body: Decodable {
            struct Error: Decodable {
                let subCode: String?
            }
            let errorResponse: Error
        }
        let files =
            try Fixture.names(in: "errors")
            + Fixture.names(in: "pinduoduo").filter { $0.contains("/error.") }
        for file in files where !file.contains("split_data") && !file.contains("unknown_code") {
            let body: Body = try Fixture.decoded(file)
            let subCode = body.errorResponse.subCode ?? ""
            #expect(RedactedText.code(subCode) == subCode, "\(file)")
        }
    }
}

/// Random error bodies with planted data: nothing of it is in any failure, however it is encoded.
@Suite struct PlantedDataTests {
    /// What must not be passed on, with the pieces by which it would be recognised.
    private static let planted: [(text: String, pieces: [String])] = [
        ("6102b398150e31fc06815b256edfcdff", ["6102", "b398", "150e31", "edfcdff"]),
        ("pAssw0rd+Zq/81==", ["pAssw", "Zq", "81="]),
        ("s-9f3e-sess-77ab", ["9f3e", "sess-", "77ab"]),
        ("13800138000", ["138", "0013", "8000"]),
        ("张三丰", ["张", "三丰"]), ("浙江省杭州市西湖区文三路478号2单元", ["浙江", "杭州", "文三", "478"]),
        ("Zhang Sanfeng, 478 Wensan Lu", ["Zhang", "Sanfeng", "478", "Wensan"]),
        ("2834701938475610293", ["283470", "475610"]),
    ]

    private static let forms: [@Sendable (String) -> String] = [
        { $0 },
        { percent($0) },
        { percent(percent($0)) },
        { percent($0).lowercased() },
        { Data($0.utf8).base64EncodedString() },
        {
            Data($0.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
                .replacing("=", with: "")
        },
        { $0.utf8.map { hex($0) }.joined() },
        { $0.utf8.map { hex($0) }.joined().uppercased() },
        { $0.utf8.map { hex($0) }.joined(separator: " ") },
        { $0.utf8.map { "\\x" + hex($0) }.joined() },
        { $0.utf16.map { "\\\\u" + String(format: "%04x", $0) }.joined() },
        { $0.unicodeScalars.map { "&#\($0.value);" }.joined() },
        { grouped($0, by: "-") }, { grouped($0, by: " ") }, { grouped($0, by: ".") },
        { grouped($0, by: "/") }, { grouped($0, by: "_") }, { grouped($0, by: "\u{200B}") },
        { "+86 " + grouped($0, by: " ") },
        { $0.map { wide($0) }.joined() },
        { $0.uppercased() }, { String($0.reversed()) },
        { "https://login.example/?q=\($0)" }, { "\($0)@example.com" }, { "'\($0)'" },
    ]

    private static func percent(_ text: String) -> String {
        text.utf8.map { "%" + hex($0).uppercased() }.joined()
    }

    private static func hex(_ byte: UInt8) -> String { String(format: "%02x", byte) }

    private static func grouped(_ text: String, by separator: String) -> String {
        var groups: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            groups.append(String(rest.prefix(3)))
            rest = rest.dropFirst(3)
        }
        return groups.joined(separator: separator)
    }

    /// Full-width forms of digits and letters.
    private static func wide(_ character: Character) -> String {
        guard let value = character.asciiValue, value > 0x20,
            let scalar = Unicode.Scalar(UInt32(value) + 0xFEE0)
        else { return String(character) }
        return String(Character(scalar))
    }

    private static let frames: [(before: String, after: String)] = [
        ("", ""), ("Remote service error: ", " not found"), ("参数错误:", "，请稍后重试"),
        ("isv.invalid-parameter:", ""), ("isv.", "-not-exist"), ("receiver=", "&order=1"),
        ("收货人", "的订单不存在"), ("invalid session ", ", expired"),
    ]

    private static func quoted(_ text: String) -> String {
        let data = (try? JSONEncoder().encode(text)) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    @Test func nothingPlantedIsPassedOn() {
        var random = SplitMix64(seed: 16)
        let taobao = TaobaoAdapter()
        let pinduoduo = PinduoduoAdapter()
        for item in Self.planted {
            for (number, form) in Self.forms.enumerated() {
                for frame in Self.frames {
                    let text = frame.before + form(item.text) + frame.after
                    let code =
                        [7, 11, 15, 27, 41, 53, 999, 10_001, 50_001, 10_019, 70_031]
                        .randomElement(using: &random) ?? 0
                    let status = [200, 400, 500, 502].randomElement(using: &random) ?? 200
                    let json = Self.quoted(text)
                    let top =
                        #"{"error_response":{"code":\#(code),"msg":\#(json),"sub_code":\#(json),"#
                        + #""sub_msg":\#(json)}}"#
                    let pdd =
                        #"{"error_response":{"error_code":\#(code),"error_msg":\#(json),"#
                        + #""sub_code":\#(json),"sub_msg":\#(json)}}"#
                    let xml =
                        "<error_response><code>\(code)</code><msg>\(text)</msg><sub_code>\(text)"
                        + "</sub_code><sub_msg>\(text)</sub_msg></error_response>"
                    let oauth = #"{"error":\#(json),"error_description":\#(json)}"#
                    var said = [top, xml, text, json, "<html>\(text)</html>"].flatMap {
                        Self.said(taobao, Array($0.utf8), status)
                    }
                    said += [pdd, text, json].flatMap {
                        Self.said(pinduoduo, Array($0.utf8), status)
                    }
                    for body in [top, oauth, text] {
                        said += Self.said(TaobaoAuthorisation(), Array(body.utf8), status)
                    }
                    said += Self.said(PinduoduoAuthorisation(), Array(pdd.utf8), status)
                    Self.expectNothing(of: item, in: said, "form \(number): \(text)")
                }
            }
        }
    }

    private static func expectNothing(
        of item: (text: String, pieces: [String]), in said: [String], _ comment: String
    ) {
        let encoded =
            item.pieces + [
                Data(item.text.utf8.prefix(6)).base64EncodedString(),
                item.text.utf8.prefix(4).map { hex($0) }.joined(),
            ]
        for line in said {
            // The advice is ours, and so are its numbers.
            for piece in encoded where line.localizedCaseInsensitiveContains(piece) {
                Issue.record("\(piece) is in \"\(line)\", \(comment)")
            }
        }
    }

    private static func said(
        _ adapter: any PlatformAdapter, _ body: [UInt8], _ status: Int
    ) -> [String] {
        let response = PlatformResponse(status: status, body: body)
        let calls: [Call] = [
            .list(.serverTime), .list(.ordersChanged), .list(.ordersCreated), .order("1"),
            .list(.refundsChanged), .refund("1"), .trace("1"), .single(.carriers, .carriers),
            .single(
                .goodsDetail,
                .goods(
                    GoodsQuery(goods: ["x"], pid: "1_2", isDetail: true))),
        ]
        return calls.flatMap { call -> [String] in
            do throws(CallFailure) {
                _ = try adapter.decode(response, to: call)
                return []
            } catch {
                return [error.code, error.line]
            }
        }
    }

    private static func said(
        _ authorisation: any PlatformAuthorisation, _ body: [UInt8], _ status: Int
    ) -> [String] {
        do throws(AuthorisationFailure) {
            _ = try authorisation.decode(
                PlatformResponse(status: status, body: body), now: UTCInstant(seconds: 0))
            return []
        } catch {
            return [error.code, error.line]
        }
    }
}
