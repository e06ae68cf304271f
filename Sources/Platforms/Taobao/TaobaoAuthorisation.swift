public import SyncCore
public import WireFormat

/// Taobao's OAuth 2 (document 102635): a code for a session, and a refresh token for the next.
public struct TaobaoAuthorisation: PlatformAuthorisation {
    public init() {}

    public let authorizeURL = "https://oauth.taobao.com/authorize"
    public let tokenURL: String? = "https://oauth.taobao.com/token"
    /// The platform shows the code instead of redirecting.
    public let redirectURI: String? = "urn:ietf:wg:oauth:2.0:oob"
    /// A refresh replaces it.
    public let keepsRefreshToken = false

    /// Tokens are issued by their own server.
    public func methodName(isRefresh: Bool) -> String? { nil }

    public func page(authorizeURL: String, app: AuthorisationApp, state: String) -> String {
        let query = FormEncoding.encode([
            (name: "response_type", value: "code"), (name: "client_id", value: app.key),
            (name: "redirect_uri", value: app.redirectURI), (name: "state", value: state),
            (name: "view", value: "web"),
        ])
        return "\(authorizeURL)?\(String(decoding: query, as: UTF8.self))"
    }

    public func request(
        code: Secret, app: AuthorisationApp, now: UTCInstant
    ) -> PlatformRequest {
        form([
            ("grant_type", "authorization_code"), ("code", code.exposedText),
            ("client_id", app.key),
            ("client_secret", app.secret.exposedText), ("redirect_uri", app.redirectURI),
            ("view", "web"),
        ])
    }

    public func request(
        refreshToken: Secret, app: AuthorisationApp, now: UTCInstant
    ) -> PlatformRequest {
        form([
            ("grant_type", "refresh_token"), ("refresh_token", refreshToken.exposedText),
            ("client_id", app.key), ("client_secret", app.secret.exposedText),
        ])
    }

    private func form(_ pairs: [(name: String, value: String)]) -> PlatformRequest {
        PlatformRequest(
            body: FormEncoding.encode(pairs),
            contentType: "application/x-www-form-urlencoded;charset=UTF-8")
    }

    /// 26: no session, 27: expired or unknown, 42: a security level of it has ended.
    public func refreshMayMend(code: String) -> Bool {
        let words = code.split(separator: " ")
        return words.first.map { ["26", "27", "42"].contains($0) } ?? false
            || words.contains("invalid-sessionkey") || words.contains("session-expired")
    }

    // MARK: Answers

    public func decode(
        _ response: PlatformResponse, now: UTCInstant
    ) throws(AuthorisationFailure) -> AuthorisationGrant {
        guard let root = Self.parse(response.body), case .object(let members, _) = root else {
            throw Self.unreadable(response)
        }
        if let error = root["error_response"] { throw Self.failure(top: error) }
        if let error = root["error"]?.text {
            throw Self.failure(error, root["error_description"]?.text ?? "")
        }
        guard response.status == 200 else { throw Self.unreadable(response) }
        // taobao.top.auth.token.* answers with the document as a text inside its envelope.
        let envelope = members.first { $0.name.hasSuffix("_response") }?.value ?? root
        guard let inner = envelope["token_result"]?.text else {
            return try grant(envelope, response, now)
        }
        guard let document = Self.parse(Array(inner.utf8)) else {
            throw Self.unreadable(response)
        }
        return try grant(document, response, now)
    }

    private static func parse(_ bytes: [UInt8]) -> JSONValue? {
        bytes.withUnsafeBytes { try? JSONValue.parse($0) }
    }

    private func grant(
        _ value: JSONValue, _ response: PlatformResponse, _ now: UTCInstant
    ) throws(AuthorisationFailure) -> AuthorisationGrant {
        guard let token = value["access_token"]?.text else { throw Self.unreadable(response) }
        let expiresAt = end(value, "expires_in", "expire_time", now)
        // A life of 0 means that it cannot be refreshed, whatever token comes with it.
        let canRefresh = value["re_expires_in"]?.whole != 0
        let refreshUntil = end(value, "re_expires_in", "refresh_token_valid_time", now)
        let refreshToken = canRefresh ? value["refresh_token"]?.text : nil
        var levels: [String: UTCInstant] = [:]
        for level in AuthorisationGrant.readLevels {
            guard let end = end(value, "\(level)_expires_in", "\(level)_valid", now) else {
                continue
            }
            if expiresAt.map({ end < $0 }) ?? true { levels[level] = end }
        }
        return AuthorisationGrant(
            accessToken: Secret(token), refreshToken: refreshToken.map { Secret($0) },
            expiresAt: expiresAt,
            refreshUntil: refreshToken == nil ? nil : refreshUntil ?? expiresAt,
            userID: value["taobao_user_id"]?.text ?? "",
            nick: Self.name(value["taobao_user_nick"]),
            subNick: Self.name(value["sub_taobao_user_nick"]), levels: levels)
    }

