internal import SyncCore

/// Writes refunds, inside a transaction that its caller holds: the newest version wins, and of
/// one version the answer that was asked for later; what an answer leaves out stays as it is.
final class RefundWriter {
    private let database: Database
    private let find: Statement
    private let write: Statement
    private let insertChange: Statement

    private static let stated = [
        "order_id", "item_id", "status", "platform_status", "refund_fen", "payment_fen", "reason",
        "description", "good_status", "phase", "kind", "buyer", "title", "return_company",
        "return_tracking_no", "created_at", "modified_at", "ended_at", "content_hash", "asked_ms",
        "synced_at", "raw",
    ]

    init(_ database: Database) throws(StoreError) {
        self.database = database
        find = try database.prepare(
            """
            SELECT modified_at, content_hash, asked_ms, status FROM refunds
            WHERE shop_id = ?1 AND refund_id = ?2
            """)
        let names = Self.stated.joined(separator: ", ")
        let values = (3..<Self.stated.count + 3).map { index in
            // A status left out is unknown in a new refund only.
            Self.stated[index - 3] == "status"
                ? "coalesce(?\(index), 'unknown')"
                : Self.stated[index - 3] == "platform_status"
                    ? "coalesce(?\(index), '')" : "?\(index)"
        }
        let updates = Self.stated.enumerated().map { index, name in
            "\(name) = coalesce(?\(index + 3), \(name))"
        }
        write = try database.prepare(
            """
            INSERT INTO refunds (shop_id, refund_id, \(names), first_seen_at)
            VALUES (?1, ?2, \(values.joined(separator: ", ")), ?23)
            ON CONFLICT (shop_id, refund_id) DO UPDATE SET \(updates.joined(separator: ", "))
            """)
        insertChange = try database.prepare(
            """
            INSERT INTO changes
                (changed_at, shop_id, entity, entity_id, kind, old_status, new_status)
            VALUES (?1, ?2, 'refund', ?3, ?4, ?5, ?6)
            """)
    }

    /// - Returns: what was written, and the refunds that have to be read in full.
    func write(
        _ page: RefundPage, shop: ShopID, now: UTCInstant
    ) throws(StoreError) -> (counts: StoredCounts, lacking: [RefundRow]) {
        var counts = StoredCounts()
        var lacking: [RefundRow] = []
        for refund in page.refunds {
            let old = try look(for: refund, shop)
            guard Self.isNews(refund, old, page) else {
                counts.unchanged += 1
                continue
            }
            try write(refund, page, shop, now)
            try writeChange(refund, old, shop, now)
            if old == nil { counts.created += 1 } else { counts.updated += 1 }
            if refund.lacksEssentials { lacking.append(refund) }
        }
        return (counts, lacking)
    }

    private struct Stored {
        var modifiedAt: UTCInstant
        var contentHash: UInt64
        var askedMilliseconds: Int64
        var status: String
    }

    private static func isNews(_ refund: RefundRow, _ old: Stored?, _ page: RefundPage) -> Bool {
        guard let old else { return true }
        if refund.modifiedAt != old.modifiedAt { return refund.modifiedAt > old.modifiedAt }
        if refund.contentHash == old.contentHash { return false }
        // A sparse row of a version that is stored tells nothing.
        if page.source == .list, refund.lacksEssentials { return false }
        return page.askedMilliseconds >= old.askedMilliseconds
    }

    private func look(for refund: RefundRow, _ shop: ShopID) throws(StoreError) -> Stored? {
        find.bind(1, shop.rawValue)
        find.bind(2, refund.id)
        defer { find.reset() }
        guard try find.step() else { return nil }
        return Stored(
            modifiedAt: UTCInstant(seconds: find.integer(0)),
            contentHash: UInt64(bitPattern: find.integer(1)), askedMilliseconds: find.integer(2),
            status: find.text(3))
    }

    private func write(
        _ refund: RefundRow, _ page: RefundPage, _ shop: ShopID, _ now: UTCInstant
    ) throws(StoreError) {
        write.bind(1, shop.rawValue)
        write.bind(2, refund.id)
        write.bind(3, text: refund.order)
        write.bind(4, text: refund.item)
        write.bind(5, text: refund.platformStatus == nil ? nil : refund.status.rawValue)
        write.bind(6, text: refund.platformStatus)
        write.bind(7, refund.refundFen)
        write.bind(8, refund.paymentFen)
        write.bind(9, text: refund.reason)
        write.bind(10, text: refund.text)
        write.bind(11, text: refund.goodStatus)
        write.bind(12, text: refund.phase)
        write.bind(13, text: refund.kind)
        write.bind(14, text: refund.buyer)
        write.bind(15, text: refund.title)
        write.bind(16, text: refund.returnCompany)
        write.bind(17, text: refund.returnTrackingNumber)
        write.bind(18, refund.createdAt)
        write.bind(19, refund.modifiedAt)
        write.bind(20, refund.endedAt)
        write.bind(21, Int64(bitPattern: refund.contentHash))
        write.bind(22, page.askedMilliseconds)
        write.bind(23, now.seconds)
        write.bind(24, refund.raw)
        try write.run()
    }

    private func writeChange(
        _ refund: RefundRow, _ old: Stored?, _ shop: ShopID, _ now: UTCInstant
    ) throws(StoreError) {
        insertChange.bind(1, now.seconds)
        insertChange.bind(2, shop.rawValue)
        insertChange.bind(3, refund.id)
        insertChange.bind(4, old == nil ? StaticString("created") : StaticString("updated"))
        insertChange.bind(5, text: old?.status)
        let stated = refund.platformStatus == nil ? old?.status : refund.status.rawValue
        insertChange.bind(6, stated ?? RefundStatus.unknown.rawValue)
        try insertChange.run()
    }
}
