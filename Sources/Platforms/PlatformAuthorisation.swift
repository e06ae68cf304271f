public import SyncCore
public import WireFormat

/// Speaks a platform's protocol of authorisation: builds requests, decodes answers. No I/O, no
/// clock, no state. Requests are sent with POST, so that no token is part of a URL.
public protocol PlatformAuthorisation: Sendable {
    /// Where a seller authorises.
    var authorizeURL: String { get }
    /// The address that issues tokens; nil for the app's own gateway.
    var tokenURL: String? { get }
    /// For apps that name none; nil where each has to.
    var redirectURI: String? { get }

    /// The API's method that gives or renews a token; nil where that is no call of the API, and
    /// so not of its quota.
    func methodName(isRefresh: Bool) -> String?

    /// The page that the seller opens.
    func page(authorizeURL: String, app: AuthorisationApp, state: String) -> String

    /// - Parameter now: the machine's time, for platforms that sign it.
    func request(code: Secret, app: AuthorisationApp, now: UTCInstant) -> PlatformRequest
    func request(
        refreshToken: Secret, app: AuthorisationApp, now: UTCInstant
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