    /// Lives are seconds, as numbers or as text; ends are milliseconds since 1970. The life comes
    /// first: it does not depend on whose clock is right.
    private func end(
        _ value: JSONValue, _ life: String, _ end: String, _ now: UTCInstant
    ) -> UTCInstant? {
        if let seconds = value[life]?.whole, seconds > 0, seconds < Self.lifeMax {
            return now.advanced(bySeconds: seconds)
        }
        return value[end]?.whole.flatMap { EpochTime.parse($0) }
    }

    /// A century: a number past it is none.
    private static let lifeMax: Int64 = 3_155_760_000

    /// Nicks come percent-encoded.
    private static func name(_ value: JSONValue?) -> String {
        guard let text = value?.text else { return "" }
        return FormEncoding.decode("n=\(text)".utf8)?.first?.value ?? text
    }

    // MARK: Failures

    private static func unreadable(_ response: PlatformResponse) -> AuthorisationFailure {
        let code = response.status == 200 ? "broken answer" : "http \(response.status)"
        switch response.status {
        case 300..<400:
            return AuthorisationFailure(
                .misconfigured, code: code,
                line: BrokenAnswer.redirection(response).replacing("`gateway`", with: "`token_url`")
            )
        case 407, 511:
            return AuthorisationFailure(
                .later, code: code, line: BrokenAnswer.networkLogin(response.status))
        case 404, 405:
            return AuthorisationFailure(
                .misconfigured, code: code, line: "nothing answers there; check `token_url`")
        case 429, 503:
            return AuthorisationFailure(
                .later, code: code, line: "the platform has no time for it; try again later")
        default:
            return AuthorisationFailure(.unknown, code: code, line: "the answer cannot be read")
        }
    }

    /// The texts of section 8.4; what the platform says stands behind the advice.
    private static func failure(_ error: String, _ description: String) -> AuthorisationFailure {
        let code = RedactedText.code(error)
        let said = description.isEmpty ? code : "\(code), \(RedactedText.message(description))"
        func made(_ kind: AuthorisationFailure.Kind, _ advice: String) -> AuthorisationFailure {
            AuthorisationFailure(kind, code: code, line: "\(advice) (\(said))")
        }
        let text = description.lowercased()
        if text.contains("redirect_uri") {
            return made(
                .misconfigured, "`redirect_uri` of the app is not the one in the console")
        }
        if text.contains("client_secret") || error == "invalid_client" {
            return made(.misconfigured, "check the app's key and secret")
        }
        if text.contains("code expire") {
            return made(.refused, "the code is older than 30 minutes or was used; get a new one")
        }
        if text.contains("session key num") {
            return made(
                .refused, "the seller has authorised this app too often; wait a day or revoke some")
        }
        switch error {
        case "access_denied": return made(.refused, "the seller has refused")
        case "temporarily_unavailable":
            return made(.later, "the platform has no time for it; try again later")
        case "server_error": return made(.unknown, "the platform failed")
        case "unauthorized_client", "unsupported_grant_type":
            return made(.misconfigured, "the app may not do this; see its kind in the console")
        default: return made(.refused, "the platform refuses it")
        }
    }

    private static func failure(top error: JSONValue) -> AuthorisationFailure {
        let failure = TaobaoErrors.classify(
            code: error["code"]?.whole.map { Int($0) } ?? 0, message: error["msg"]?.text ?? "",
            subCode: error["sub_code"]?.text ?? "", subMessage: error["sub_msg"]?.text ?? "")
        let kind: AuthorisationFailure.Kind =
            switch failure.disposition {
            case .throttled, .clockSkew: .later
            case .misconfigured: .misconfigured
            case .retry, .narrow: .unknown
            case .unauthorised, .badRequest, .notFound, .empty: .refused
            }
        return AuthorisationFailure(kind, code: failure.code, line: failure.line)
    }
}
