public import Configuration
public import HTTPTransport
public import Platforms
import ProgramSupport
public import SyncCore
public import WireFormat

/// Asks a platform's token endpoint.
public struct TokenClient: Sendable {
    public let platform: any PlatformAuthorisation
    public var app: AuthorisationApp
    public let url: String
    public let transport: any Transport
    /// Counts the calls that are the platform's API like any other; nil for none.
    public var calls: TokenCalls?
    /// The machine's clock.
    public var wall: @Sendable () -> UTCInstant = { SystemClocks.wall() }

    private enum Question {
        case code(Secret)
        case refreshToken(Secret)

        var secret: Secret {
            switch self {
            case .code(let secret), .refreshToken(let secret): secret
            }
        }

        var isRefresh: Bool {
            switch self {
            case .code: false
            case .refreshToken: true
            }
        }
    }

    /// Within what systemd gives a service for its end.
    private static let timeoutMilliseconds = 15_000

    public func grant(code: Secret) async throws(AuthorisationFailure) -> AuthorisationGrant {
        try await ask(.code(code))
    }

    public func grant(refreshToken: Secret) async throws(AuthorisationFailure) -> AuthorisationGrant
    {
        try await ask(.refreshToken(refreshToken))
    }

    /// Asks by this machine's clock. A platform that refuses the time has not looked at the rest:
    /// then once more, by the date of its own answer.
    private func ask(
        _ question: Question
    ) async throws(AuthorisationFailure) -> AuthorisationGrant {
        let (grant, date) = try await exchange(question, at: wall())
        guard case .failure(let failure) = grant, failure.kind == .clockOff else {
            return try grant.get()
        }
        let refused = AuthorisationFailure(
            .clockOff, code: failure.code,
            line: "the platform refuses the time of the request: set up NTP on this machine")
        guard let date else { throw refused }
        let again = try await exchange(question, at: date).grant
        if case .failure(let failure) = again, failure.kind == .clockOff { throw refused }
        return try again.get()
    }

    private typealias Exchange = (
        grant: Result<AuthorisationGrant, AuthorisationFailure>, date: UTCInstant?
    )

    private func exchange(
        _ question: Question, at time: UTCInstant
    ) async throws(AuthorisationFailure) -> Exchange {
        if let method = platform.methodName(isRefresh: question.isRefresh) {
            try await calls?.book(method)
        }
        let request =
            switch question {
            case .code(let text): platform.request(code: text, app: app, now: time)
            case .refreshToken(let text):
                platform.request(refreshToken: text, app: app, now: time)
            }
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(
                HTTPRequest(
                    url: url, body: request.body, contentType: request.contentType,
                    timeoutMilliseconds: Self.timeoutMilliseconds))
        } catch {
            throw Self.failure(error)
        }
        let date = UTCText.parseHTTPDate(response.date)
        do throws(AuthorisationFailure) {
            let grant = try platform.decode(
                PlatformResponse(response),
                now: wall())
            return (.success(grant), date)
        } catch {
            // A gateway can echo what it was sent.
            let clean = CallFailure(.badRequest, code: error.code, line: error.line)
                .withoutSecrets([app.secret, question.secret])
            let failure = AuthorisationFailure(error.kind, code: clean.code, line: clean.line)
            return (.failure(failure), date)
        }
    }

    /// What never left this machine can be sent again; of the rest it is unknown.
    private static func failure(_ error: TransportError) -> AuthorisationFailure {
        switch error {
        case .refusedURL:
            return AuthorisationFailure(
                .misconfigured, code: error.code,
                line: "`token_url` must be https, or http to a loopback address")
        case .untrusted, .proxyRefused:
            return AuthorisationFailure(.later, code: error.code, line: error.line)
        case .unknownHost(let reason), .cannotConnect(let reason):
            return AuthorisationFailure(
                .later, code: error.code,
                line: "\(reason); check network, proxy and `token_url` of the app")
        case .timedOut, .tooLarge, .undecodable, .broken, .cancelled:
            return AuthorisationFailure(
                .unknown, code: error.code, line: "the platform's answer did not come")
        }
    }
}

extension Configuration.App {
    /// - Parameter storePath: of the database that counts the app's calls.
    public func tokenClient(
        secret: Secret, transport: any Transport, storePath: String
    ) -> TokenClient {
        TokenClient(
            platform: platform.authorisation,
            app: AuthorisationApp(key: key, secret: secret, redirectURI: redirectTarget ?? ""),
            url: tokenAddress, transport: transport,
            calls: TokenCalls(app: name, callsPerDay: callsPerDay, storePath: storePath))
    }
}
