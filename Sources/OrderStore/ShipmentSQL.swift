/// The statements that write parcels. The first three parameters are a parcel's key.
enum ShipmentSQL {
    /// Whether a parcel of shop ?1 can be asked about. Where a platform needs to be told the
    /// carrier's code, one without (a buyer who fetches it, say) waits for nothing.
    static let isTraceable = """
        (NOT EXISTS (SELECT 1 FROM carriers JOIN shops USING (platform) WHERE shop_id = ?1)
         OR EXISTS (SELECT 1 FROM carriers JOIN shops USING (platform)
                    WHERE shops.shop_id = ?1 AND carrier_id = company AND code <> ''))
        """

    /// When a parcel was sent, as far as anybody knows: an order tells one time for all of its
    /// parcels, which is not that of one that it names only days later.
    static let sentAt = """
        iif(shipped_at < parcel.first_seen_at - 864000
              AND parcel.first_seen_at > (SELECT orders.first_seen_at FROM orders
                                          WHERE orders.shop_id = parcel.shop_id
                                            AND orders.order_id = parcel.order_id),
            parcel.first_seen_at, coalesce(shipped_at, parcel.first_seen_at))
        """

    static let insert = """
        INSERT INTO shipments (shop_id, order_id, tracking_no, company, status, shipped_at,
                               next_poll_at, first_seen_at, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)
        ON CONFLICT (shop_id, order_id, tracking_no) DO NOTHING
        """

    /// What an order says of a parcel that is known already: written only if it is news.
    static let refresh = """
        UPDATE shipments SET company = coalesce(?4, company),
            shipped_at = coalesce(?5, shipped_at), updated_at = ?6
        WHERE shop_id = ?1 AND order_id = ?2 AND tracking_no = ?3
          AND (company IS NOT coalesce(?4, company)
               OR shipped_at IS NOT coalesce(?5, shipped_at))
        """

    /// Those that are polled still are polled now.
    static let lastPolls = """
        UPDATE shipments SET next_poll_at = ?3
        WHERE shop_id = ?1 AND order_id = ?2 AND next_poll_at > ?3
        """

    /// Parcels of an order that had ended when it was first seen were no news; now they are.
    static let announceResumed = """
        INSERT INTO changes
            (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
        SELECT ?3, shop_id, 'shipment', order_id || '/' || tracking_no, 'created', NULL, status
        FROM shipments
        WHERE shop_id = ?1 AND order_id = ?2 AND next_poll_at IS NULL AND poll_count = 0
          AND status = 'unknown'
        """

    static let resumePolls = """
        UPDATE shipments SET next_poll_at = ?3
        WHERE shop_id = ?1 AND order_id = ?2 AND next_poll_at IS NULL
          AND status NOT IN ('delivered', 'returned')
        """

    static let find = """
        SELECT status, next_poll_at,
               (SELECT orders.status IN ('completed', 'closed') AND orders.modified_at < ?4
                FROM orders WHERE orders.shop_id = ?1 AND orders.order_id = ?2), failures
        FROM shipments WHERE shop_id = ?1 AND order_id = ?2 AND tracking_no = ?3
        """

    static let updateTrace = """
        UPDATE shipments SET status = ?4, platform_status = coalesce(?5, platform_status),
            last_event = coalesce(?6, last_event), last_event_at = coalesce(?7, last_event_at),
            delivered_at = coalesce(?8, delivered_at), next_poll_at = ?9,
            poll_count = poll_count + 1, polled_at = ?10, updated_at = ?10, failures = 0,
            last_error = '', company = coalesce(?11, company)
        WHERE shop_id = ?1 AND order_id = ?2 AND tracking_no = ?3
        """

    /// Polls that have ended stay ended.
    static let reschedule = """
        UPDATE shipments SET next_poll_at = CASE WHEN next_poll_at IS NULL THEN NULL ELSE ?4 END,
            poll_count = poll_count + 1, polled_at = ?6, updated_at = ?6, last_error = ?5,
            failures = CASE WHEN ?7 THEN failures + 1 ELSE 0 END
        WHERE shop_id = ?1 AND order_id = ?2 AND tracking_no = ?3
        """

    static let setItems = """
        UPDATE shipments SET item_ids = ?4, is_split = ?5
        WHERE shop_id = ?1 AND order_id = ?2 AND tracking_no = ?3
        """

    static let storedEvents = """
        SELECT event_at, description, action FROM shipment_events
        WHERE shop_id = ?1 AND order_id = ?2 AND tracking_no = ?3 ORDER BY seq
        """

    static let insertEvent = """
        INSERT INTO shipment_events
            (shop_id, order_id, tracking_no, seq, event_at, description, action)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """

    static let deleteEvents = """
        DELETE FROM shipment_events
        WHERE shop_id = ?1 AND order_id = ?2 AND tracking_no = ?3 AND seq > ?4
        """

    static let insertChange = """
        INSERT INTO changes
            (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
        VALUES (?1, ?2, 'shipment', ?3, ?4, ?5, ?6)
        """
}
