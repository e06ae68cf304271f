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
}
