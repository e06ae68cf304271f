internal import WireFormat

/// What is beside the gateway: authorisation, and what the platform does not have: the truth, the
/// statistics, and a handle to switch things.
extension SimulatedGateway {
    mutating func handleService(_ request: GatewayRequest) -> GatewayAnswer {
        let query = FormEncoding.decode(request.query) ?? []
        switch (request.verb, request.path) {
        case ("GET", "/authorize"): return authorise(query)
        case ("POST", "/token") where configuration.platform == .taobao:
            return grantTOPToken(request)
        case ("GET", "/bind") where configuration.platform == .pinduoduo: return bindPID(query)
        case ("GET", "/_truth"):
            guard
                let truth = truth(
                    shop: query.first { $0.name == "shop" }?.value ?? "",
                    of: query.first { $0.name == "of" }?.value ?? "orders")
            else { return answer(Array("unknown shop\n".utf8), status: 404) }
            var answer = answer(truth)
            answer.contentType = "application/x-ndjson"
            return answer
        case ("GET", "/_stats"):
            return answer(statistics.json())
        case ("POST", "/_control"):
            for (name, value) in FormEncoding.decode(request.body) ?? [] {
                guard control(name, value) else {
                    return answer(Array("not understood: \(name)=\(value)\n".utf8), status: 400)
                }
            }
            return answer(Array("{}".utf8))
        default:
            return answer(Array("not found\n".utf8), status: 404)
        }
    }

    /// Switches one thing: `expire_session=shop1` (with `:30` behind it for so many seconds),
    /// `restore_session=shop1`, `replace_session=shop1`, `quiet=true`, `burst=350`, `ban=app:30`,
    /// `ban=app-api:30:METHOD` and the like, `lift_bans=true`, `refuse=11:isv.permission-x:METHOD`,
    /// `refuse=nothing`, or a property of the behaviour.
    /// - Returns: false if it is not understood.
    public mutating func control(_ name: String, _ value: String) -> Bool {
        switch name {
        case "expire_session": return expireSession(value)
        case "restore_session": return withSession(value) { $0.expiredUntilMilliseconds = 0 }
        case "replace_session": return withSession(value) { $0.replace() }
        case "quiet":
            world.isQuiet = value == "true"
            return value == "true" || value == "false"
        case "burst":
            guard let count = Int(value), count > 0 else { return false }
            world.startBurst(count: count)
            return true
        case "ban": return ban(value)
        case "lift_bans":
            limiter.lift()
            return true
        case "refuse":
            refusal = StandingRefusal(value)
            return refusal != nil || value == "nothing"
        default: return behaviour.set(name, to: value)
        }
    }

    private mutating func expireSession(_ value: String) -> Bool {
        let parts = value.split(separator: ":").map(String.init)
        guard let shop = parts.first else { return false }
        var until = Int64.max
        if parts.count > 1 {
            guard let seconds = Int64(parts[1]), (1...1_000_000).contains(seconds) else {
                return false
            }
            until = nowMilliseconds + seconds * 1_000
        }
        return withSession(shop) { $0.expiredUntilMilliseconds = until }
    }

    private mutating func withSession(
        _ shop: String, _ body: (inout ShopSession) -> Void
    ) -> Bool {
        guard let number = shopNumber(shop) else { return false }
        body(&sessions[number])
        return true
    }

    private mutating func ban(_ value: String) -> Bool {
        let parts = value.split(separator: ":").map(String.init)
        guard parts.count >= 2, let scope = BanScope(rawValue: parts[0]),
            let seconds = Int64(parts[1]), seconds > 0
        else { return false }
        let method = parts.count > 2 && isMethod(parts[2]) ? parts[2] : nil
        guard scope == .app || method != nil else { return false }
        limiter.ban(scope, method: method, seconds: seconds, now: nowMilliseconds)
        return true
    }

    private func isMethod(_ name: String) -> Bool {
        switch configuration.platform {
        case .taobao: TOPMethod(rawValue: name) != nil
        case .pinduoduo: PDDMethod(rawValue: name) != nil
        }
    }
}
