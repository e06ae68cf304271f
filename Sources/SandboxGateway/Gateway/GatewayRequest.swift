/// A request as it arrived: what a web server knows of it, nothing decoded.
public struct GatewayRequest: Sendable {
    public var verb: String
    public var path: String
    /// What follows the `?`, still encoded.
    public var query: [UInt8]
    public var body: [UInt8]
    /// The header `Host`: how the caller reaches the gateway.
    public var host = "127.0.0.1"

    public init(verb: String, path: String, query: [UInt8] = [], body: [UInt8] = []) {
        self.verb = verb
        self.path = path
        self.query = query
        self.body = body
    }
}
