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
    private var learned: [(shop: String, platform: String, seller: SellerIdentity)] = []

    init(_ configuration: Configuration) {
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
