/// A secret text: an app's secret, a session, a token. It cannot be printed, logged, encoded or
/// looked into with a mirror; only the signer, the transport and the log's redaction use its text.
public struct Secret: Hashable, Sendable {
    /// The text itself. Never pass it to a log line, an error or a message.
    public let exposedText: String

    public init(_ text: String) {
        exposedText = text
    }

    public var isEmpty: Bool { exposedText.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "redacted" }
    public var debugDescription: String { "redacted" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A literal in a source file is no secret: tests and the sandbox have such.
extension Secret: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) {
        self.init(text)
    }
}
