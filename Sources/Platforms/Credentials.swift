/// What a call is signed with. Never printed, never logged.
public struct Credentials: Sendable {
    public var appKey: String
    public var appSecret: String
    /// The shop's access token; nil for calls that need none.
    public var session: String?

    public init(appKey: String, appSecret: String, session: String?) {
        self.appKey = appKey
        self.appSecret = appSecret
        self.session = session
    }
}
