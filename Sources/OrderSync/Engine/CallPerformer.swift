import HTTPTransport
import OrderStore
import Platforms
import SyncCore
import WireFormat

/// Makes one call: sign, send, decode, classify. Runs outside the engine, many at a time.
struct CallPerformer: Sendable {
    private let parts: EngineParts

    init(_ parts: EngineParts) {
        self.parts = parts
    }

    func perform(_ call: Call) async -> (CallResult, OrderPage?) {
        let app = parts.app(call.app)
        let shop = call.shop.flatMap { parts.shop($0) }
        var credentials = Credentials(appKey: app.key, appSecret: app.secret, session: nil)
        if let shop {
            do {
                // Read for each call: a replaced session is taken up without a restart.
                let session = try shop.session.read()
                parts.onSecret(session)
                credentials.session = session
            } catch {
                let failure = CallFailure(.unauthorised, code: "no session", line: error.line)
                return (CallResult(.failure(failure), isAnswered: false), nil)
            }
        }
        let request = app.adapter.request(
            for: call, credentials: credentials, types: shop?.types ?? [])
        let response: HTTPResponse
        do {
            response = try await parts.transport.send(
                HTTPRequest(
                    url: app.gateway, body: request.body, contentType: request.contentType))
        } catch {
            return (CallResult(.failure(Self.failure(error)), isAnswered: false), nil)
        }
        let date = UTCText.parseHTTPDate(response.date)
        do {
            let answer = try app.adapter.decode(
                PlatformResponse(status: response.status, body: response.body), to: call)
            switch answer {
            case .orders(let page, let summary):
                return (CallResult(.page(summary), date: date), page)
            case .serverTime(let time):
                return (CallResult(.serverTime(time), date: date), nil)
            }
        } catch {
            return (CallResult(.failure(error), date: date), nil)
        }
    }

    static func failure(_ error: TransportError) -> CallFailure {
        let disposition: Disposition =
            switch error {
            case .timedOut: .narrow(afterSeconds: nil)
            case .refusedURL: .misconfigured
            case .cancelled, .unknownHost, .cannotConnect, .untrusted, .broken:
                .retry(afterSeconds: nil)
            }
        return CallFailure(disposition, code: error.code, line: error.line)
    }
}
