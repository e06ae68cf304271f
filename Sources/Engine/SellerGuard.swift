import Authorisation
public import Configuration
import OrderStore
import Platforms
public import SyncCore
public import WireFormat

/// Knows for each shop whose session it calls with, and lets no other seller's rows into it.
///
/// The machine asks the platform (`Call.Kind.seller`); here its answer, or what a stored session
/// or the rows say, is compared with the database.
public actor SellerGuard {
    private enum Standing {
        case accepted(SellerIdentity)
        /// It could not be learned: rows are compared where they say whose they are.
        case unknown
        /// The database knows its seller by another name only: an order that is stored already
        /// proves that the seller was renamed.
        case renamed(SellerIdentity, stored: SellerIdentity)
        case refused(CallFailure)
    }

    private let store: OrderStore
    /// Shops by key, and all names of the configuration.
    private let names: [ShopID: String]
    private let configured: Set<String>
    private var standings: [ShopID: (session: Secret, standing: Standing)] = [:]
    /// Names in rows that were compared already.
    private var nicksSeen: [ShopID: String] = [:]
    /// Shops with rows that are not configured; nil until they are read.
    private var former: [(key: ShopID, seller: SellerIdentity)]?

    /// Orders of a page that are looked for under other names.
    private static let ordersCompared = 5
    /// Seconds between two attempts to read an order that is stored already.
    private static let proofSeconds: Int64 = 60

    init(store: OrderStore, names: [ShopID: String], configured: Set<String>) {
        self.store = store
        self.names = names
        self.configured = configured
    }

    /// Before a call: why it must not be made with this session; nil if it may.
    public func refusal(
        _ shop: ShopID, session: Secret, source: SecretSource, isList: Bool
    ) async -> CallFailure? {
        if let known = standings[shop], known.session == session {
            if case .refused(let failure) = known.standing { return failure }
            // Another seller's session finds none of our orders: only lists are read with it.
            return isList ? nil : unproven(shop, session: session)
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
        _ seller: SellerIdentity, _ shop: ShopID, session: Secret
    ) async -> CallFailure? {
        let verdict: SellerVerdict
        do throws(StoreError) {
            verdict = try await store.recogniseSeller(seller, of: shop)
        } catch {
            // The writes report what is wrong with the database; here it is tried again.
            return CallFailure(.retry(afterSeconds: nil), code: "database", line: error.line)
        }
        if case .otherSeller(let stored) = verdict, !stored.hasNumber(comparableTo: seller) {
            standings[shop] = (session, .renamed(seller, stored: stored))
            return nil
        }
        guard let line = line(verdict, seller, shop) else {
            standings[shop] = (session, .accepted(seller))
            return nil
        }
        return refuse(line, shop, session)
    }

    /// It cannot be learned whose session it is.
    func leaveUnknown(_ shop: ShopID, session: Secret) {
        if let known = standings[shop], known.session == session { return }
        standings[shop] = (session, .unknown)
    }

    /// After a call: why its rows must not be stored; nil if they may.
    public func refusal(
        of content: AnswerContent, _ shop: ShopID, session: Secret
    ) async -> CallFailure? {
        guard let known = standings[shop], known.session == session else { return nil }
        switch known.standing {
        case .refused(let failure): return failure
        case .renamed(let seller, let stored):
            return await refusal(
                of: content, shop, session: session, renamed: seller, stored: stored)
        case .accepted, .unknown: break
        }
        if case .refunds(let page) = content {
            let orders = page.refunds.compactMap(\.order)
            guard !orders.isEmpty,
                let twin = await twin(of: shop, known.standing, nick: "", orders)
            else { return nil }
            return refuse(SellerAdvice.twoShops(twin, name(of: shop)), shop, session)
        }
        guard case .orders(let page) = content else { return nil }
        let nick = page.sellerNick ?? ""
        if let twin = await twin(of: shop, known.standing, nick: nick, page.orderIDs) {
            return refuse(SellerAdvice.twoShops(twin, name(of: shop)), shop, session)
        }
        guard !page.orders.isEmpty else { return nil }
        if let name = await formerName(of: shop, known.standing, page) {
            return refuse(Self.former(name, self.name(of: shop), "this seller"), shop, session)
        }
        guard case .unknown = known.standing, let nick = page.sellerNick, nicksSeen[shop] != nick
        else { return nil }
        let seller = SellerIdentity(nick: nick)
        if case .otherSeller(let stored)? = try? await store.compareNick(nick, of: shop) {
            return await refusal(
                of: content, shop, session: session, renamed: seller, stored: stored)
        }
        nicksSeen[shop] = nick
        return nil
    }

    /// Another configured shop of the same seller. Two shops that began at the same moment read an
    /// order before either has stored it, so where the seller is unknown, an empty page is a reason
    /// to compare what is stored.
    private func twin(
        of shop: ShopID, _ standing: Standing, nick: String, _ orders: [String]
    ) async -> SellerTwin? {
        if case .accepted = standing, orders.isEmpty { return nil }
        let twin = try? await store.twin(
            of: shop, nick: nick, reading: Array(orders.prefix(Self.ordersCompared)),
            configured: configured)
        return twin ?? nil
    }

    /// Under which name that is not configured an order of the page is stored. A shop whose seller
    /// is known to be another one is not looked at.
    private func formerName(
        of shop: ShopID, _ standing: Standing, _ page: OrderPage
    ) async -> String? {
        if former == nil { former = try? await store.formerShops(configured: configured) }
        guard let former, !former.isEmpty else { return nil }
        var seller = SellerIdentity()
        if case .accepted(let known) = standing { seller = known }
        let candidates = former.filter { $0.seller.relation(to: seller) != .different }
        guard !candidates.isEmpty else { return nil }
        return try? await store.formerShop(
            withOrders: page.orderIDs, of: shop, among: candidates.map(\.key))
    }

    /// Accepts the seller's other name with the first order that is stored already; until then
    /// nothing is stored.
    private func refusal(
        of content: AnswerContent, _ shop: ShopID, session: Secret, renamed seller: SellerIdentity,
        stored: SellerIdentity
    ) async -> CallFailure? {
        var isProven = false
        if case .orders(let page) = content {
            let orders = page.orderIDs
            isProven =
                (try? await store.acceptName(of: seller, for: shop, reading: orders)) == true
        }
        // Meanwhile another answer may have proven it, or the session may be another one.
        let isCurrent = standings[shop]?.session == session
        if isCurrent, case .accepted? = standings[shop]?.standing { return nil }
        let standing = isProven ? Standing.accepted(seller) : .renamed(seller, stored: stored)
        if isCurrent { standings[shop] = (session, standing) }
        return isProven ? nil : otherName(seller, stored, shop)
    }

    /// Why an answer proves nothing while only another name is known of the shop's seller; nil if
    /// the session is known to be the seller's.
    func unproven(_ shop: ShopID, session: Secret) -> CallFailure? {
        guard let known = standings[shop], known.session == session,
            case .renamed(let seller, let stored) = known.standing
        else { return nil }
        return otherName(seller, stored, shop)
    }

    private func otherName(
        _ seller: SellerIdentity, _ stored: SellerIdentity, _ shop: ShopID
    ) -> CallFailure {
        CallFailure(
            .retry(afterSeconds: Self.proofSeconds), code: "other name",
            line: SellerAdvice.otherName(seller, stored: stored, shop: name(of: shop)))
    }

    /// After a promoter's call: why its orders must not be stored; nil if they may. An app states
    /// no account, so it is recognised by orders that another promoter's account has.
    public func refusal(of content: AnswerContent, promoter shop: ShopID) async -> CallFailure? {
        guard case .affiliate(let page) = content else { return nil }
        let orders = page.orders.lazy.compactMap { order in
            order.pid.map { (order: order.id, pid: $0) }
        }
        let some = Array(orders.prefix(Self.ordersCompared))
        guard !some.isEmpty,
            let other = try? await store.otherPromoter(withOrders: some, of: shop)
        else { return nil }
        let name = name(of: shop)
        let line =
            configured.contains(other)
            ? SellerAdvice.twoPromoters(other, name)
            : Self.former(other, name, "this promoter")
        var failure = CallFailure(.unauthorised, code: "other seller", line: line)
        failure.isOtherSeller = true
        return failure
    }

    private func refuse(_ line: String, _ shop: ShopID, _ session: Secret) -> CallFailure {
        var failure = CallFailure(.unauthorised, code: "other seller", line: line)
        failure.isOtherSeller = true
        standings[shop] = (session, .refused(failure))
        return failure
    }

    private func name(of shop: ShopID) -> String {
        guard let name = names[shop] else { preconditionFailure("no shop \(shop)") }
        return name
    }

    private func line(
        _ verdict: SellerVerdict, _ seller: SellerIdentity, _ shop: ShopID
    ) -> String? {
        let name = name(of: shop)
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
