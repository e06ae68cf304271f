import SyncCore
import WireFormat

@testable import SandboxGateway

/// Calls a gateway of Pinduoduo in the same process, under a clock that stands until it is moved.
struct PDDCaller {
    static let increment = "pdd.order.number.list.increment.get"

    var gateway: SimulatedGateway
    var now = Caller.start

    init(_ configure: (inout SandboxConfiguration) -> Void = { _ in }) {
        var configuration = SandboxConfiguration()
        configuration.platform = .pinduoduo
        configuration.seed = 7
        configuration.ordersPerShop = 300
        configuration.isStatic = true
        configure(&configuration)
        gateway = SimulatedGateway(configuration: configuration, machineMilliseconds: now)
    }

    var seconds: Int64 { now / 1_000 }

    /// What a correct client sends, with some parameters replaced, or left out if nil.
    func parameters(
        _ type: String, _ changes: [String: String?] = [:], secret: String? = nil
    ) -> [String: String] {
        var all: [String: String] = [
            "type": type, "client_id": gateway.configuration.appKey,
            "access_token": gateway.sessions[0].token, "timestamp": "\(seconds)",
            "data_type": "JSON", "version": "V1",
        ]
        for (name, value) in changes { all[name] = value }
        if all["sign"] == nil, !changes.keys.contains("sign") {
            all["sign"] = PDDRequestValidator.sign(
                all, secret: secret ?? gateway.configuration.appSecret)
        }
        return all
    }

    mutating func send(_ body: [UInt8], verb: String = "POST") -> GatewayAnswer {
        var request = GatewayRequest(verb: verb, path: "/api/router", body: body)
        request.host = "127.0.0.1:8199"
        return gateway.handle(request, machineMilliseconds: now)
    }

    mutating func text(_ type: String, _ changes: [String: String?] = [:]) -> String {
        var json = JSONWriter()
        json.object { json in
            for (name, value) in parameters(type, changes) { json.member(name, value) }
        }
        return String(decoding: send(json.bytes).body, as: UTF8.self)
    }

    /// The parameters of a list of half an hour that ends now.
    func window(_ changes: [String: String?] = [:]) -> [String: String?] {
        var all: [String: String?] = [
            "start_updated_at": "\(seconds - 1_800)", "end_updated_at": "\(seconds)",
            "order_status": "5", "refund_status": "5", "is_lucky_flag": "0", "page": "1",
            "page_size": "100",
        ]
        all.merge(changes) { $1 }
        return all
    }

    /// All rows of a list by change between two instants: half an hour after the other, all pages.
    mutating func all(_ since: Int64, _ changes: [String: String?] = [:]) -> [String] {
        var numbers: [String] = []
        var start = since
        while start <= seconds {
            let end = min(seconds, start + 1_800)
            for page in 1...50 {
                let text = self.text(
                    Self.increment,
                    window([
                        "start_updated_at": "\(start)", "end_updated_at": "\(end)",
                        "page": "\(page)", "page_size": "7", "use_has_next": "true",
                    ]).merging(changes) { $1 })
                numbers += values(of: "order_sn", in: text)
                if values(of: "has_next", in: text) != ["true"] { break }
            }
            start = end + 1
        }
        return numbers
    }

    mutating func control(_ name: String, _ value: String) {
        let isUnderstood = gateway.control(name, value)
        precondition(isUnderstood, "\(name)=\(value)")
    }

    func truth(_ part: String = "orders") -> String {
        String(decoding: gateway.truth(shop: "shop1", of: part) ?? [], as: UTF8.self)
    }
}
