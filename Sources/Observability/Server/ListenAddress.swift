internal import NIOCore

/// Where the server listens: `127.0.0.1:9464`, `[::1]:9464`, `localhost:9464`.
public struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
    /// Without brackets.
    public var host: String
    /// 0 takes any free port.
    public var port: Int

    /// Only this machine can reach it.
    public var isLoopback: Bool {
        if host == "localhost" { return true }
        guard let address = try? SocketAddress(ipAddress: host, port: 0) else { return false }
        switch address {
        case .v4: return host.hasPrefix("127.")
        case .v6: return address.ipAddress == "::1"
        case .unixDomainSocket: return false
        }
    }

    /// Every address of this machine.
    public var isWildcard: Bool { host == "0.0.0.0" || host == "::" }

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Nil unless the text is an IP address, or `localhost`, and a port.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        let isAddress = (try? SocketAddress(ipAddress: host, port: port)) != nil
        guard isAddress || host == "localhost" else { return nil }
        self.init(host: host, port: port)
    }

    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
