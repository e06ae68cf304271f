public import Platforms
public import SyncCore
public import WireFormat

/// A shop's session as the state file keeps it.
public struct StoredSession: Equatable, Sendable {
    /// How it came there; the raw value is in the file.
    public enum Source: String, CaseIterable, Sendable {
        /// `auth login`.
        case login
        /// `auth import`: pasted.
        case pasted = "import"
        /// Renewed from the one before.
        case refresh
    }

    public var shop: String
    /// The app it is of: under another key it opens nothing.
    public var appKey: String
    public var accessToken: Secret
    public var refreshToken: Secret?
    public var source: Source
    /// When it was received.
    public var issuedAt: UTCInstant
    public var expiresAt: UTCInstant?
    public var refreshUntil: UTCInstant?
    /// A refresh was seen not to move `refreshUntil`.
    public var isRefreshUntilFixed = false
    /// Ends of the levels of reading that end before the session does.
    public var levels: [String: UTCInstant] = [:]
    public var userID = ""
    public var nick = ""
    var subNick = ""
    /// When a refresh was sent whose outcome is not written yet.
    public var refreshSentAt: UTCInstant?
    public var refreshesLost = 0
    /// Why the platform refused to refresh it; empty while it did not.
    public var refreshRefusal = ""
    /// Why the latest refresh failed that is tried again; empty once one went through.
    public var refreshTrouble = ""

    public init(
        shop: String, appKey: String, accessToken: Secret, source: Source, issuedAt: UTCInstant
    ) {
        self.shop = shop
        self.appKey = appKey
        self.accessToken = accessToken
        self.source = source
        self.issuedAt = issuedAt
    }

    public init(
        _ grant: AuthorisationGrant, shop: String, appKey: String, source: Source,
        issuedAt: UTCInstant
    ) {
        self.init(
            shop: shop, appKey: appKey, accessToken: grant.accessToken, source: source,
            issuedAt: issuedAt)
        refreshToken = grant.refreshToken
        expiresAt = grant.expiresAt
        refreshUntil = grant.refreshUntil
        levels = grant.levels
        userID = grant.userID
        nick = grant.nick
        subNick = grant.subNick
    }

    /// - Parameter isRefused: whether the platform has refused a call with it.
    public func plan(isRefused: Bool = false) -> AuthorisationPlan {
        var plan = AuthorisationPlan(
            issuedAt: issuedAt, expiresAt: expiresAt, isRefreshable: refreshToken != nil,
            refreshUntil: refreshUntil)
        plan.isRefreshUntilFixed = isRefreshUntilFixed
        plan.refreshSentAt = refreshSentAt
        plan.refreshesLost = refreshesLost
        plan.isRefreshRefused = !refreshRefusal.isEmpty
        plan.isRefused = isRefused
        plan.isRenewed = source == .refresh
        return plan
    }

    // MARK: JSON

    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("shop", shop)
            json.member("app_key", appKey)
            json.member("access_token", accessToken.exposedText)
            json.member("refresh_token", refreshToken?.exposedText)
            json.member("source", source.rawValue)
            json.member("issued_at", issuedAt.seconds)
            json.member("expires_at", expiresAt?.seconds)
            json.member("refresh_until_at", refreshUntil?.seconds)
            json.member("refresh_until_is_fixed", isRefreshUntilFixed)
            json.member("r1_until_at", levels["r1"]?.seconds)
            json.member("r2_until_at", levels["r2"]?.seconds)
            json.member("user_id", userID)
            json.member("nick", nick)
            json.member("sub_nick", subNick)
            json.member("refresh_sent_at", refreshSentAt?.seconds)
            json.member("refreshes_lost", Int64(refreshesLost))
            json.member("refresh_refusal", refreshRefusal)
            json.member("refresh_trouble", refreshTrouble)
        }
    }

    /// Nil for what is no session.
    public init?(_ value: JSONValue) {
        guard let shop = value["shop"]?.text, let key = value["app_key"]?.text,
            let token = value["access_token"]?.text,
            let source = value["source"]?.text.flatMap({ Source(rawValue: $0) }),
            let issued = value["issued_at"]?.integer
        else { return nil }
        self.init(
            shop: shop, appKey: key, accessToken: Secret(token), source: source,
            issuedAt: UTCInstant(seconds: issued))
        func instant(_ name: String) -> UTCInstant? {
            value[name]?.integer.map { UTCInstant(seconds: $0) }
        }
        refreshToken = value["refresh_token"]?.text.map { Secret($0) }
        expiresAt = instant("expires_at")
        refreshUntil = instant("refresh_until_at")
        isRefreshUntilFixed = value["refresh_until_is_fixed"]?.flag ?? false
        levels["r1"] = instant("r1_until_at")
        levels["r2"] = instant("r2_until_at")
        userID = value["user_id"]?.text ?? ""
        nick = value["nick"]?.text ?? ""
        subNick = value["sub_nick"]?.text ?? ""
        refreshSentAt = instant("refresh_sent_at")
        refreshesLost = value["refreshes_lost"]?.integer.map { Int($0) } ?? 0
        refreshRefusal = value["refresh_refusal"]?.text ?? ""
        refreshTrouble = value["refresh_trouble"]?.text ?? ""
    }
}
