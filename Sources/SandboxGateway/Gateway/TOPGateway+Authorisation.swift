internal import WireFormat

/// OAuth 2 as Taobao does it (doc 102635): GET /authorize redirects the seller with a code, POST
/// /token gives a session for it. A code is good once, and so is a refresh token.
extension TOPGateway {
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

    mutating func grantToken(_ request: GatewayRequest) -> GatewayAnswer {
        // Parameters count in the body alone: a URL is in every proxy's log.
        var parameters: [String: String] = [:]
        for (name, value) in FormEncoding.decode(request.body) ?? [] { parameters[name] = value }
        guard parameters["client_id"] == configuration.appKey else {
            return refusal("invalid_client", "client_id is invalidate")
        }
        guard parameters["client_secret"] == configuration.appSecret else {
            return refusal("invalid_client", "client_secret is invalidate")
        }
        var answer: GatewayAnswer
        switch parameters["grant_type"] {
        case "authorization_code": answer = exchange(parameters)
        case "refresh_token": answer = refresh(parameters)
        default: return refusal("unsupported_grant_type", "grant_type is invalidate")
        }
        if behaviour.tokenAnswersLost > 0 {
            behaviour.tokenAnswersLost -= 1
            answer.fate = .reset
        }
        return answer
    }

    private mutating func exchange(_ parameters: [String: String]) -> GatewayAnswer {
        guard let code = desk.codes[parameters["code"] ?? ""] else {
            return refusal("invalid_grant", "authorize code expire")
        }
        guard code.redirectURI == parameters["redirect_uri"] else {
            return refusal("redirect_uri_mismatch", "redirect_uri is invalidate")
        }
        desk.codes[parameters["code"] ?? ""] = nil
        guard code.endsAtMilliseconds > nowMilliseconds else {
            return refusal("invalid_grant", "authorize code expire")
        }
        return issue(shop: code.shop)
    }

    private mutating func refresh(_ parameters: [String: String]) -> GatewayAnswer {
        let text = parameters["refresh_token"] ?? ""
        guard behaviour.refreshesRefused == 0, let token = desk.refreshTokens[text],
            token.endsAtMilliseconds > nowMilliseconds
        else { return refusal("invalid_grant", "refresh token expire") }
        return issue(shop: token.shop)
    }

    /// A new session, and a new refresh token; the shop's old ones are good no more.
    private mutating func issue(shop: Int) -> GatewayAnswer {
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
        let nick = FormEncoding.encode([(name: "", value: world.shops[shop].sellerNick)])
        let token = sessions[shop].token
        var json = JSONWriter()
        json.object { json in
            json.member("access_token", token)
            json.member("token_type", "Bearer")
            json.member("expires_in", life)
            json.member("refresh_token", refreshToken)
            json.member("re_expires_in", refreshLife)
            json.member("r1_expires_in", life)
            json.member("r2_expires_in", life)
            // Numbers and texts are mixed in the platform's own answers.
            json.member("w1_expires_in", "\(life)")
            json.member("w2_expires_in", min(life, 1_800))
            json.member("taobao_user_nick", String(decoding: nick.dropFirst(), as: UTF8.self))
            json.member("taobao_user_id", "\(2_200_700_000_000 + Int64(shop))")
        }
        return answer(json.bytes)
    }

    private func refusal(_ error: String, _ description: String) -> GatewayAnswer {
        var json = JSONWriter()
        json.object { json in
            json.member("error", error)
            json.member("error_description", description)
        }
        return answer(json.bytes, status: 400)
    }
}
