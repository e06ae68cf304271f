public import SyncCore

extension OrderStore {
    /// Compares a session's seller with what the database contains, and keeps it if it may fill
    /// the shop.
    public func recogniseSeller(
        _ seller: SellerIdentity, of shop: ShopID
    ) throws(StoreError) -> SellerVerdict {
        try database.transaction { () throws(StoreError) in
            let stored = try database.prepare(
                "SELECT platform, seller_id, seller_nick FROM shops WHERE shop_id = :shop_id")
            stored.bind(.shopID, shop.rawValue)
            guard try stored.step() else { return .accepted }
            let platform = stored.text(0)
            var own = SellerIdentity(id: stored.text(1), nick: stored.text(2))
            stored.reset()
            if own.isEmpty { own.nick = try database.nickInRows(of: shop) }
            if own.relation(to: seller) == .different { return .otherSeller(own) }
            let all = try database.sellers(platform)
            let hasRows = all.contains { $0.key == shop.rawValue && $0.row.hasRows }
            for var other in all where other.key != shop.rawValue {
                // A shop without rows may be another one renamed, of which only rows say whose it
                // is.
                if other.row.seller.isEmpty, other.row.hasRows, !hasRows {
                    other.row.seller.nick = try database.nickInRows(of: ShopID(other.key))
                }
                if other.row.seller.relation(to: seller) == .same {
                    return .shop(named: other.row.shop)
                }
            }
            try setSeller(seller, of: shop)
            return .accepted
        }
    }

    /// Compares the name in rows with the shop's seller; the first one is kept. Names alone do
    /// not say that two shops are one.
    public func compareNick(
        _ nick: String, of shop: ShopID
    ) throws(StoreError) -> SellerVerdict {
        try database.transaction { () throws(StoreError) in
            let stored = try database.prepare(
                "SELECT seller_id, seller_nick FROM shops WHERE shop_id = :shop_id")
            stored.bind(.shopID, shop.rawValue)
            guard try stored.step() else { return .accepted }
            let own = SellerIdentity(id: stored.text(0), nick: stored.text(1))
            stored.reset()
            let seller = SellerIdentity(nick: nick)
            if own.relation(to: seller) == .different { return .otherSeller(own) }
            if own.nick.isEmpty { try setSeller(seller, of: shop) }
            return .accepted
        }
    }

    /// A part that the platform does not say now stays.
    private func setSeller(_ seller: SellerIdentity, of shop: ShopID) throws(StoreError) {
        let update = try database.prepare(
            """
            UPDATE shops SET seller_id = CASE WHEN :seller_id = '' THEN seller_id ELSE :seller_id
                END,
                             seller_nick = CASE WHEN :seller_nick = '' THEN seller_nick
                             ELSE :seller_nick END
            WHERE shop_id = :shop_id
              AND ((:seller_id <> '' AND seller_id <> :seller_id) OR (:seller_nick <> ''
                  AND seller_nick <> :seller_nick))
            """)
        update.bind(.shopID, shop.rawValue)
        update.bind(.sellerID, seller.id)
        update.bind(.sellerNick, seller.nick)
        try update.run()
    }

    /// Shops with rows that are not configured: each may be a configured one under an earlier name.
    public func formerShops(
        configured: Set<String>
    ) throws(StoreError) -> [(key: ShopID, seller: SellerIdentity)] {
        let all = try database.sellers(nil)
        return all.filter { $0.row.hasRows && !configured.contains($0.row.shop) }
            .map { (key: ShopID($0.key), seller: $0.row.seller) }
    }

    /// The one of the former shops that has one of these orders, while this shop has not: the
    /// platform gives an order's number once, so it is the same seller under another name.
    public func formerShop(
        withOrders orders: [String], of shop: ShopID, among former: [ShopID]
    ) throws(StoreError) -> String? {
        let name = try database.prepare(
            """
            SELECT name FROM shops WHERE shop_id = :shop_id
              AND platform = (SELECT platform FROM shops AS own WHERE own.shop_id = :own_shop_id)
            """)
        name.bind(.ownShopID, shop.rawValue)
        for other in former {
            name.reset()
            name.bind(.shopID, other.rawValue)
            guard try name.step() else { continue }
            for order in orders {
                guard try has(anyOf: [order], other), try !has(anyOf: [order], shop) else {
                    continue
                }
                return name.text(0)
            }
        }
        return nil
    }

