public import SyncCore
public import WireFormat

/// What a platform grants: a session, and perhaps what renews it.
public struct AuthorisationGrant: Equatable, Sendable {
    public var accessToken: Secret
    public var refreshToken: Secret?
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
