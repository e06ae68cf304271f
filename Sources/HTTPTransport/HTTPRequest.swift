/// A POST of a form, or a GET when there is no body.
public struct HTTPRequest: Sendable {
    public var url: String
    public var body: [UInt8]?
    public var contentType: String
    /// Time for the whole exchange, in milliseconds.
    public var timeoutMilliseconds: Int

    public init(
        url: String, body: [UInt8]?, contentType: String = "", timeoutMilliseconds: Int = 30_000
    ) {
        self.url = url
        self.body = body
        self.contentType = contentType
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}
