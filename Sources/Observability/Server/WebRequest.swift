/// One request as the guard and the pages see it: GET or HEAD, without a body.
public struct WebRequest: Equatable, Sendable {
    public var method: String
    /// As sent, without the query.
    public var path: String
    /// The query's members, decoded.
    public var query: [String: String]
    /// The headers that matter, by name in lower case; each as often as it was sent.
    public var headers: [String: [String]]
    /// The address of this machine that the connection came to.
    public var localAddress: String?

    public init(
        method: String = "GET", path: String, query: [String: String] = [:],
        headers: [String: [String]] = [:], localAddress: String? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.localAddress = localAddress
    }

    /// The header's value if it was sent exactly once.
    public func header(_ name: String) -> String? {
        headers[name].flatMap { $0.count == 1 ? $0[0] : nil }
    }
}
