public import WireFormat

/// Decides who may read: a browser on this machine visits pages of strangers, and those must
/// neither reach the server under their own name (DNS rebinding) nor read its answers.
public struct RequestGuard: Sendable {
    private let listen: ListenAddress
    private let hosts: Set<String>
    private let token: [UInt8]?

    /// - Parameters:
    ///   - hosts: further names by which the server may be called, without a port.
    ///   - token: what readers must show; nil where loopback is protection enough.
    public init(listen: ListenAddress, hosts: [String] = [], token: Secret? = nil) {
        self.listen = listen
        var names = Set(hosts.map { Self.bare($0.lowercased()) })
        names.formUnion(["localhost", "127.0.0.1", "::1"])
        if !listen.isWildcard { names.insert(listen.host.lowercased()) }
        self.hosts = names
        self.token = token.map { Array($0.exposedText.utf8) }
    }

    /// The refusal, or nil for a request that may pass.
    public func refusal(_ request: WebRequest) -> WebReply? {
        guard let host = request.header("host") else {
            return WebReply(refusing: 400, "exactly one Host header is expected")
        }
        guard isKnown(host, request.localAddress) else {
            return WebReply(
                refusing: 421,
                "this server does not answer to that Host; add it to hosts in [http]")
        }
        if let reply = Self.reply(toMethod: request.method) { return reply }
        guard isSameOrigin(request, host: host) else {
            return WebReply(refusing: 403, "other sites may not read this")
        }
        guard isTrusted(request) else {
            return WebReply(
                refusing: 401,
                "a token is required: Authorization: Bearer TOKEN, or the token as the password",
                headers: [("WWW-Authenticate", "Basic realm=\"ordersync\", charset=\"UTF-8\"")])
        }
        return nil
    }

    // MARK: Method

    private static let allowed = "GET, HEAD, OPTIONS"
    private static let others: Set = ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"]

    private static func reply(toMethod method: String) -> WebReply? {
        switch method {
        case "GET", "HEAD": nil
        case "OPTIONS": WebReply(200, headers: [("Allow", allowed)])
        case let other where others.contains(other):
            WebReply(
                refusing: 405, "only GET, HEAD and OPTIONS are answered",
                headers: [("Allow", allowed)])
        default: WebReply(refusing: 501, "only GET, HEAD and OPTIONS are implemented")
        }
    }

    // MARK: Host

    private func isKnown(_ host: String, _ localAddress: String?) -> Bool {
        guard let name = Self.name(host.lowercased()) else { return false }
        if hosts.contains(name) { return true }
        // Where all addresses are listened at, the one that was called is a listen address.
        return listen.isWildcard && name == localAddress
    }

    /// The name of `name`, `name:port` or `[address]:port`; nil for anything else.
    private static func name(_ host: String) -> String? {
        let name: Substring
        let rest: Substring
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return nil }
            name = host[host.index(after: host.startIndex)..<end]
            rest = host[host.index(after: end)...]
        } else {
            name = host.prefix { $0 != ":" }
            rest = host.dropFirst(name.count)
        }
        guard rest.isEmpty || rest.first == ":" && rest.dropFirst().utf8.allSatisfy(isDigit),
            !name.isEmpty
        else { return nil }
        return String(name)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func bare(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    // MARK: Origin

    private func isSameOrigin(_ request: WebRequest, host: String) -> Bool {
        if let origins = request.headers["origin"] {
            let own = ["http://\(host.lowercased())", "https://\(host.lowercased())"]
            guard origins.count == 1, own.contains(origins[0].lowercased()) else { return false }
        }
        guard let sites = request.headers["sec-fetch-site"] else { return true }
        guard sites.count == 1 else { return false }
        if sites[0] == "same-origin" || sites[0] == "none" { return true }
        // A link from another site may lead to the page; it is shown to the person alone.
        return request.path == "/" && request.header("sec-fetch-mode") == "navigate"
            && request.header("sec-fetch-dest") == "document"
    }

    // MARK: Token

    private func isTrusted(_ request: WebRequest) -> Bool {
        guard let token else { return true }
        guard let header = request.header("authorization"), let space = header.firstIndex(of: " ")
        else { return false }
        let scheme = header[..<space].lowercased()
        let rest = String(header[header.index(after: space)...])
        switch scheme {
        case "bearer":
            return Self.isEqual(Array(rest.utf8), token)
        case "basic":
            guard let pair = Base64.decode(rest), let colon = pair.firstIndex(of: 58) else {
                return false
            }
            return Self.isEqual(Array(pair[(colon + 1)...]), token)
        default:
            return false
        }
    }

    /// Takes the same time wherever the two differ.
    private static func isEqual(_ given: [UInt8], _ token: [UInt8]) -> Bool {
        var difference = given.count ^ token.count
        for (index, byte) in token.enumerated() {
            difference |= Int(byte ^ (index < given.count ? given[index] : 0))
        }
        return difference == 0
    }
}
