import Authorisation
import Configuration
import OrderStore
import Platforms
import ProgramSupport
import SyncCore

/// The lines of `check` about whose sessions the shops have: two shops of one seller, a session of
/// another seller than the database's, and a shop that has another name there.
struct SellerProbe {
    private let configured: Set<String>
    private let stored: [StoredSeller]
    private let path: String
    private var learned: [(shop: String, platform: String, seller: SellerIdentity)] = []
    /// What the shops' sessions read in this run.
    private var read: [Read] = []

    private struct Read {
        var shop: String
        var platform: String
        var nick: SellerIdentity
        var orders: [String]
    }

    init(_ configuration: Configuration) {
        path = configuration.storePath
        configured = Set(configuration.shops.map(\.name))
        stored = (try? OrderStore.readSellers(path: configuration.storePath)) ?? []
    }

    /// - Returns: what is wrong with the shop having that seller; nil if nothing is.
    mutating func finding(
        _ shop: Configuration.Shop, _ app: Configuration.App, _ seller: SellerIdentity
    ) -> CheckCommand.Finding? {
        let platform = app.platform.rawValue
        defer { learned.append((shop.name, platform, seller)) }
        let own = stored.first { $0.shop == shop.name }
        if let own, own.seller.relation(to: seller) == .different {
            guard own.seller.hasNumber(comparableTo: seller) else {
                return finding(
                    shop, SellerAdvice.otherName(seller, stored: own.seller, shop: shop.name),
                    .notAuthorised)
            }
            return finding(
                shop, SellerAdvice.otherSeller(seller, stored: own.seller, shop: shop.name),
                .notAuthorised)
        }
        if let twin = learned.first(where: {
            $0.platform == platform && $0.seller.relation(to: seller) == .same
        }) {
            return finding(
                shop, SellerAdvice.twoShops(twin.shop, shop.name, seller.text),
                .configurationWrong)
        }
        let other = stored.first {
            $0.shop != shop.name && $0.platform == platform
                && $0.seller.relation(to: seller) == .same
        }
        guard let other, !configured.contains(other.shop), other.hasRows else { return nil }
        return finding(
            shop, SellerAdvice.renamed(other.shop, shop.name, "seller \(seller.text)"),
            .configurationWrong)
    }

    /// Finds a shop of the same seller by the database and by the orders that both sessions read,
    /// as the daemon does.
    mutating func finding(
        _ shop: Configuration.Shop, _ app: Configuration.App, read page: OrderPage?
    ) -> CheckCommand.Finding? {
        let platform = app.platform.rawValue
        let nick = SellerIdentity(nick: page?.sellerNick ?? "")
        let orders = page?.orderIDs ?? []
        defer { read.append(Read(shop: shop.name, platform: platform, nick: nick, orders: orders)) }
        var twin = try? OrderStore.readTwin(
            path: path, of: shop.name, platform: platform, nick: nick.nick, reading: orders,
            configured: configured)
        for other in read where twin == nil && other.platform == platform {
            let order = orders.first(where: other.orders.contains)
            if other.nick.relation(to: nick) == .same {
                twin = SellerTwin(shop: other.shop, seller: nick, order: "")
            } else if let order {
                twin = SellerTwin(shop: other.shop, seller: SellerIdentity(), order: order)
            }
        }
        return twin.map {
            finding(shop, SellerAdvice.twoShops($0, shop.name), .configurationWrong)
        }
    }

    /// Shops that the database has and the configuration has not: their orders stay in reports.
    func notes() -> [CheckCommand.Finding] {
        stored.filter { !configured.contains($0.shop) && $0.hasRows }.map {
            var text = "the database has orders of shop \($0.shop), which is not configured"
            if !$0.seller.isEmpty { text += " (seller \($0.seller.text))" }
            text += "; if it was renamed: ordersync db rename-shop \($0.shop) NEW"
            var finding = CheckCommand.Finding(subject: "database", isGood: true, text: text)
            finding.isNote = true
            return finding
        }
    }

    private func finding(
        _ shop: Configuration.Shop, _ text: String, _ status: ExitStatus
    ) -> CheckCommand.Finding {
        CheckCommand.Finding(
            subject: "shop \(shop.name)", isGood: false, text: text, status: status)
    }
}
