internal import WireFormat

/// OAuth 2 as both platforms do it: GET /authorize redirects the seller with a code, and a call
/// gives a session for it. A code is good once, and so is a refresh token.
extension SimulatedGateway {
    /// `shop=NAME` says which seller agrees; the first one if it is left out.
    mutating func authorise(_ query: [(name: String, value: String)]) -> GatewayAnswer {
        func value(_ name: String) -> String {
            query.first { $0.name == name }?.value ?? ""
        }
        guard value("client_id") == configuration.appKey else {
            return refusal("invalid_client", "client_id is invalidate")
        }
        guard value("response_type") == "code" else {
            return refusal("unsupported_response_type", "response_type is invalidate")
        }
        let target = value("redirect_uri")
        guard target.contains(":") else {
            return refusal("redirect_uri_mismatch", "redirect_uri is invalidate")
        }
        let name = value("shop")
        guard let shop = name.isEmpty ? 0 : shopNumber(name) else {
            return refusal("invalid_request", "no such shop")
        }
        var reply: [(name: String, value: String)]
        if behaviour.authorisationsRefused > 0 {
            reply = [
                (name: "error", value: "access_denied"),
                (name: "error_description", value: "authorize reject"),
            ]
        } else {
            let code = desk.text("", seed: configuration.seed)
            desk.codes[code] = AuthorisationDesk.Code(
                shop: shop, redirectURI: target,
                endsAtMilliseconds: nowMilliseconds + behaviour.codeLifeSeconds * 1_000)
            reply = [(name: "code", value: code)]
        }
        if !value("state").isEmpty { reply.append((name: "state", value: value("state"))) }
        let query = String(decoding: FormEncoding.encode(reply), as: UTF8.self)
        // Without an address to go to, the page shows the code.
        guard target.hasPrefix("http") else {
            var answer = answer(Array("\(reply[0].value)\n".utf8))
            answer.contentType = "text/plain;charset=UTF-8"
            return answer
        }
        var answer = answer([], status: 302)
        answer.location = "\(target)\(target.contains("?") ? "&" : "?")\(query)"
        return answer
    }

    /// What a code or a refresh token is exchanged for.
    struct Grant {
        var shop: Int
        var accessToken: String
        var refreshToken: String
        var seconds: Int64
        var refreshSeconds: Int64
    }

    /// - Returns: nil for a code that is not known, used up or too old.
    mutating func exchange(code text: String) -> Grant? {
        guard let code = desk.codes.removeValue(forKey: text),
            code.endsAtMilliseconds > nowMilliseconds
        else { return nil }
        return issue(shop: code.shop)
    }

    mutating func refresh(token text: String) -> Grant? {
        guard behaviour.refreshesRefused == 0, let token = desk.refreshTokens[text],
            token.endsAtMilliseconds > nowMilliseconds
        else { return nil }
        return issue(shop: token.shop)
    }

    /// The answer about a grant may get lost, after the grant took effect.
    mutating func loseTokenAnswer(_ answer: inout GatewayAnswer) {
        guard behaviour.tokenAnswersLost > 0 else { return }
        behaviour.tokenAnswersLost -= 1
        answer.fate = .reset
    }

    /// A new session, and a new refresh token; the shop's old ones are good no more.
    private mutating func issue(shop: Int) -> Grant {
        let life = behaviour.tokenLifeSeconds
        let refreshLife = behaviour.refreshLifeSeconds
        sessions[shop].replace()
        sessions[shop].endsAtMilliseconds = nowMilliseconds + life * 1_000
        desk.refreshTokens = desk.refreshTokens.filter { $0.value.shop != shop }
        let refreshToken = desk.text("6201", seed: configuration.seed)
        if refreshLife > 0 {
            desk.refreshTokens[refreshToken] = AuthorisationDesk.RefreshToken(
                shop: shop, endsAtMilliseconds: nowMilliseconds + refreshLife * 1_000)
        }
        return Grant(
            shop: shop, accessToken: sessions[shop].token, refreshToken: refreshToken,
            seconds: life, refreshSeconds: refreshLife)
    }

    func refusal(_ error: String, _ description: String) -> GatewayAnswer {
        var json = JSONWriter()
        json.object { json in
            json.member("error", error)
            json.member("error_description", description)
        }
        return answer(json.bytes, status: 400)
    }
}
