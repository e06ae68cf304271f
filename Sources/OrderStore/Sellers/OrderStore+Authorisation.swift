public import SyncCore

extension OrderStore {
    /// Writes down whose shop it is and until when it is authorised, as far as that is known.
    /// - Parameter nick: empty if nobody said; then what is stored stays.
    public func setAuthorisation(
        _ shop: ShopID, nick: String, until: UTCInstant?
    ) throws(StoreError) {
        try database.transaction { () throws(StoreError) in
            let update = try database.prepare(
                """
                UPDATE shops SET authorized_until_at = ?3,
                                 nick = CASE WHEN ?2 = '' THEN nick ELSE ?2 END
                WHERE shop_id = ?1
                  AND (authorized_until_at IS NOT ?3 OR (?2 <> '' AND nick <> ?2))
                """)
            update.bind(1, shop.rawValue)
            update.bind(2, nick)
            update.bind(3, until?.seconds)
            try update.run()
        }
    }
}
