internal import WireFormat

/// A received HTTP answer.
public struct PlatformResponse: Sendable {
    public var status: Int
    public var body: [UInt8]
    /// The host that a redirect leads to.
    public var redirectHost: String?
    /// All of the body is UTF-8.
    public var isUTF8: Bool
    /// False where the body's encoding was guessed: its texts identify nothing.
    public var isTextCertain: Bool

    /// - Parameter isUTF8: nil where it is not known yet.
    public init(
        status: Int, body: [UInt8], redirectHost: String? = nil, isUTF8: Bool? = nil,
        isTextCertain: Bool = true
    ) {
        self.status = status
        self.body = body
        self.redirectHost = redirectHost
        self.isUTF8 = isUTF8 ?? body.withUnsafeBytes { JSONText.isUTF8($0) }
        self.isTextCertain = isTextCertain
    }
}
