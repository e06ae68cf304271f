import OrderStore
import Platforms
import SyncCore

/// Knows for each shop whose session it calls with, and lets no other seller's rows into it.
///
/// The machine asks the platform (`Call.Kind.seller`); here its answer, or what a stored session
/// or the rows say, is compared with the database.
actor SellerGuard {
    private enum Standing {
        case accepted
        /// It could not be learned: rows are compared where they say whose they are.
        case unknown
        case refused(CallFailure)
    }

    private let store: OrderStore
    /// Shops by key, and all names of the configuration.
    private let names: [ShopID: String]
    private let configured: Set<String>
    private var standings: [ShopID: (session: String, standing: Standing)] = [:]
    /// Names in rows that were compared already.
    private var nicksSeen: [ShopID: String] = [:]

    /// Orders of a page that are looked for under former names.
    private static let ordersCompared = 5

    init(store: OrderStore, names: [ShopID: String], configured: Set<String>) {
        self.store = store
        self.names = names
        self.configured = configured
    }

    /// Before a call: why it must not be made with this session; nil if it may.
    func refusal(
        _ shop: ShopID, session: String, source: SecretSource
    ) async -> CallFailure? {
        if let known = standings[shop], known.session == session {
            if case .refused(let failure) = known.standing { return failure }
            return nil
        }
        // What was granted says whose it is.
        if case .stored(let file, let name, _) = source,
            let stored = try? file.session(of: name), stored.accessToken == session,
            !stored.userID.isEmpty
        {
            let seller = SellerIdentity(id: stored.userID, nick: stored.nick)
            return await recognise(seller, shop, session: session)
        }
        var failure = CallFailure(
            .retry(afterSeconds: nil), code: "new session",
            line: "the session is new; asking whose it is first")
        failure.needsSeller = true
        return failure
    }

    /// Compares a seller with the database, and remembers what follows for the session.
    /// - Returns: why the session must not fill the shop; nil if it may.
    func recognise(
        _ seller: SellerIdentity, _ shop: ShopID, session: String
    ) async -> CallFailure? {
        let verdict: SellerVerdict
        do throws(StoreError) {
            verdict = try await store.recogniseSeller(seller, of: shop)
        } catch {
            // The writes report what is wrong with the database; here it is tried again.
            return CallFailure(.retry(afterSeconds: nil), code: "database", line: error.line)
        }
        guard let line = line(verdict, seller, shop) else {
            standings[shop] = (session, .accepted)
            return nil
        }
        return refuse(line, shop, session)
    }

    /// It cannot be learned whose session it is.
    func leaveUnknown(_ shop: ShopID, session: String) {
        if let known = standings[shop], known.session == session { return }
        standings[shop] = (session, .unknown)
    }

    /// After a call: why its rows must not be stored; nil if they may.
    func refusal(
        of content: AnswerContent, _ shop: ShopID, session: String
    ) async -> CallFailure? {
        guard let known = standings[shop], known.session == session else { return nil }
        switch known.standing {
        case .accepted: return nil
        case .refused(let failure): return failure
        case .unknown: break
        }
        guard case .orders(let page) = content, !page.orders.isEmpty else { return nil }
        if let former = try? await store.formerShop(
            withOrders: page.orderIDs(max: Self.ordersCompared), of: shop, configured: configured)
        {
            return refuse(Self.former(former, names[shop] ?? "", "this seller"), shop, session)
        }
        guard let nick = page.sellerNick, nicksSeen[shop] != nick else { return nil }
        guard
            let verdict = try? await store.compareNick(nick, of: shop),
            let line = line(verdict, SellerIdentity(nick: nick), shop)
        else {
            nicksSeen[shop] = nick
            return nil
        }
        return refuse(line, shop, session)
    }

    /// After a promoter's call: why its orders must not be stored; nil if they may. An app states
    /// no account, so it is recognised by orders that another promoter's account has.
    func refusal(of content: AnswerContent, promoter shop: ShopID) async -> CallFailure? {
        guard case .affiliate(let page) = content else { return nil }
        let orders = page.orders.lazy.compactMap { order in
            order.pid.map { (order: order.id, pid: $0) }
        }
        let some = Array(orders.prefix(Self.ordersCompared))
        guard !some.isEmpty,
            let other = try? await store.otherPromoter(withOrders: some, of: shop)
        else { return nil }
        let name = names[shop] ?? ""
        let line =
            configured.contains(other)
            ? SellerAdvice.twoPromoters(other, name)
            : Self.former(other, name, "this promoter")
        var failure = CallFailure(.unauthorised, code: "other seller", line: line)
        failure.isOtherSeller = true
        return failure
    }

    private func refuse(_ line: String, _ shop: ShopID, _ session: String) -> CallFailure {
        var failure = CallFailure(.unauthorised, code: "other seller", line: line)
        failure.isOtherSeller = true
        standings[shop] = (session, .refused(failure))
        return failure
    }

    private func line(
        _ verdict: SellerVerdict, _ seller: SellerIdentity, _ shop: ShopID
    ) -> String? {
        let name = names[shop] ?? ""
        switch verdict {
        case .accepted:
            return nil
        case .otherSeller(let stored):
            return SellerAdvice.otherSeller(seller, stored: stored, shop: name)
        case .shop(let other):
            return configured.contains(other)
                ? SellerAdvice.twoShops(other, name, seller.text)
                : Self.former(other, name, "seller \(seller.text)")
        }
    }

    private static func former(_ old: String, _ new: String, _ seller: String) -> String {
        SellerAdvice.renamed(old, new, seller)
    }
}
