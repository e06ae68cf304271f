import Platforms
import SyncCore
import WireFormat

@testable import SandboxGateway

/// Calls a gateway in the same process, under a clock that stands until it is moved.
struct Caller {
    /// 2025-11-11 20:00:00 in Beijing.
    static let start: Int64 = 1_762_862_400_000

    static let allTypes =
        "fixed,auction,guarantee_trade,step,auto_delivery,ec,cod,eticket,nopaid,tmall_i18n,"
        + "super_market_trade"

    var gateway: SimulatedGateway
    var now = start

    init(_ configure: (inout SandboxConfiguration) -> Void = { _ in }) {
        var configuration = SandboxConfiguration()
        configuration.seed = 7
        configuration.ordersPerShop = 300
        configuration.isStatic = true
        configure(&configuration)
        gateway = SimulatedGateway(configuration: configuration, machineMilliseconds: now)
    }

    /// What a correct client sends, with some parameters replaced, or left out if nil.
    func request(
        _ method: String, _ parameters: [String: String?] = [:], verb: String = "POST",
        secret: String? = nil
    ) -> GatewayRequest {
        var all: [String: String] = [
            "method": method, "app_key": gateway.configuration.appKey,
            "session": gateway.sessions[0].token, "format": "json", "v": "2.0",
            "sign_method": "hmac-sha256",
            "timestamp": BeijingTime.text(UTCInstant(seconds: now / 1_000)),
        ]
        for (name, value) in parameters { all[name] = value }
        if all["sign"] == nil, !parameters.keys.contains("sign") {
            let signMethod = TOPSignature.Method(rawValue: all["sign_method"] ?? "") ?? .md5
            all["sign"] = TOPSignature.sign(
                all, secret: secret ?? gateway.configuration.appSecret, method: signMethod)
        }
        // Common parameters in the query, the rest in the body, as the official SDKs do.
        let common = all.filter { ["method", "app_key", "sign", "v"].contains($0.key) }
        let rest = all.filter { !common.keys.contains($0.key) }
        return GatewayRequest(
            verb: verb, path: "/router/rest",
            query: FormEncoding.encode(common.map { (name: $0.key, value: $0.value) }),
            body: FormEncoding.encode(rest.map { (name: $0.key, value: $0.value) }))
    }

    mutating func answer(
        _ method: String, _ parameters: [String: String?] = [:], verb: String = "POST",
        secret: String? = nil
    ) -> GatewayAnswer {
        gateway.handle(
            request(method, parameters, verb: verb, secret: secret), machineMilliseconds: now)
    }

    mutating func text(_ method: String, _ parameters: [String: String?] = [:]) -> String {
        String(decoding: answer(method, parameters).body, as: UTF8.self)
    }

    /// Switches something, which must be understood.
    mutating func control(_ name: String, _ value: String) {
        let isUnderstood = gateway.control(name, value)
        precondition(isUnderstood, "\(name)=\(value)")
    }

    /// A list by modification of the last `seconds`, or of a day.
    mutating func increment(
        seconds: Int64 = 86_400, _ parameters: [String: String?] = [:]
    ) -> String {
        let end = UTCInstant(seconds: now / 1_000)
        var all: [String: String?] = [
            "fields": "tid,status,modified,payment", "type": Caller.allTypes,
            "start_modified": BeijingTime.text(end.advanced(bySeconds: -seconds)),
            "end_modified": BeijingTime.text(end), "page_size": "100",
        ]
        all.merge(parameters) { $1 }
        return text("taobao.trades.sold.increment.get", all)
    }
}

/// The plain values of all members `name`, in order; texts without their quotes.
func values(of name: String, in text: String) -> [String] {
    var values: [String] = []
    var rest = text[...]
    while let place = rest.firstRange(of: "\"\(name)\":") {
        rest = rest[place.upperBound...]
        let isText = rest.first == "\""
        if isText { rest = rest.dropFirst() }
        values.append(String(rest.prefix { isText ? $0 != "\"" : !",}]".contains($0) }))
    }
    return values
}
