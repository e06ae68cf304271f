/// An answer. What every answer has in common, the server adds.
public struct WebReply: Equatable, Sendable {
    public var status: Int
    public var contentType: String
    public var body: [UInt8]
    /// Further headers, in order.
    public var headers: [(String, String)]

    public init(
        _ status: Int, _ contentType: String = "text/plain; charset=utf-8", body: [UInt8] = [],
        headers: [(String, String)] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.headers = headers
    }

    /// A refusal: one line for whoever tries it by hand.
    public init(refusing status: Int, _ line: String, headers: [(String, String)] = []) {
        self.init(status, body: Array("\(line)\n".utf8), headers: headers)
    }

    public static func == (left: WebReply, right: WebReply) -> Bool {
        left.status == right.status && left.contentType == right.contentType
            && left.body == right.body
            && left.headers.elementsEqual(right.headers) { $0 == $1 }
    }
}
