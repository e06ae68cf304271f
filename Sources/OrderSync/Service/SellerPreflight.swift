import Authorisation
import Configuration
import HTTPTransport
import OrderStore
import Platforms
import ProgramSupport
import SyncCore

/// Before the daemon registers the shops: a shop that is new in the database while the database
/// has orders under a name that is not configured may be that shop, renamed.
///
/// The engine asks again before it reads rows. So this stops early where asking takes long: the
/// service manager waits for the start.
struct SellerPreflight {
    let configuration: Configuration
    /// Nil for libcurl.
    var transport: (any Transport)?
    var ticks: @Sendable () -> MonotonicInstant = SystemClocks.ticks

    /// No call begins later than this; each ends within the transport's own limit.
    private static let millisecondsMax: Int64 = 60_000

    /// - Throws: exit code 78 with the command that renames it.
    func run() async throws {
        guard let stored = try? OrderStore.readSellers(path: configuration.storePath) else {
            return
        }
        let configured = Set(configuration.shops.map(\.name))
        let known = Set(stored.filter { $0.hasRows || !$0.seller.isEmpty }.map(\.shop))
        let former = stored.filter { !configured.contains($0.shop) && $0.hasRows }
        guard !former.isEmpty else { return }
        let end = ticks().advanced(byMilliseconds: Self.millisecondsMax)
        for app in configuration.apps {
            let candidates = former.filter {
                $0.platform == app.platform.rawValue && !$0.seller.isEmpty
            }
            guard !candidates.isEmpty else { continue }
            var isAsking = true
            var prober: GatewayProber?
            for shop in configuration.shops
            where shop.app == app.name && !shop.isPromoter && !known.contains(shop.name) {
                var seller = granted(shop)
                if seller == nil, isAsking, ticks() < end {
                    if prober == nil { prober = await self.prober(app) }
                    switch await prober?.seller(of: shop) {
                    case .success(let answer): seller = answer
                    case .failure(let failure): isAsking = Self.isOfOneShop(failure)
                    case nil: isAsking = false
                    }
                }
                guard let seller,
                    let found = candidates.first(where: {
                        $0.seller.relation(to: seller) == .same
                    })
                else { continue }
                throw CommandFailure(
                    .configurationWrong,
                    SellerAdvice.renamed(found.shop, shop.name, "seller \(seller.text)"))
            }
        }
    }

    /// What was granted says whose session it is.
    private func granted(_ shop: Configuration.Shop) -> SellerIdentity? {
        guard case .stored(let file, let name, _) = shop.session,
            let session = try? file.session(of: name), !session.userID.isEmpty
        else { return nil }
        return SellerIdentity(id: session.userID, nick: session.nick)
    }

    /// Makes calls that are counted like any other; nil where none can be made now.
    private func prober(_ app: Configuration.App) async -> GatewayProber? {
        guard configuration.banEnd(of: app) == nil, let secret = try? app.secret.read(),
            let calls = try? await CommandCalls(app, configuration, needsBook: true)
        else { return nil }
        return GatewayProber(
            app: app, secret: secret,
            transport: transport ?? CurlTransport(caFile: configuration.caFile), calls: calls)
    }

    /// The app's other shops can be asked for: the failure is of this shop's session.
    private static func isOfOneShop(_ failure: CallFailure) -> Bool {
        switch failure.disposition {
        case .unauthorised, .notFound, .empty: true
        case .retry, .narrow, .throttled, .misconfigured, .clockSkew, .badRequest: false
        }
    }
}
