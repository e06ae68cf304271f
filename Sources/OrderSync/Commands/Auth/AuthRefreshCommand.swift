import ArgumentParser
import Authorisation
import Configuration
import HTTPTransport
import Platforms
import ProgramSupport
import SyncCore

struct AuthRefreshCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh", abstract: "Renews a shop's stored session now.",
        discussion: "The daemon renews sessions automatically before they expire.")

    @OptionGroup var options: ConfigurationOption
    @Argument(help: "The shop's name.")
    var shop: String

    func run() async throws {
        try await reporting {
            let configuration = try options.read()
            let subject = try AuthSubject(configuration, shop: shop)
            subject.printOverride()
            let secret = try subject.app.secret.read()
            let login = "run `ordersync auth login \(shop)`"
            guard let session = try subject.file.session(of: shop),
                session.appKey == subject.app.key
            else { throw CommandFailure(.notAuthorised, "no session is stored for it; \(login)") }
            guard session.refreshToken != nil else {
                throw CommandFailure(.notAuthorised, "the session cannot be refreshed; \(login)")
            }
            let refresher = SessionRefresher(
                file: subject.file, shop: shop,
                client: subject.app.tokenClient(
                    secret: secret, transport: CurlTransport(caFile: configuration.caFile),
                    storePath: configuration.storePath))
            switch try await refresher.refresh() {
            case .overtaken:
                throw CommandFailure(
                    .tryAgainLater,
                    "it is being refreshed, or was a moment ago; see `ordersync auth status`")
            case .refreshed(let session):
                let now = SystemClocks.wall()
                let step = session.plan().step(now: now)
                Console.write(
                    "shop \(shop): \(SessionAdvice(session, step: step, now: now).text)")
            case .failed(let failure):
                let next =
                    switch failure.kind {
                    case .refused, .unknown: "; \(login)"
                    case .misconfigured, .later, .clockOff: ""
                    }
                throw CommandFailure(failure.exitStatus, "\(failure.line)\(next)")
            }
        }
    }
}
