import Platforms
import SyncCore
import Testing
import WireFormat

@Suite struct TaobaoAuthorisationTests {
    private let platform = Platform.taobao.authorisation
    private let app = AuthorisationApp(
        key: "12345678", secret: "s&cret", redirectURI: "https://example.com/back?a=b")
    private let now = UTCInstant(seconds: 1_762_862_400)
    private static let year: Int64 = 31_536_000

    private func decode(
        _ body: [UInt8], status: Int = 200
    ) throws(AuthorisationFailure) -> AuthorisationGrant {
        try platform.decode(PlatformResponse(status: status, body: body), now: now)
    }

    private func failure(_ body: String, status: Int = 400) -> AuthorisationFailure? {
        do throws(AuthorisationFailure) {
            _ = try decode(Array(body.utf8), status: status)
            return nil
        } catch {
            return error
        }
    }

    private func pairs(_ request: PlatformRequest) throws -> [String: String] {
        let pairs = try #require(FormEncoding.decode(request.body))
        return Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }

    // MARK: Requests

    @Test func thePageIsDocumented() throws {
        let page = platform.page(
            authorizeURL: platform.authorizeURL, app: app, state: "a b")
        #expect(
            page == "https://oauth.taobao.com/authorize?response_type=code&client_id=12345678"
                + "&redirect_uri=https%3A%2F%2Fexample.com%2Fback%3Fa%3Db&state=a%20b&view=web")
        #expect(!page.contains("s&cret"))
        #expect(!page.contains("s%26cret"))
    }

    @Test func requestsCarryTheirSecretsInTheBody() throws {
        #expect(
            try pairs(platform.request(code: "c/1", app: app, now: now)) == [
                "grant_type": "authorization_code", "code": "c/1", "client_id": "12345678",
                "client_secret": "s&cret", "redirect_uri": "https://example.com/back?a=b",
                "view": "web",
            ])
        #expect(
            try pairs(platform.request(refreshToken: "r+1", app: app, now: now)) == [
                "grant_type": "refresh_token", "refresh_token": "r+1", "client_id": "12345678",
                "client_secret": "s&cret",
            ])
    }

    // MARK: Grants

    @Test func theAdapterReadsTheTokenEndpoint() throws {
        let grant = try decode(try Fixture.bytes("authorisation/oauth.token.response.json"))
        #expect(grant.accessToken == "6200f1ZZb7eee5c8c4d4f1a2b3c4d5e6f7a8b9c0d1e2f3a0")
        #expect(grant.refreshToken == "6201d1ZZ0a1b2c3d4e5f60718293a4b5c6d7e8f9a0b1c2d3")
        #expect(grant.expiresAt == now.advanced(bySeconds: Self.year))
        #expect(grant.refreshUntil == now.advanced(bySeconds: Self.year))
        #expect(grant.nick == "商家测试帐号17")
        #expect(grant.subNick == "商家测试帐号17:alice")
        #expect(grant.userID == "263685215")
        #expect(grant.levels.isEmpty)  // Only writing ends sooner.
    }

    /// The document is a text inside the envelope; a life of 0 means that its refresh token is
    /// good for nothing; one life is a text.
    @Test(arguments: ["create", "refresh"])
    func theAdapterReadsTheMethods(name: String) throws {
        let file = "authorisation/taobao.top.auth.token.\(name).response.json"
        let grant = try decode(try Fixture.bytes(file))
        #expect(grant.accessToken == "6200f1ZZb7eee5c8c4d4f1a2b3c4d5e6f7a8b9c0d1e2f3a0")
        #expect(grant.refreshToken == nil)
        #expect(!grant.isRefreshable)
        #expect(grant.refreshUntil == nil)
        #expect(grant.expiresAt == now.advanced(bySeconds: Self.year))
        #expect(grant.levels.isEmpty)  // Only writing ends sooner.
    }

    @Test func theAdapterTakesLivesAsTextAndEndsWhereThereAreNoLives() throws {
        let text = try decode(
            Array(
                #"{"access_token":"a","expires_in":"60","refresh_token":"r","re_expires_in":"90"}"#
                    .utf8))
        #expect(text.expiresAt == now.advanced(bySeconds: 60))
        #expect(text.refreshUntil == now.advanced(bySeconds: 90))
        #expect(text.isRefreshable)
        let ends = try decode(
            Array(
                (#"{"access_token":"a","expire_time":1767196800000,"refresh_token":"r","#
                    + #""refresh_token_valid_time":"1767196700000"}"#).utf8))
        #expect(ends.expiresAt == UTCInstant(seconds: 1_767_196_800))
        #expect(ends.refreshUntil == UTCInstant(seconds: 1_767_196_700))
        let bare = try decode(Array(#"{"access_token":"a","expires_in":"soon"}"#.utf8))
        #expect(bare.expiresAt == nil)
        #expect(!bare.isRefreshable)
    }

    @Test(arguments: [
        ("%E5%95%86%3Aalice", "商:alice"), ("plain", "plain"), ("100%", "100%"), ("商家", "商家"),
    ])
    func theAdapterDecodesNicks(sent: String, nick: String) throws {
        let body = #"{"access_token":"a","taobao_user_nick":"\#(sent)"}"#
        #expect(try decode(Array(body.utf8)).nick == nick)
    }

    // MARK: Failures

    /// The texts of section 8.4: what they mean, and what the line says to do.
    @Test(
        arguments: [
            ("invalid_grant", "authorize code expire", .refused, "get a new one"),
            ("invalid_request", "redirect_uri is invalidate", .misconfigured, "`redirect_uri`"),
            ("invalid_client", "client_secret is invalidate", .misconfigured, "key and secret"),
            ("invalid_request", "session key num is larger than 10", .refused, "too often"),
            ("access_denied", "authorize reject", .refused, "refused"),
            ("invalid_grant", "refresh token expire", .refused, "refuses"),
            ("temporarily_unavailable", "", .later, "try again later"),
            ("server_error", "", .unknown, "failed"),
            ("unsupported_grant_type", "", .misconfigured, "console"),
            ("unknown_error", "not this", .refused, "not this"),
        ] as [(String, String, AuthorisationFailure.Kind, String)])
    func theAdapterSaysWhatToDo(
        error: String, description: String, kind: AuthorisationFailure.Kind, advice: String
    ) throws {
        let body = #"{"error":"\#(error)","error_description":"\#(description)"}"#
        let failure = try #require(self.failure(body))
        #expect(failure.kind == kind)
        #expect(failure.code == error)
        #expect(failure.line.contains(advice), "\(failure.line)")
        #expect(!failure.line.contains("\n"))
    }

    @Test func theAdapterReadsTheFixtureOfAFailure() throws {
        let body = try Fixture.bytes("authorisation/oauth.error.json")
        let failure = #expect(throws: AuthorisationFailure.self) {
            try decode(body, status: 400)
        }
        #expect(failure?.kind == .refused)
        #expect(failure?.code == "invalid_grant")
    }

    @Test(
        arguments: [
            (200, "", .unknown), (200, "<html>", .unknown), (200, "{}", .unknown),
            (200, "[]", .unknown),
            (200, #"{"access_token":""}"#, .unknown), (200, #"{"access_token":"a"#, .unknown),
            (500, #"{"access_token":"a"}"#, .unknown), (502, "<html>", .unknown), (503, "", .later),
            (429, "", .later), (404, "not found", .misconfigured), (302, "", .misconfigured),
            (
                200, #"{"error_response":{"code":7,"msg":"x","sub_code":"accesscontrol.limited"}}"#,
                .later
            ),
            (200, #"{"error_response":{"code":25,"msg":"Invalid signature"}}"#, .misconfigured),
            (200, #"{"error_response":{"code":27,"sub_code":"invalid-sessionkey"}}"#, .refused),
        ] as [(Int, String, AuthorisationFailure.Kind)])
    func nothingIsConcludedFromBrokenAnswers(
        status: Int, body: String, kind: AuthorisationFailure.Kind
    ) {
        #expect(failure(body, status: status)?.kind == kind, "\(status) \(body)")
    }

    @Test(arguments: [
        ("27 invalid-sessionkey", true), ("27", true), ("26", true), ("42", true),
        ("15 session-expired", true), ("12", false), ("11 isv.permission-api", false), ("", false),
    ])
    func theAdapterKnowsWhatARefreshFixes(code: String, isFixed: Bool) {
        #expect(platform.refreshMayMend(code: code) == isFixed)
    }
}
