/// The statements that write parcels. The first three parameters are a parcel's key.
enum ShipmentSQL {
    /// Whether a parcel of `:shop_id` can be polled. Where the platform needs the carrier's code, a
    /// parcel without one (which the buyer fetches, for example) is not polled.
    static let isTraceable = """
        (NOT EXISTS (SELECT 1 FROM carriers JOIN shops USING (platform) WHERE shop_id = :shop_id)
         OR EXISTS (SELECT 1 FROM carriers JOIN shops USING (platform)
                    WHERE shops.shop_id = :shop_id AND carrier_id = company AND code <> ''))
        """

    /// When a parcel was sent, as far as that is known: an order states one time for all of its
    /// parcels, which is wrong for one that it names only days later.
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
        VALUES (:shop_id, :order_id, :tracking_no, :company, :status, :shipped_at, :next_poll_at,
            :now, :now, :named_by, coalesce(:item_ids, ''))
        ON CONFLICT (shop_id, order_id, tracking_no) DO NOTHING
        """

    /// What an order or a list states of a known parcel: written only if it differs.
    static let refresh = """
        UPDATE shipments SET company = coalesce(:company, company),
            shipped_at = coalesce(:shipped_at, shipped_at), updated_at = :now,
            named_by = named_by | :named_by,
            item_ids = coalesce(:item_ids, item_ids)
        WHERE shop_id = :shop_id AND order_id = :order_id AND tracking_no = :tracking_no
          AND (company IS NOT coalesce(:company, company)
               OR shipped_at IS NOT coalesce(:shipped_at, shipped_at)
               OR named_by & :named_by = 0 OR item_ids IS NOT coalesce(:item_ids, item_ids)
               OR status = 'replaced')
        """

    // MARK: Replaced waybills

    /// Lines name other parcels now. With `:is_corrected`, a line names a number that is new to the
    /// order: the old one was corrected, whatever else named it.
    static let forgetLines = """
        UPDATE shipments SET named_by = iif(:is_corrected, 0, named_by & ~1)
        WHERE shop_id = :shop_id AND order_id = :order_id AND named_by & 1
          AND NOT EXISTS (SELECT 1 FROM order_items AS item
                          WHERE item.shop_id = :shop_id AND item.order_id = :order_id
                            AND item.tracking_no = shipments.tracking_no)
        """

    /// The source `:named_by` names the parcels `:tracking_nos` (a JSON array) and no others.
    static let forgetOthers = """
        UPDATE shipments SET named_by = named_by & ~:named_by
        WHERE shop_id = :shop_id AND order_id = :order_id AND named_by & :named_by
          AND tracking_no NOT IN (SELECT value FROM json_each(:tracking_nos))
        """

    static let announceReplaced = """
        INSERT INTO changes
            (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
        SELECT :now, shop_id, 'shipment', order_id || '/' || tracking_no, 'updated', status,
               'replaced'
        FROM shipments
        WHERE shop_id = :shop_id AND order_id = :order_id AND named_by = 0 AND status <> 'replaced'
        """

    static let replace = """
        UPDATE shipments SET status = 'replaced', next_poll_at = NULL, updated_at = :now
        WHERE shop_id = :shop_id AND order_id = :order_id AND named_by = 0 AND status <> 'replaced'
        """

    /// A number that is named again: what is known of the parcel holds until the next poll.
    static let restore = """
        UPDATE shipments SET
            status = CASE WHEN delivered_at IS NOT NULL THEN 'delivered'
                          WHEN last_event_at IS NOT NULL THEN 'in_transit'
                          WHEN :next_poll_at IS NULL AND poll_count = 0 THEN 'unknown'
                          ELSE 'pending' END,
            next_poll_at = iif(delivered_at IS NULL, :next_poll_at, NULL), failures = 0,
            last_error = ''
        WHERE shop_id = :shop_id AND order_id = :order_id AND tracking_no = :tracking_no
            AND status = 'replaced'
        RETURNING status
        """

    /// Those that are polled still are polled now. The plus keeps SQLite from looking for the order
    /// among all polled parcels of the shop.
    static let lastPolls = """
        UPDATE shipments SET next_poll_at = :next_poll_at
        WHERE shop_id = :shop_id AND order_id = :order_id AND +next_poll_at > :next_poll_at
        """

    /// Parcels of an order that had ended when it was first seen were not announced; now they are.
    static let announceResumed = """
        INSERT INTO changes
            (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
        SELECT :now, shop_id, 'shipment', order_id || '/' || tracking_no, 'created', NULL, status
        FROM shipments
        WHERE shop_id = :shop_id AND order_id = :order_id AND next_poll_at IS NULL
            AND poll_count = 0
          AND status = 'unknown'
        """

    static let resumePolls = """
        UPDATE shipments SET next_poll_at = :next_poll_at
        WHERE shop_id = :shop_id AND order_id = :order_id AND next_poll_at IS NULL
          AND status NOT IN ('delivered', 'returned', 'replaced')
        """

    static let find = """
        SELECT status, next_poll_at,
               (SELECT orders.status IN ('completed', 'closed')
               AND orders.modified_at < :ended_before
                FROM orders WHERE orders.shop_id = :shop_id AND orders.order_id = :order_id),
                failures
        FROM shipments WHERE shop_id = :shop_id AND order_id = :order_id
        AND tracking_no = :tracking_no
        """

    static let updateTrace = """
        UPDATE shipments SET status = :status, platform_status = coalesce(:platform_status,
            platform_status),
            last_event = coalesce(:last_event, last_event),
            last_event_at = coalesce(:last_event_at, last_event_at),
            delivered_at = coalesce(:delivered_at, delivered_at), next_poll_at = :next_poll_at,
            poll_count = poll_count + 1, polled_at = :now, updated_at = :now, failures = 0,
            last_error = '', company = coalesce(:company, company)
        WHERE shop_id = :shop_id AND order_id = :order_id AND tracking_no = :tracking_no
        """

    /// Polls that have ended stay ended.
    static let reschedule = """
        UPDATE shipments SET next_poll_at = CASE WHEN next_poll_at IS NULL THEN NULL
            ELSE :next_poll_at END,
            poll_count = poll_count + 1, polled_at = :now, updated_at = :now,
            last_error = :last_error,
            failures = CASE WHEN :is_failure THEN failures + 1 ELSE 0 END
        WHERE shop_id = :shop_id AND order_id = :order_id AND tracking_no = :tracking_no
        """

    static let setItems = """
        UPDATE shipments SET item_ids = :item_ids, is_split = :is_split
        WHERE shop_id = :shop_id AND order_id = :order_id AND tracking_no = :tracking_no
        """

    static let storedEvents = """
        SELECT event_at, description, action FROM shipment_events
        WHERE shop_id = :shop_id AND order_id = :order_id AND tracking_no = :tracking_no
            ORDER BY seq
        """

    static let insertEvent = """
        INSERT INTO shipment_events
            (shop_id, order_id, tracking_no, seq, event_at, description, action)
        VALUES (:shop_id, :order_id, :tracking_no, :seq, :event_at, :description, :action)
        """

    static let deleteEvents = """
        DELETE FROM shipment_events
        WHERE shop_id = :shop_id AND order_id = :order_id AND tracking_no = :tracking_no
            AND seq > :seq
        """

    static let insertChange = """
        INSERT INTO changes
            (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
        VALUES (:now, :shop_id, 'shipment', :entity_id, :kind, :old_status, :new_status)
        """
}
