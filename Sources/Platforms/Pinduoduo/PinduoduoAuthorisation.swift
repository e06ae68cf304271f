public import SyncCore
public import WireFormat

/// Pinduoduo's authorisation: the seller agrees on a page of the service market, and the app's
/// gateway gives and renews tokens, by signed requests like any other.
public struct PinduoduoAuthorisation: PlatformAuthorisation {
    public init() {}

    public let authorizeURL = "https://fuwu.pinduoduo.com/service-market/auth"
    /// Tokens are issued by the gateway.
    public let tokenURL: String? = nil
    /// The console's own has to be named: the platform shows no code automatically.
    public let redirectURI: String? = nil
    /// Whether a refresh brings a new one is not documented.
    public let keepsRefreshToken = true

    private static let createMethod = "pdd.pop.auth.token.create"
    private static let refreshMethod = "pdd.pop.auth.token.refresh"

    public func methodName(isRefresh: Bool) -> String? {
        isRefresh ? Self.refreshMethod : Self.createMethod
    }

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
        request(Self.createMethod, ["code": code.exposedText], app, now)
    }

    public func request(
        refreshToken: Secret, app: AuthorisationApp, now: UTCInstant
    ) -> PlatformRequest {
        request(Self.refreshMethod, ["refresh_token": refreshToken.exposedText], app, now)
    }

    private func request(
        _ type: String, _ parameters: [String: String], _ app: AuthorisationApp,
        _ now: UTCInstant
    ) -> PlatformRequest {
        PinduoduoRequest.build(
            type: type, parameters: parameters,
            credentials: Credentials(appKey: app.key, appSecret: app.secret, session: nil),
            platformTime: now)
    }

    /// 10019: the token has ended; 20000, 20032: it is not known, or no longer.
    public func refreshMayMend(code: String) -> Bool {
        ["10019", "20000", "20032"].contains(Self.number(code))
    }

    private static func number(_ code: String) -> Substring {
        code.prefix { $0 != " " }
    }

    // MARK: Answers

    public func decode(
        _ response: PlatformResponse, now: UTCInstant
    ) throws(AuthorisationFailure) -> AuthorisationGrant {
        let value: JSONValue
        do throws(CallFailure) {
            value = try PinduoduoDocument.content(response, at: now)
        } catch {
            throw Self.failure(error)
        }
        guard let token = value["access_token"]?.text else {
            throw AuthorisationFailure(
                .unknown, code: "broken answer", line: "the answer cannot be read")
        }
        let expiresAt = end(value, "expires", now)
        let refreshToken = value["refresh_token"]?.text
        var levels: [String: UTCInstant] = [:]
        for level in AuthorisationGrant.readLevels {
            guard let end = end(value, "\(level)_expires", now) else { continue }
            if expiresAt.map({ end < $0 }) ?? true { levels[level] = end }
        }
        let refreshUntil = refreshToken == nil ? nil : end(value, "refresh_token_expires", now)
        return AuthorisationGrant(
            accessToken: Secret(token), refreshToken: refreshToken.map { Secret($0) },
            expiresAt: expiresAt,
            refreshUntil: refreshUntil, userID: value["owner_id"]?.text ?? "",
            nick: value["owner_name"]?.text ?? "", subNick: "", levels: levels)
    }

    /// A life in seconds comes first: it does not depend on whose clock is right.
    private func end(_ value: JSONValue, _ name: String, _ now: UTCInstant) -> UTCInstant? {
        if let seconds = value["\(name)_in"]?.whole, seconds > 0, seconds < Self.lifeMax {
            return now.advanced(bySeconds: seconds)
        }
        return PinduoduoTime.parse(value["\(name)_at"])
    }

    /// A century: a number past it is none.
    private static let lifeMax: Int64 = 3_155_760_000

    private static func failure(_ failure: CallFailure) -> AuthorisationFailure {
        // Withdrawn, as the method of refreshing may be: the official list of 2026 lacks it.
        let kind = number(failure.code) == "20034" ? .refused : ofCalls(failure.disposition)
        return AuthorisationFailure(kind, code: failure.code, line: failure.line)
    }

    private static func ofCalls(_ disposition: Disposition) -> AuthorisationFailure.Kind {
        switch disposition {
        case .throttled: .later
        case .clockSkew: .clockOff
        case .misconfigured: .misconfigured
        case .retry, .narrow: .unknown
        case .unauthorised, .badRequest, .notFound, .empty: .refused
        }
    }
}
