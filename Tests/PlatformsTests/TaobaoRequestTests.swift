import Crypto
import Foundation
import Platforms
import SyncCore
import Testing
import WireFormat

@Suite struct TaobaoRequestTests {
    private let credentials = Credentials(
        appKey: "12345678", appSecret: "0123456789abcdef0123456789abcdef",
        session: "6100b23f0e4c1a5d&+ =%")

    /// Names and values of a body, each once, decoded by Foundation.
    private func parameters(_ request: PlatformRequest) throws -> [String: String] {
        let body = try #require(String(validating: request.body, as: UTF8.self))
        var found: [String: String] = [:]
        for pair in body.split(separator: "&") {
            let halves = pair.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try #require(String(halves[0]).removingPercentEncoding)
            let value = try #require(String(halves[1]).removingPercentEncoding)
            #expect(found[name] == nil, "\(name) is sent twice")
            found[name] = value
        }
        return found
    }

    private func request(
        _ call: Call, types: [String] = [], method: TOPSignature.Method = .hmacSHA256,
        session: String? = "6100b23f0e4c1a5d&+ =%"
    ) throws -> [String: String] {
        var credentials = credentials
        credentials.session = session.map { Secret($0) }
        let request = TaobaoAdapter(signMethod: method)
            .request(for: call, credentials: credentials, types: types)
        #expect(request.contentType == "application/x-www-form-urlencoded;charset=UTF-8")
        return try parameters(request)
    }

    @Test func theRequestAsksForChangesWithInclusiveBeijingBounds() throws {
        let page = PageRequest(
            from: UTCInstant(seconds: 1_762_788_000), through: UTCInstant(seconds: 1_762_789_799),
            pageSize: 100)
        let sent = try request(.list(page: page))
        #expect(sent["method"] == "taobao.trades.sold.increment.get")
        #expect(sent["start_modified"] == "2025-11-10 23:20:00")
        #expect(sent["end_modified"] == "2025-11-10 23:49:59")
        #expect(sent["timestamp"] == "2025-11-11 00:00:01")
        #expect(sent["page_no"] == "1")
        #expect(sent["page_size"] == "100")
        #expect(sent["use_has_next"] == "true")
        #expect(sent["session"] == "6100b23f0e4c1a5d&+ =%")
        #expect(sent["app_key"] == "12345678")
        #expect(sent["v"] == "2.0")
        #expect(sent["format"] == "json")
        #expect(
            Set(sent.keys) == [
                "method", "app_key", "session", "timestamp", "format", "v", "sign_method", "sign",
                "fields", "start_modified", "end_modified", "type", "page_no", "page_size",
                "use_has_next",
            ])
    }

    @Test func theRequestAsksByCreationWithATotal() throws {
        let page = PageRequest(
            from: UTCInstant(seconds: 1_762_788_000), through: UTCInstant(seconds: 1_762_788_000),
            pageNumber: 7, wantsTotal: true, pageSize: 40)
        let sent = try request(.list(.ordersCreated, page: page))
        #expect(sent["method"] == "taobao.trades.sold.get")
        #expect(sent["start_created"] == "2025-11-10 23:20:00")
        #expect(sent["end_created"] == "2025-11-10 23:20:00")
        #expect(sent["start_modified"] == nil)
        #expect(sent["end_modified"] == nil)
        #expect(sent["page_no"] == "7")
        #expect(sent["page_size"] == "40")
        #expect(sent["use_has_next"] == "false")
    }

    @Test func theRequestAsksForTheTimeWithoutASession() throws {
        let sent = try request(.list(.serverTime))
        #expect(sent["method"] == "taobao.time.get")
        #expect(
            Set(sent.keys) == [
                "method", "app_key", "timestamp", "format", "v", "sign_method", "sign",
            ])
    }

    @Test func theRequestAsksForEveryTypeByDefault() throws {
        let types = try #require(try request(.list())["type"]).split(separator: ",")
        #expect(types.count == 27)
        #expect(Set(types).count == 27)
        for type in ["fixed", "step", "cod", "tmall_i18n", "pre_auth_type", "eticket"] {
            #expect(types.contains(Substring(type)))
        }
        #expect(try request(.list(), types: ["fixed", "cod"])["type"] == "fixed,cod")
    }

    @Test(arguments: [nil, "", "  "])
    func theRequestSendsNoBlankParameter(session: String?) throws {
        let sent = try request(.list(), session: session)
        #expect(sent["session"] == nil)
        #expect(sent.values.allSatisfy { !$0.allSatisfy { $0.isWhitespace } })
    }

    /// What the list asks for is what the decoder reads.
    @Test func theRequestAsksForTheFieldsThatMatter() throws {
        let fields = try #require(try request(.list())["fields"]).split(separator: ",")
        #expect(Set(fields).count == fields.count)
        for name in [
            "tid", "status", "modified", "created", "type", "payment", "total_fee", "post_fee",
            "discount_fee", "received_payment", "pay_time", "consign_time", "end_time", "title",
            "buyer_nick", "receiver_name", "receiver_mobile", "receiver_phone", "receiver_state",
            "receiver_city", "receiver_district", "receiver_address", "receiver_zip",
            "seller_flag", "orders",
        ] {
            #expect(fields.contains(Substring(name)), "\(name)")
        }
    }

    /// The signature once more, from what arrives at the gateway.
    @Test(arguments: TOPSignature.Method.allCases)
    func theSignatureVerifies(method: TOPSignature.Method) throws {
        for kind in [CallMethod.ordersChanged, .ordersCreated, .serverTime] {
            var sent = try request(.list(kind), method: method)
            #expect(sent["sign_method"] == method.rawValue)
            let sign = sent.removeValue(forKey: "sign")
            let pairs = sent.sorted { $0.key < $1.key }
            let message = Array(pairs.map { $0.key + $0.value }.joined().utf8)
            let secret = Array(credentials.appSecret.exposedText.utf8)
            let key = SymmetricKey(data: secret)
            let digest: [UInt8] =
                switch method {
                case .md5: Array(Insecure.MD5.hash(data: secret + message + secret))
                case .hmacMD5:
                    Array(HMAC<Insecure.MD5>.authenticationCode(for: message, using: key))
                case .hmacSHA256: Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
                }
            let digits = Array("0123456789ABCDEF")
            let hex = String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
            #expect(sign == hex, "\(kind)")
        }
    }

    @Test func theRequestNeverSendsTheSecret() throws {
        for kind in [CallMethod.ordersChanged, .ordersCreated, .serverTime] {
            let body = TaobaoAdapter().request(
                for: .list(kind), credentials: credentials, types: []
            ).body
            #expect(
                !String(decoding: body, as: UTF8.self).contains(credentials.appSecret.exposedText))
        }
    }
}
