import SyncCore
import Testing
import WireFormat

@testable import SandboxGateway

@Suite struct AuthorisationTests {
    private static let redirect = "http://127.0.0.1:8199/back"

    private func page(
        _ caller: inout Caller, _ changes: [String: String] = [:]
    ) -> GatewayAnswer {
        var query = [
            "response_type": "code", "client_id": caller.gateway.configuration.appKey,
            "redirect_uri": Self.redirect, "state": "s/1",
        ]
        query.merge(changes) { $1 }
        return caller.gateway.handle(
            GatewayRequest(
                verb: "GET", path: "/authorize",
                query: FormEncoding.encode(query.map { (name: $0.key, value: $0.value) })),
            machineMilliseconds: caller.now)
    }

    /// The code of a seller who agrees.
    private func code(_ caller: inout Caller, _ changes: [String: String] = [:]) throws -> String {
        let location = try #require(page(&caller, changes).location)
        #expect(location.hasPrefix("\(Self.redirect)?code="))
        #expect(location.hasSuffix("&state=s%2F1"))
        return String(location.dropFirst(Self.redirect.count + 6).prefix { $0 != "&" })
    }

    private func token(
        _ caller: inout Caller, _ changes: [String: String?]
    ) -> (status: Int, text: String, fate: GatewayAnswer.Fate) {
        var body: [String: String] = [
            "grant_type": "authorization_code",
            "client_id": caller.gateway.configuration.appKey,
            "client_secret": caller.gateway.configuration.appSecret,
            "redirect_uri": Self.redirect,
        ]
        for (name, value) in changes { body[name] = value }
        let answer = caller.gateway.handle(
            GatewayRequest(
                verb: "POST", path: "/token",
                body: FormEncoding.encode(body.map { (name: $0.key, value: $0.value) })),
            machineMilliseconds: caller.now)
        return (answer.status, String(decoding: answer.body, as: UTF8.self), answer.fate)
    }

    private func isAccepted(_ session: String, _ caller: inout Caller) -> Bool {
        let text = caller.text(
            "taobao.user.seller.get", ["fields": "nick", "session": session])
        return text.contains("user_seller_get_response")
    }

    @Test func theGatewayGivesASessionThatWorksAndEnds() throws {
        var caller = Caller()
        caller.control("token_life_seconds", "100")
        let announced = caller.gateway.sessions[0].token
        let code = try code(&caller)
        let answer = token(&caller, ["code": code])
        #expect(answer.status == 200)
        #expect(values(of: "expires_in", in: answer.text).first == "100")
        #expect(answer.text.contains(#""w1_expires_in":"100""#))
        #expect(answer.text.contains("%E6%B5%8B%E8%AF%95%E6%97%97%E8%88%B0%E5%BA%971"))
        let session = try #require(values(of: "access_token", in: answer.text).first)
        #expect(isAccepted(session, &caller))
        #expect(!isAccepted(announced, &caller))
        caller.now += 99_000
        #expect(isAccepted(session, &caller))
        caller.now += 1_000
        #expect(!isAccepted(session, &caller))
    }

    @Test func codesAreGoodOnceAndNotForLong() throws {
        var caller = Caller()
        let first = try code(&caller)
        #expect(token(&caller, ["code": first]).status == 200)
        let late = try code(&caller)
        caller.now += 1_800_000
        for code in [first, late, "never"] {
            let answer = token(&caller, ["code": code])
            #expect(answer.status == 400)
            #expect(answer.text.contains("authorize code expire"))
        }
    }

    @Test(arguments: [
        ("client_secret", "wrong", "client_secret is invalidate"),
        ("client_id", "87654321", "client_id is invalidate"),
        ("redirect_uri", "http://127.0.0.1:1/", "redirect_uri is invalidate"),
        ("grant_type", "password", "grant_type is invalidate"),
    ])
    func theGatewayRefusesWhatIsWrong(name: String, value: String, text: String) throws {
        var caller = Caller()
        let code = try code(&caller)
        let answer = token(&caller, ["code": code, name: value])
        #expect(answer.status == 400)
        #expect(answer.text.contains(text))
        // The code is untouched by the mistake.
        #expect(token(&caller, ["code": code]).status == 200)
    }

    @Test func refreshTokensRotate() throws {
        var caller = Caller()
        let code = try code(&caller)
        let granted = token(&caller, ["code": code]).text
        let old = try #require(values(of: "refresh_token", in: granted).first)
        let ask = ["grant_type": "refresh_token", "refresh_token": old]
        let answer = token(&caller, ask)
        #expect(answer.status == 200)
        let session = try #require(values(of: "access_token", in: answer.text).first)
        #expect(isAccepted(session, &caller))
        #expect(token(&caller, ask).status == 400)
        #expect(isAccepted(session, &caller))
        let new = try #require(values(of: "refresh_token", in: answer.text).first)
        caller.control("refreshes_refused", "1")
        #expect(
            token(&caller, ["grant_type": "refresh_token", "refresh_token": new]).status == 400)
        caller.control("refreshes_refused", "0")
        caller.control("token_answers_lost", "1")
        #expect(
            token(&caller, ["grant_type": "refresh_token", "refresh_token": new]).fate == .reset)
        #expect(
            token(&caller, ["grant_type": "refresh_token", "refresh_token": new]).status == 400)
    }

    @Test func someAppsCannotRefresh() throws {
        var caller = Caller()
        caller.control("refresh_life_seconds", "0")
        let code = try code(&caller)
        let granted = token(&caller, ["code": code]).text
        #expect(granted.contains(#""re_expires_in":0"#))
        let old = try #require(values(of: "refresh_token", in: granted).first)
        #expect(
            token(&caller, ["grant_type": "refresh_token", "refresh_token": old]).status == 400)
    }

    @Test func thePageRefusesAndShowsCodes() throws {
        var caller = Caller { $0.shopCount = 2 }
        #expect(page(&caller, ["client_id": "1"]).status == 400)
        #expect(page(&caller, ["redirect_uri": "nowhere"]).status == 400)
        #expect(page(&caller, ["shop": "shop9"]).status == 400)
        let shown = page(&caller, ["redirect_uri": "urn:ietf:wg:oauth:2.0:oob", "shop": "shop2"])
        #expect(shown.status == 200)
        #expect(shown.body.count == 41)
        caller.control("authorisations_refused", "1")
        let refused = try #require(page(&caller).location)
        #expect(refused.contains("error=access_denied"))
        #expect(refused.contains("state=s%2F1"))
    }
}
