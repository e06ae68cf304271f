public import WireFormat

/// What a call is signed with. Never printed, never logged.
public struct Credentials: Sendable {
    public var appKey: String
    public var appSecret: Secret
    /// The shop's access token; nil for calls that need none.
    public var session: Secret?

    public init(appKey: String, appSecret: Secret, session: Secret?) {
        self.appKey = appKey
        self.appSecret = appSecret
        self.session = session
    }
}
