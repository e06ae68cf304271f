internal import SyncCore
internal import WireFormat

/// Tokens are issued by the gateway: signed, and without the secret in the body.
extension SimulatedGateway {
    mutating func grantToken(
        _ call: PDDCall, into response: inout PDDResponse
    ) throws(PDDError) {
        let name = call.method == .tokenCreate ? "code" : "refresh_token"
        let text = call.text(name) ?? ""
        let grant = call.method == .tokenCreate ? exchange(code: text) : refresh(token: text)
        guard let grant else { throw .parameter(name) }
        let now = now.seconds
        let shop = world.shops[grant.shop]
        response.members = { json in
            json.member("access_token", grant.accessToken)
            json.member("expires_at", now + grant.seconds)
            json.member("expires_in", grant.seconds)
            json.member("refresh_token", grant.refreshToken)
            json.member("refresh_token_expires_at", now + grant.refreshSeconds)
            json.member("refresh_token_expires_in", grant.refreshSeconds)
            json.member("owner_id", "\(100_000_001 + shop.number)")
            json.member("owner_name", shop.sellerNick)
            for level in ["r1", "r2", "w1", "w2"] {
                json.member("\(level)_expires_at", now + grant.seconds)
                json.member("\(level)_expires_in", grant.seconds)
            }
            json.key("scope")
            json.array { json in
                for method in PDDMethod.allCases where method.needsToken {
                    json.value(method.rawValue)
                }
            }
        }
    }
}
