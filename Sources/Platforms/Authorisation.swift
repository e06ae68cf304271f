public import SyncCore

/// What an app is called by where sellers authorise it. Never printed, never logged.
public struct AuthorisationApp: Sendable {
    public var key: String
    public var secret: String
    /// Where the platform sends the seller's browser back to, as the console has it.
    public var redirectURI: String

    public init(key: String, secret: String, redirectURI: String) {
        self.key = key
        self.secret = secret
        self.redirectURI = redirectURI
    }
}

/// What a platform grants: a session, and perhaps what renews it.
public struct AuthorisationGrant: Equatable, Sendable {
    public var accessToken: String
    public var refreshToken: String?
    /// Nil when the answer does not say.
    public var expiresAt: UTCInstant?
    /// Until when it can be refreshed; nil when unknown.
    public var refreshUntil: UTCInstant?
    /// The seller's account.
    public var userID: String
    public var nick: String
    /// The account that authorised, where it is not the seller's own.
    public var subNick: String
    /// Ends of the levels of reading that end earlier than the session: `r1`, `r2`. Nothing is
    /// written, so the levels of that do not matter.
    public var levels: [String: UTCInstant]

    static let readLevels = ["r1", "r2"]

    public var isRefreshable: Bool { refreshToken != nil }
}

/// No grant came. The line is free of secrets.
public struct AuthorisationFailure: Error, Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        /// The code or refresh token is not accepted, and never will be.
        case refused
        /// The app's key, secret or redirect URI is wrong: the code or token is untouched.
        case misconfigured
        /// The platform has no time for it: the code or token is untouched.
        case later
        /// The request's own time is refused: the code or token is untouched.
        case clockOff
        /// The answer cannot be read: whether the code or token is used up is not known.
        case unknown
    }

    public var kind: Kind
    public var code: String
    public var line: String

    public init(_ kind: Kind, code: String, line: String) {
        self.kind = kind
        self.code = code
        self.line = line
    }
}

/// Speaks a platform's protocol of authorisation: builds requests, decodes answers. No I/O, no
/// clock, no state. Requests are sent with POST, so that no token is part of a URL.
public protocol PlatformAuthorisation: Sendable {
    /// Where a seller authorises.
    var authorizeURL: String { get }
    /// Where tokens are had; nil for the app's own gateway.
    var tokenURL: String? { get }
    /// For apps that name none; nil where each has to.
    var redirectURI: String? { get }

    /// The API's method that gives or renews a token; nil where that is no call of the API, and
    /// so not of its quota.
    func methodName(isRefresh: Bool) -> String?

    /// The page that the seller opens.
    func page(authorizeURL: String, app: AuthorisationApp, state: String) -> String

    /// - Parameter now: the machine's time, for platforms that sign it.
    func request(code: String, app: AuthorisationApp, now: UTCInstant) -> PlatformRequest
    func request(
        refreshToken: String, app: AuthorisationApp, now: UTCInstant
    ) -> PlatformRequest

    /// - Parameter now: the machine's time at the answer, from which lives are counted.
    func decode(
        _ response: PlatformResponse, now: UTCInstant
    ) throws(AuthorisationFailure) -> AuthorisationGrant

    /// A refresh that brings no new refresh token leaves the one that was sent valid.
    var keepsRefreshToken: Bool { get }

    /// Whether a refusal of a call with this code may end with a refreshed session.
    func refreshMayMend(code: String) -> Bool
}

extension Platform {
    public var authorisation: any PlatformAuthorisation {
        switch self {
        case .taobao: TaobaoAuthorisation()
        case .pinduoduo: PinduoduoAuthorisation()
        }
    }
}
