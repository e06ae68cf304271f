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
                               next_poll_at, first_seen_at, updated_at, named_by, item_ids)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, coalesce(?10, ''))
        ON CONFLICT (shop_id, order_id, tracking_no) DO NOTHING
        """

    /// What an order or a list says of a parcel that is known already: written only if it is news.
    static let refresh = """
        UPDATE shipments SET company = coalesce(?4, company),
            shipped_at = coalesce(?5, shipped_at), updated_at = ?6, named_by = named_by | ?7,
            item_ids = coalesce(?8, item_ids)
        WHERE shop_id = ?1 AND order_id = ?2 AND tracking_no = ?3
          AND (company IS NOT coalesce(?4, company)
               OR shipped_at IS NOT coalesce(?5, shipped_at)
               OR named_by & ?7 = 0 OR item_ids IS NOT coalesce(?8, item_ids)
               OR status = 'replaced')
        """

    // MARK: Replaced waybills

    /// Lines name other parcels now. With ?3, a line names a number that is new to the order: the
    /// old one was corrected, whoever else named it.
    static let forgetLines = """
        UPDATE shipments SET named_by = iif(?3, 0, named_by & ~1)
        WHERE shop_id = ?1 AND order_id = ?2 AND named_by & 1
          AND NOT EXISTS (SELECT 1 FROM order_items AS item
                          WHERE item.shop_id = ?1 AND item.order_id = ?2
                            AND item.tracking_no = shipments.tracking_no)
        """

    /// The source ?3 names the parcels ?4 (a JSON array) and no others.
    static let forgetOthers = """
        UPDATE shipments SET named_by = named_by & ~?3
        WHERE shop_id = ?1 AND order_id = ?2 AND named_by & ?3
          AND tracking_no NOT IN (SELECT value FROM json_each(?4))
        """

    static let announceReplaced = """
        INSERT INTO changes
            (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
        SELECT ?3, shop_id, 'shipment', order_id || '/' || tracking_no, 'updated', status,
               'replaced'
        FROM shipments
        WHERE shop_id = ?1 AND order_id = ?2 AND named_by = 0 AND status <> 'replaced'
        """

    static let replace = """
        UPDATE shipments SET status = 'replaced', next_poll_at = NULL, updated_at = ?3
        WHERE shop_id = ?1 AND order_id = ?2 AND named_by = 0 AND status <> 'replaced'
        """

    /// A number that is named again: what is known of the parcel holds until the next poll.
    static let restore = """
        UPDATE shipments SET
            status = CASE WHEN delivered_at IS NOT NULL THEN 'delivered'
                          WHEN last_event_at IS NOT NULL THEN 'in_transit'
                          WHEN ?4 IS NULL AND poll_count = 0 THEN 'unknown'
                          ELSE 'pending' END,
            next_poll_at = iif(delivered_at IS NULL, ?4, NULL), failures = 0, last_error = ''
        WHERE shop_id = ?1 AND order_id = ?2 AND tracking_no = ?3 AND status = 'replaced'
        RETURNING status
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
          AND status NOT IN ('delivered', 'returned', 'replaced')
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