    /// Another configured shop that reads the orders of this shop's seller, and was registered
    /// earlier: `Database.twin`.
    public func twin(
        of shop: ShopID, nick: String, reading orders: [String], configured: Set<String>
    ) throws(StoreError) -> SellerTwin? {
        let stored = try database.prepare(
            "SELECT platform FROM shops WHERE shop_id = :shop_id")
        stored.bind(.shopID, shop.rawValue)
        guard try stored.step() else { return nil }
        let platform = stored.text(0)
        stored.reset()
        return try database.twin(
            of: shop.rawValue, platform: platform, nick: nick, orders: orders,
            configured: configured)
    }

    /// The same for a shop of the configuration, from the database at `path`; nil without a
    /// database of this version.
    public static func readTwin(
        path: String, of shop: String, platform: String, nick: String, reading orders: [String],
        configured: Set<String>
    ) throws(StoreError) -> SellerTwin? {
        let database = try ExistingDatabase.open(path: path, isReadOnly: true)
        guard try Migrations.check(database) == Migrations.latest else { return nil }
        let key = try database.prepare(
            "SELECT shop_id FROM shops WHERE name = :name AND platform = :platform")
        key.bind(.name, shop)
        key.bind(.platform, text: platform)
        let own = try key.step() ? key.integer(0) : .max
        return try database.twin(
            of: own, platform: platform, nick: nick, orders: orders,
            configured: configured.subtracting([shop]))
    }

    /// An earlier promoter's account that has one of these orders under the same PID: a PID is of
    /// one account, so both names read the same one.
    public func otherPromoter(
        withOrders orders: [(order: String, pid: String)], of shop: ShopID
    ) throws(StoreError) -> String? {
        let found = try database.prepare(
            """
            SELECT shops.name FROM shops JOIN checkpoints USING (shop_id)
                 JOIN affiliate_orders AS brought USING (shop_id)
            WHERE stream = 'affiliate' AND shops.shop_id < :shop_id AND order_sn = :order_sn
                AND pid = :pid
            LIMIT 1
            """)
        found.bind(.shopID, shop.rawValue)
        for (order, pid) in orders {
            found.reset()
            found.bind(.orderSn, order)
            found.bind(.pid, pid)
            if try found.step() { return found.text(0) }
        }
        return nil
    }

    private func has(anyOf orders: [String], _ shop: ShopID) throws(StoreError) -> Bool {
        let find = try database.prepare(
            "SELECT 1 FROM orders WHERE shop_id = :shop_id AND order_id = :order_id")
        for order in orders {
            find.reset()
            find.bind(.shopID, shop.rawValue)
            find.bind(.orderID, order)
            if try find.step() { return true }
        }
        return false
    }

    /// Takes a seller's other name if one of the orders that the session reads is stored under the
    /// shop: only its own seller can read it.
    /// - Returns: whether it did.
    public func acceptName(
        of seller: SellerIdentity, for shop: ShopID, reading orders: [String]
    ) throws(StoreError) -> Bool {
        try database.transaction { () throws(StoreError) in
            guard try has(anyOf: orders, shop) else { return false }
            try setSeller(seller, of: shop)
            return true
        }
    }

    /// The shops of the database at `path` and their sellers; none without a database of this
    /// version.
    public static func readSellers(path: String) throws(StoreError) -> [StoredSeller] {
        let database = try ExistingDatabase.open(path: path, isReadOnly: true)
        guard try Migrations.check(database) == Migrations.latest else { return [] }
        return try database.sellers(nil).map { (key, row) throws(StoreError) in
            var row = row
            if row.seller.isEmpty { row.seller.nick = try database.nickInRows(of: ShopID(key)) }
            return row
        }
    }
}
