import ArgumentParser
import Authorisation
import Configuration
import HTTPTransport
import Platforms
import ProgramSupport
import SyncCore
import WireFormat

struct AuthLoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract:
            "Authorises a shop: shows the platform's page, takes the code, stores the session.",
        discussion: """
            Open the page as the seller and agree. Then paste the code that it shows, or the whole \
            address of the last page. The browser may show an error there; only the address \
            matters. A code is valid once, for 30 minutes.

              ordersync auth login flagship
              ordersync auth login flagship --code CODE
              ordersync auth login flagship --listen 127.0.0.1:8199   (redirect_uri leads there)
            """)

    @OptionGroup var options: ConfigurationOption
    @Argument(help: "The shop's name.")
    var shop: String
    @Option(help: "The code, or the address of the browser's last page, instead of a prompt.")
    var code: String?
    @Option(
        help: ArgumentHelp(
            "Wait there for the browser instead of asking.", valueName: "127.0.0.1:port"))
    var listen: String?

    /// How long a browser is waited for.
    private static let patienceSeconds = 1_800

    func run() async throws {
        try await reporting {
            let configuration = try options.read()
            let subject = try AuthSubject(configuration, shop: shop)
            subject.printOverride()
            let secret = try subject.app.secret.read()
            // Nothing may be granted that then cannot be kept.
            _ = try subject.file.read()
            var client = subject.app.tokenClient(
                secret: secret, transport: CurlTransport(caFile: configuration.caFile),
                storePath: configuration.storePath)
            if let listen, subject.app.redirectURI == nil {
                client.app.redirectURI = "http://\(listen)/"
            }
            guard !client.app.redirectURI.isEmpty else {
                throw CommandFailure(
                    .configurationWrong,
                    "app \(subject.app.name) needs `redirect_uri`, as it is in the console: "
                        + "\(subject.app.platform.rawValue) shows no code without one")
            }
            let code = try await obtainCode(subject, client)
            let grant: AuthorisationGrant
            do {
                grant = try await client.grant(code: code)
            } catch let refusal as AuthorisationFailure {
                let failure = refusal.of(shop: shop)
                let again = failure.kind == .unknown ? "; log in again" : ""
                throw CommandFailure(failure.exitStatus, "\(failure.line)\(again)")
            }
            let now = SystemClocks.wall()
            let session = StoredSession(
                grant, shop: shop, appKey: subject.app.key, source: .login, issuedAt: now)
            try subject.store(session)
            let advice = SessionAdvice(session, step: session.plan().step(now: now), now: now)
            let seller = session.nick.isEmpty ? "" : " (\(session.nick))"
            Console.write("shop \(shop)\(seller): \(advice.text)")
        }
    }

    // MARK: The code

    private func obtainCode(
        _ subject: AuthSubject, _ client: TokenClient
    ) async throws -> Secret {
        let login = LoginState(
            shop: shop, appKey: subject.app.key, secret: client.app.secret)
        if let code { return try Self.code(LoginReply(code), login) }
        let state = login.make(
            now: SystemClocks.wall(), nonce: UInt64.random(in: .min ... .max))
        let page = client.platform.page(
            authorizeURL: subject.app.authorizeAddress, app: client.app, state: state)
        // Before the page is opened: it leads there.
        let listener = try listen.map { try LoopbackListener($0) }
        Console.write("Open this page as the seller of \(shop), and agree:\n\n  \(page)\n")
        if let listener { return try await wait(listener, login) }
        Console.write(
            "Then paste the code, or the address the browser ends at: ", terminator: "")
        guard let line = readLine(), !line.allSatisfy(\.isWhitespace) else {
            Console.write("")
            throw CommandFailure(
                .notAuthorised,
                "no code was given; `ordersync auth login \(shop) --code CODE` takes it later")
        }
        return try Self.code(LoginReply(line), login)
    }

    private static func code(_ reply: LoginReply, _ login: LoginState) throws -> Secret {
        switch reply {
        case .code(let code):
            return code
        case .redirect(let code, let state):
            guard login.isGenuine(state, now: SystemClocks.wall()) else {
                throw CommandFailure(
                    .notAuthorised,
                    "this address does not answer a page that `auth login \(login.shop)` showed "
                        + "within the last hour: its `state` is another. Log in again, and use "
                        + "no address that you received from others")
            }
            return code
        case .refused(let reason, _):
            throw CommandFailure(.notAuthorised, "the seller or the platform refused: \(reason)")
        case .nothing:
            throw CommandFailure(.wrongUsage, "that is neither a code nor an address with one")
        }
    }

    private func wait(_ listener: LoopbackListener, _ login: LoginState) async throws -> Secret {
        Console.write("Waiting on \(listen ?? "") for the browser to come back ...")
        let code = try await listener.wait(seconds: Self.patienceSeconds) {
            query -> (String, Secret?) in
            switch LoginReply(query: query) {
            case .redirect(let code, let state):
                // A forged visit must not end the wait for the genuine one.
                guard login.isGenuine(state, now: SystemClocks.wall()) else {
                    return ("This is not the login that was asked for.\n", nil)
                }
                return ("Done. You can close this page.\n", code)
            case .refused(let reason, let state)
            where login.isGenuine(state, now: SystemClocks.wall()):
                throw CommandFailure(
                    .notAuthorised, "the seller or the platform refused: \(reason)")
            case .refused, .code, .nothing:
                return ("There is nothing here.\n", nil)
            }
        }
        guard let code else {
            throw CommandFailure(.notAuthorised, "no browser came back in time. Log in again")
        }
        return code
    }
}
