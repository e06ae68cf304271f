import Foundation
import SyncCore
import WireFormat

@testable import OrderStore

extension TestDatabase {
    /// All bytes of the database's files.
    func allBytes() -> [UInt8] {
        ["", "-wal", "-shm", "-journal"].flatMap { (try? bytes($0)) ?? [] }
    }

    /// Numbers of needles (`NEEDLE`, digits, `_`) that stand anywhere in the files.
    func needles() -> Set<Int> {
        var found: Set<Int> = []
        let bytes = allBytes()
        let mark = Array("NEEDLE".utf8)
        var index = 0
        while index + mark.count < bytes.count {
            guard bytes[index] == mark[0], bytes[index..<index + mark.count].elementsEqual(mark)
            else {
                index += 1
                continue
            }
            index += mark.count
            var number = 0
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
                number = number * 10 + Int(bytes[index] - 0x30)
                index += 1
            }
            if index < bytes.count, bytes[index] == UInt8(ascii: "_") { found.insert(number) }
        }
        return found
    }
}

/// Orders, refunds and parcels with a needle in every text: 1…n as first stated, 1001… as stated
/// later. Odd numbers are old and ended, even ones are not.
enum Haystack {
    static let old: Int64 = 100
    static let recent: Int64 = 9_000
    static let cutoff = UTCInstant(seconds: 5_000)

    static func order(_ number: Int, version: Int = 0) -> TestOrder {
        let needle = "NEEDLE\(number + version * 1_000)_"
        let isOld = number % 2 == 1
        return TestOrder(
            "\(77_000_000 + number * 7_919 % 104_729)",
            at: (isOld ? old : recent) + Int64(version), isOld ? .completed : .shipped
        ).with {
            $0.texts = [
                (\.buyer, needle), (\.receiverName, needle), (\.receiverPhone, needle),
                (\.receiverAddress, needle + String(repeating: "a", count: number % 90)),
                (\.receiverCity, needle), (\.buyerMessage, needle), (\.title, "kept"),
            ]
            $0.items = [TestItem("i\(number)").with { $0.texts = [(\.skuName, "kept")] }]
            let padding = String(repeating: "x", count: number * 131 % 7_000)
            $0.raw = Array(
                #"{"receiver_name":"\#(needle)","k":"kept","p":"\#(padding)"}"#.utf8)
        }
    }

    /// A database as it is after some weeks: written, stated again, shrunk and grown.
    static func fill(_ database: TestDatabase, count: Int = 240) async throws -> ShopID {
        let store = try database.open()
        try await store.execute("PRAGMA secure_delete = OFF")
        let shop = try await store.registerShop()
        for start in stride(from: 1, through: count, by: 40) {
            let orders = (start..<start + 40).map { order($0) }
            try await store.store(orders, shop: shop, now: 50)
        }
        for number in stride(from: 1, through: count, by: 3) {
            try await store.store([order(number, version: 1)], .detail, shop: shop, now: 6_000)
        }
        try database.execute(
            """
            INSERT INTO shipments (shop_id, order_id, tracking_no, status, first_seen_at,
                    updated_at)
                SELECT shop_id, order_id, 'T' || order_id, 'delivered', 1, 1 FROM orders;
            INSERT INTO shipment_events SELECT shop_id, order_id, 'T' || order_id, 1, 1,
                replace(buyer, '_', '_event'), '' FROM orders;
            INSERT INTO refunds (shop_id, refund_id, order_id, status, platform_status, buyer,
                    description, modified_at, content_hash, asked_ms, first_seen_at, synced_at, raw)
                SELECT shop_id, 'r' || order_id, order_id, 'completed', 'SUCCESS', buyer, buyer,
                    modified_at, 1, 1, 1, 1, '{"buyer_nick":"' || buyer || '"}' FROM orders
                WHERE order_id % 2 = 0;
            INSERT INTO detail_queue SELECT shop_id, 'order', order_id, 'queued', 'new', 0, 0, 0, 0,
                buyer FROM orders;
            INSERT INTO detail_queue SELECT shop_id, 'refund', refund_id, 'queued', 'new', 0, 0, 0,
                0, buyer FROM refunds;
            INSERT INTO verifications (verify_id, shop_id, from_at, to_at, is_repair, state,
                requested_at, ended_at) VALUES (1, 1, 0, 1, 0, 'read', 10, 20),
                (2, 1, 0, 1, 0, 'read', 8000, 8001);
            INSERT INTO verify_findings SELECT verify_id, order_id, 'stale', NULL, NULL, 0, 0, '', 0
                FROM verifications, orders;
            """)
        return shop
    }

    static let members = PersonalMembers(
        [("receiver_name", .name), ("buyer_nick", .name)], otherwisePrefix: "receiver_")
}

extension StoreMaintenance {
    func purgeAll(_ scope: PurgeScope) throws(StoreError) -> PurgeCounts {
        var total = PurgeCounts()
        while let counts = try purgeStep(scope, now: UTCInstant(seconds: 10_000)) {
            total += counts
        }
        return total
    }

    func hideAll(_ scope: PurgeScope, _ policy: PrivacyPolicy) throws(StoreError) -> PurgeCounts {
        let filter = PersonalFilter(policy: policy, members: Haystack.members)
        var total = PurgeCounts()
        while let counts = try hideStep(
            scope, filters: ["taobao": filter], now: UTCInstant(seconds: 10_000))
        {
            total += counts
        }
        return total
    }

    func scrub() throws(StoreError) -> Bool {
        try rewrite()
        return try truncateLog()
    }
}
