import HTTPTransport
import OrderStore
import Platforms
import SyncCore

/// Before the daemon registers the shops: a shop that is new in the database while the database
/// has orders under a name that is not configured may be that shop, renamed.
struct SellerPreflight {
    let configuration: Configuration

    /// - Throws: exit code 78 with the command that renames it.
    func run() async throws {
        guard let stored = try? OrderStore.readSellers(path: configuration.storePath) else {
            return
        }
        let configured = Set(configuration.shops.map(\.name))
        let known = Set(stored.filter { $0.hasRows || !$0.seller.isEmpty }.map(\.shop))
        let former = stored.filter { !configured.contains($0.shop) && $0.hasRows }
        guard !former.isEmpty else { return }
        for shop in configuration.shops where !shop.isPromoter && !known.contains(shop.name) {
            guard let app = configuration.app(named: shop.app) else { continue }
            let candidates = former.filter {
                $0.platform == app.platform.rawValue && !$0.seller.isEmpty
            }
            guard !candidates.isEmpty, let seller = await seller(of: shop, app) else { continue }
            guard let found = candidates.first(where: { $0.seller.relation(to: seller) == .same })
            else { continue }
            throw CommandFailure(
                .configurationWrong,
                SellerAdvice.renamed(found.shop, shop.name, "seller \(seller.text)"))
        }
    }

    /// What was granted says it; else one call, counted like any other. Nil where it cannot be
    /// learned now: the engine asks again.
    private func seller(
        of shop: Configuration.Shop, _ app: Configuration.App
    ) async -> SellerIdentity? {
        if case .stored(let file, let name, _) = shop.session,
            let session = try? file.session(of: name), !session.userID.isEmpty
        {
            return SellerIdentity(id: session.userID, nick: session.nick)
        }
        guard configuration.banEnd(of: app) == nil, let secret = try? app.secret.read(),
            let calls = try? await CommandCalls(app, configuration, needsBook: true)
        else { return nil }
        var prober = GatewayProber(
            app: app, secret: secret, transport: CurlTransport(caFile: configuration.caFile),
            calls: calls)
        return try? await prober.seller(of: shop).get()
    }
}
