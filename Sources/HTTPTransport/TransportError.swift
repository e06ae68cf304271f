/// No answer came, or half of one.
public enum TransportError: Error, Equatable, Sendable {
    case cancelled
    /// Nothing, or not all, came in time.
    case timedOut
    /// The host's name is not known.
    case unknownHost(String)
    case cannotConnect(String)
    /// The certificate does not prove the host. The text says why, and what to do.
    case untrusted(String)
    /// The proxy does not connect, with this HTTP status.
    case proxyRefused(Int)
    /// More than any answer of a platform has.
    case tooLarge
    case broken(String)
    /// The answer is in GBK, which this system cannot convert.
    case undecodable
    /// The URL is not one that may be called: https, or http to loopback.
    case refusedURL
}

extension TransportError {
    /// One line for the operator.
    public var line: String {
        switch self {
        case .cancelled: "cancelled"
        case .timedOut: "the gateway did not answer in time; asking again"
        case .unknownHost(let reason): "\(reason); check DNS and `gateway` of the app"
        case .cannotConnect(let reason): "\(reason); check the network and `gateway` of the app"
        case .untrusted(let reason): reason
        case .proxyRefused(407):
            "the proxy wants a user name and a password (407), or refuses those it got: set "
                + "HTTPS_PROXY=http://USER:PASSWORD@PROXY:PORT where ordersync is started"
        case .proxyRefused(let status):
            "the proxy refuses the connection (\(status)): allow the gateway's host there, or name "
                + "the host in NO_PROXY"
        case .tooLarge:
            "the answer is larger than \(CurlTransfer.bodySizeMax >> 20) MB; asking for less"
        case .undecodable:
            "the gateway answers in GBK, which this system cannot convert; install the system's "
                + "gconv modules (part of glibc)"
        case .broken(let reason): "the connection broke (\(reason)); asking again"
        case .refusedURL: "`gateway` must be https, or http to a loopback address"
        }
    }

    /// A short name for logs and metrics.
    public var code: String {
        switch self {
        case .cancelled: "cancelled"
        case .timedOut: "timeout"
        case .unknownHost: "dns"
        case .cannotConnect: "connect"
        case .untrusted: "tls"
        case .proxyRefused(let status): "proxy \(status)"
        case .tooLarge: "too large"
        case .undecodable: "charset"
        case .broken: "broken connection"
        case .refusedURL: "refused url"
        }
    }
}
