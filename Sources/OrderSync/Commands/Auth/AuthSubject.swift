import Platforms

/// The shop that an `auth` command is about, and its app.
struct AuthSubject {
    let shop: Configuration.Shop
    let app: Configuration.App
    let file: SessionFile

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
    }

    /// Nil when the shop uses what is stored; else what it uses instead, and what follows.
    var override: String? {
        if case .stored = shop.session { return nil }
        return "shop \(shop.name) uses the session in \(shop.session.place): its session_* key "
            + "wins over what is stored; remove the key and `systemctl reload ordersync`"
    }

    func tellOverride() {
        if let override { Console.error(override) }
    }

    /// Stores a session in place of the shop's old one.
    /// - Throws: when it is another seller's: two sellers' orders must not mix under one name.
    func store(_ session: StoredSession) throws {
        let replaced = try file.update { (sessions) throws(SecretError) -> String? in
            if let old = sessions[session.shop], !old.userID.isEmpty, !session.userID.isEmpty,
                old.userID != session.userID
            {
                return old.nick.isEmpty ? old.userID : old.nick
            }
            // A pasted session does not say whose it is: the first call with it does.
            sessions[session.shop] = session
            return nil
        }
        guard let replaced else { return }
        throw CommandFailure(
            .failed,
            "shop \(session.shop) is the seller \(replaced)'s, but \(session.nick) has "
                + "authorised: nothing is changed. Log in as \(replaced), or give the other "
                + "seller a [[shop]] of its own")
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
