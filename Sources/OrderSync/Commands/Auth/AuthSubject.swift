import Authorisation
import Configuration
import OrderStore
import Platforms
import ProgramSupport
import SyncCore

/// The shop that an `auth` command is about, and its app.
struct AuthSubject {
    let shop: Configuration.Shop
    let app: Configuration.App
    let file: SessionFile
    private let storePath: String
    private let configured: Set<String>

    init(_ configuration: Configuration, shop name: String) throws(CommandFailure) {
        guard let shop = configuration.shops.first(where: { $0.name == name }),
            let app = configuration.app(named: shop.app)
        else {
            let names = configuration.shops.map(\.name).joined(separator: ", ")
            throw CommandFailure(
                .wrongUsage, "no [[shop]] has the name \"\(name)\"; there are: \(names)")
        }
        guard !shop.isPromoter else {
            throw CommandFailure(
                .wrongUsage,
                "\(name) is a promoter's account: it needs no session, its app is bound to it")
        }
        self.shop = shop
        self.app = app
        file = configuration.sessionFile
        storePath = configuration.storePath
        configured = Set(configuration.shops.map(\.name))
    }

    /// Nil when the shop uses what is stored; else what it uses instead, and what follows.
    var override: String? {
        if case .stored = shop.session { return nil }
        return "shop \(shop.name) uses the session in \(shop.session.place): its session_* key "
            + "wins over what is stored; remove the key and `systemctl reload ordersync`"
    }

    func printOverride() {
        if let override { Console.error(override) }
    }

    /// Stores a session in place of the shop's old one.
    /// - Throws: when it is another seller's: two sellers' orders must not mix under one name.
    func store(_ session: StoredSession) throws {
        let seller = SellerIdentity(id: session.userID, nick: session.nick)
        if let line = refusal(of: seller) { throw CommandFailure(.failed, line) }
        let replaced = try file.update { (sessions) throws(SecretError) -> SellerIdentity? in
            if let old = sessions[session.shop] {
                let owner = SellerIdentity(id: old.userID, nick: old.nick)
                if owner.relation(to: seller) == .different { return owner }
            }
            // A pasted session does not say whose it is: the first call with it does.
            sessions[session.shop] = session
            return nil
        }
        guard let replaced else { return }
        throw CommandFailure(
            .failed, SellerAdvice.notStored(seller, stored: replaced, shop: session.shop))
    }

    /// Why the database says that this seller must not fill the shop; nil if it does not. Without a
    /// database of this version nothing is known: the daemon compares again.
    private func refusal(of seller: SellerIdentity) -> String? {
        let stored = (try? OrderStore.readSellers(path: storePath)) ?? []
        if let own = stored.first(where: { $0.shop == shop.name }),
            own.seller.relation(to: seller) == .different
        {
            return SellerAdvice.notStored(seller, stored: own.seller, shop: shop.name)
        }
        let other = stored.first {
            $0.shop != shop.name && $0.platform == app.platform.rawValue
                && $0.seller.relation(to: seller) == .same
        }
        guard let other else { return nil }
        if configured.contains(other.shop) {
            return SellerAdvice.twoShops(other.shop, shop.name, seller.text)
        }
        guard other.hasRows else { return nil }
        return SellerAdvice.renamed(other.shop, shop.name, "seller \(seller.text)")
    }
}

extension AuthorisationFailure {
    var exitStatus: ExitStatus {
        switch kind {
        case .refused, .unknown: .notAuthorised
        case .misconfigured: .configurationWrong
        case .later: .platformUnreachable
        case .clockOff: .failed
        }
    }
}
