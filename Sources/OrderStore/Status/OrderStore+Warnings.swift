public import SyncCore

/// Signs of trouble that the database alone shows. Reading them does not block a running daemon.
extension OrderStore {
    /// The platform refuses a shop's session.
    public struct SessionRefusal: Equatable, Sendable {
        public var code: String
        /// When a call was refused last: a session that is newer has not been tried.
        public var lastAt: UTCInstant
    }

    /// By the shop's name.
    public static func sessionRefusals(
        path: String
    ) throws(StoreError) -> [String: SessionRefusal] {
        let refused = try Database(path: path, isReadOnly: true).prepare(
            """
            SELECT s.name, s.state_reason, max(c.last_error_at)
            FROM shops s JOIN checkpoints c USING (shop_id)
            WHERE s.state = 'unauthorized' AND c.last_error_at IS NOT NULL
            GROUP BY s.shop_id
            """)
        var found: [String: SessionRefusal] = [:]
        while try refused.step() {
            found[refused.text(0)] = SessionRefusal(
                code: refused.text(1), lastAt: UTCInstant(seconds: refused.integer(2)))
        }
        return found
    }

    /// Pinduoduo's orders of the last 30 days that have after-sales, by the name of a shop of
    /// which no refund is stored though the list of refunds has been read for days. What the list
    /// takes as "all states" is not documented: this is how it shows that it does not.
    public static func ordersWithoutRefunds(
        path: String, now: UTCInstant
    ) throws(StoreError) -> [String: Int64] {
        // The status is order, refund and confirmation; refund 2 is requested, 4 done.
        let missing = try Database(path: path, isReadOnly: true).prepare(
            """
            WITH reach AS (
                SELECT s.shop_id, s.name, live.cursor_at AS until_at,
                       min(live.began_at, coalesce(history.cursor_at, live.began_at)) AS from_at
                FROM shops s
                JOIN checkpoints live ON live.shop_id = s.shop_id AND live.stream = 'refunds'
                LEFT JOIN checkpoints history ON history.shop_id = s.shop_id
                                             AND history.stream = 'refunds_backfill'
                WHERE s.platform = 'pinduoduo'
                  AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.shop_id = s.shop_id))
            SELECT reach.name, count(*) FROM reach JOIN orders o USING (shop_id)
            WHERE reach.from_at <= :now - 3 * 86400
              AND o.modified_at >= max(:now - 30 * 86400, reach.from_at)
              AND o.modified_at < reach.until_at AND o.platform_status GLOB '*/[234]/*'
            GROUP BY shop_id
            """)
        missing.bind(.now, now.seconds)
        var found: [String: Int64] = [:]
        while try missing.step() { found[missing.text(0)] = missing.integer(1) }
        return found
    }
}
