public import SyncCore

extension OrderStore {
    /// Stores the seller's name and until when the shop is authorised, as far as these are known.
    /// - Parameter nick: empty if unknown; the stored name then stays.
    public func setAuthorisation(
        _ shop: ShopID, nick: String, until: UTCInstant?
    ) throws(StoreError) {
        try database.transaction { () throws(StoreError) in
            let update = try database.prepare(
                """
                UPDATE shops SET authorized_until_at = :authorized_until_at,
                                 nick = CASE WHEN :nick = '' THEN nick ELSE :nick END
                WHERE shop_id = :shop_id
                  AND (authorized_until_at IS NOT :authorized_until_at OR (:nick <> ''
                      AND nick <> :nick))
                """)
            update.bind(.shopID, shop.rawValue)
            update.bind(.nick, nick)
            update.bind(.authorizedUntilAt, until?.seconds)
            try update.run()
        }
    }
}
