import HTTPTransport
import Platforms

extension Configuration.App {
    /// Where sellers authorise the app.
    public var authorizeAddress: String {
        authorizeURL ?? besideGateway("/authorize") ?? platform.authorisation.authorizeURL
    }

    /// Where sessions are issued and renewed.
    public var tokenAddress: String {
        guard let own = platform.authorisation.tokenURL else { return tokenURL ?? gateway }
        return tokenURL ?? besideGateway("/token") ?? own
    }

    /// Nil where the app has to name one and does not.
    public var redirectTarget: String? { redirectURI ?? platform.authorisation.redirectURI }

    /// A gateway on loopback is a simulation, and has its own; its secret is not for the platform.
    private func besideGateway(_ path: String) -> String? {
        guard GatewayURL.isLoopback(gateway), let scheme = gateway.firstRange(of: "://") else {
            return nil
        }
        let authority = gateway[scheme.upperBound...].prefix { !"/?#".contains($0) }
        return "\(gateway[..<scheme.upperBound])\(authority)\(path)"
    }
}
