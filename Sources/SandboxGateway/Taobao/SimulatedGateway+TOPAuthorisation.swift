internal import WireFormat

/// POST /token gives a session for a code or a refresh token (doc 102635).
extension SimulatedGateway {
    mutating func grantTOPToken(_ request: GatewayRequest) -> GatewayAnswer {
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
        case "authorization_code": answer = topGrant(code: parameters)
        case "refresh_token":
            answer =
                refresh(token: parameters["refresh_token"] ?? "").map(topAnswer)
                ?? refusal("invalid_grant", "refresh token expire")
        default: return refusal("unsupported_grant_type", "grant_type is invalidate")
        }
        loseTokenAnswer(&answer)
        return answer
    }

    private mutating func topGrant(code parameters: [String: String]) -> GatewayAnswer {
        let code = parameters["code"] ?? ""
        if let known = desk.codes[code], known.redirectURI != parameters["redirect_uri"] ?? "" {
            return refusal("redirect_uri_mismatch", "redirect_uri is invalidate")
        }
        return exchange(code: code).map(topAnswer)
            ?? refusal("invalid_grant", "authorize code expire")
    }

    private func topAnswer(_ grant: Grant) -> GatewayAnswer {
        let nick = FormEncoding.encode([(name: "", value: world.shops[grant.shop].sellerNick)])
        var json = JSONWriter()
        json.object { json in
            json.member("access_token", grant.accessToken)
            json.member("token_type", "Bearer")
            json.member("expires_in", grant.seconds)
            json.member("refresh_token", grant.refreshToken)
            json.member("re_expires_in", grant.refreshSeconds)
            json.member("r1_expires_in", grant.seconds)
            json.member("r2_expires_in", grant.seconds)
            // Numbers and texts are mixed in the platform's own answers.
            json.member("w1_expires_in", "\(grant.seconds)")
            json.member("w2_expires_in", min(grant.seconds, 1_800))
            json.member("taobao_user_nick", String(decoding: nick.dropFirst(), as: UTF8.self))
            json.member("taobao_user_id", "\(2_200_700_000_000 + Int64(grant.shop))")
        }
        return answer(json.bytes)
    }
}
