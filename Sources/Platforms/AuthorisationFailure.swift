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
