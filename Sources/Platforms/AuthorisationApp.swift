public import WireFormat

/// What an app is called by where sellers authorise it. Never printed, never logged.
public struct AuthorisationApp: Sendable {
    public var key: String
    public var secret: Secret
    /// Where the platform sends the seller's browser back to, as the console has it.
    public var redirectURI: String

    public init(key: String, secret: Secret, redirectURI: String) {
        self.key = key
        self.secret = secret
        self.redirectURI = redirectURI
    }
}

extension Platform {
    public var authorisation: any PlatformAuthorisation {
        switch self {
        case .taobao: TaobaoAuthorisation()
        case .pinduoduo: PinduoduoAuthorisation()
        }
    }
}
