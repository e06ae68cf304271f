internal import SyncCore

extension Database {
    /// The shops of a platform, or of all, with their keys.
    func sellers(_ platform: String?) throws(StoreError) -> [(key: Int64, row: StoredSeller)] {
        let statement = try prepare(
            """
            SELECT shop_id, name, platform, seller_id, seller_nick,
                   EXISTS (SELECT 1 FROM orders WHERE orders.shop_id = shops.shop_id)
                   OR EXISTS (SELECT 1 FROM refunds WHERE refunds.shop_id = shops.shop_id)
            FROM shops WHERE :platform IS NULL OR platform = :platform
            """)
        statement.bind(.platform, text: platform)
        var found: [(key: Int64, row: StoredSeller)] = []
        while try statement.step() {
            let seller = SellerIdentity(id: statement.text(3), nick: statement.text(4))
            found.append(
                (
                    statement.integer(0),
                    StoredSeller(
                        shop: statement.text(1), platform: statement.text(2), seller: seller,
                        hasRows: statement.integer(5) != 0)
                ))
        }
        return found
    }

    /// The seller's name in the shop's newest order, where the platform writes one; else empty.
    /// Databases of earlier versions did not keep it elsewhere.
    func nickInRows(of shop: ShopID) throws(StoreError) -> String {
        let statement = try prepare(
            """
            SELECT CASE WHEN json_valid(raw) THEN json_extract(raw, '$.seller_nick') END
            FROM orders JOIN order_raw USING (raw_id)
            WHERE orders.shop_id = :shop_id ORDER BY modified_at DESC LIMIT 1
            """)
        statement.bind(.shopID, shop.rawValue)
        return try statement.step() ? SellerIdentity(nick: statement.text(0)).nick : ""
    }

    /// The earliest of the `configured` shops registered before this one that has the same seller.
    /// Numbers and names decide. Where they do not, an order does: a platform gives an order's
    /// number once, so two shops that have it read one seller's orders.
    /// - Parameter shop: its key; the largest number for one that is not registered yet.
    /// - Parameter nick: the seller's name in the rows that the shop reads now, and `orders` some
    ///   of their numbers; compared are also the shop's own newest orders.
    func twin(
        of shop: Int64, platform: String, nick: String, orders: [String],
        configured: Set<String>
    ) throws(StoreError) -> SellerTwin? {
        let shops = try prepare(
            """
            SELECT shop_id, name, seller_id, seller_nick FROM shops
            WHERE platform = :platform AND shop_id <= :shop_id ORDER BY shop_id
            """)
        shops.bind(.platform, text: platform)
        shops.bind(.shopID, shop)
        var own = SellerIdentity()
        var earlier: [(key: Int64, name: String, seller: SellerIdentity)] = []
        while try shops.step() {
            let seller = SellerIdentity(id: shops.text(2), nick: shops.text(3))
            if shops.integer(0) == shop {
                own = seller
            } else if configured.contains(shops.text(1)) {
                earlier.append((shops.integer(0), shops.text(1), seller))
            }
        }
        guard !earlier.isEmpty else { return nil }
        if !nick.isEmpty { own.nick = SellerIdentity(nick: nick).nick }
        let compared = orders + (try newestOrders(of: shop))
        let find = try prepare(
            "SELECT 1 FROM orders WHERE shop_id = :shop_id AND order_id = :order_id")
        for other in earlier {
            if other.seller.relation(to: own) == .same {
                return SellerTwin(shop: other.name, seller: own, order: "")
            }
            // Two names do not show two sellers: a seller can change the name.
            if other.seller.hasNumber(comparableTo: own) { continue }
            for order in compared {
                find.reset()
                find.bind(.shopID, other.key)
                find.bind(.orderID, order)
                guard try find.step() else { continue }
                return SellerTwin(shop: other.name, seller: SellerIdentity(), order: order)
            }
        }
        return nil
    }

    private func newestOrders(of shop: Int64) throws(StoreError) -> [String] {
        let newest = try prepare(
            """
            SELECT order_id FROM orders WHERE shop_id = :shop_id
            ORDER BY modified_at DESC LIMIT 5
            """)
        newest.bind(.shopID, shop)
        var found: [String] = []
        while try newest.step() { found.append(newest.text(0)) }
        return found
    }
}
