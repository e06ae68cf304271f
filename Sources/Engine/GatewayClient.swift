import Authorisation
public import HTTPTransport
public import Platforms
public import SyncCore
import WireFormat

/// One exchange with a gateway: sign, send, decode, classify. No state.
public struct GatewayClient: Sendable {
    public let adapter: any PlatformAdapter
    public let gateway: String
    public let transport: any Transport

    public init(adapter: any PlatformAdapter, gateway: String, transport: any Transport) {
        self.adapter = adapter
        self.gateway = gateway
        self.transport = transport
    }

    public struct Exchange: Sendable {
        public var outcome: Result<PlatformAnswer, CallFailure>
        /// The answer's `Date`, also of one that failed.
        public var date: UTCInstant?
        /// An HTTP answer came, whatever it said.
        public var isAnswered: Bool
    }

    public func exchange(
        _ call: Call, credentials: Credentials, types: [String]
    ) async -> Exchange {
        let request = adapter.request(for: call, credentials: credentials, types: types)
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(
                HTTPRequest(url: gateway, body: request.body, contentType: request.contentType))
        } catch {
            return Exchange(outcome: .failure(Self.failure(error)), date: nil, isAnswered: false)
        }
        let date = UTCText.parseHTTPDate(response.date)
        do throws(CallFailure) {
            let answer = try adapter.decode(
                PlatformResponse(response), to: call)
            return Exchange(outcome: .success(answer), date: date, isAnswered: true)
        } catch {
            let failure = error.withoutSecrets([
                credentials.appSecret, credentials.session ?? Secret(""),
            ])
            return Exchange(outcome: .failure(failure), date: date, isAnswered: true)
        }
    }

    private static func failure(_ error: TransportError) -> CallFailure {
        let disposition: Disposition =
            switch error {
            case .timedOut, .tooLarge: .narrow(afterSeconds: nil)
            case .refusedURL: .misconfigured
            case .cancelled, .unknownHost, .cannotConnect, .untrusted, .proxyRefused,
                .undecodable, .broken:
                .retry(afterSeconds: nil)
            }
        return CallFailure(disposition, code: error.code, line: error.line)
    }
}
