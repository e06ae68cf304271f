import SyncCore
import Testing
import WireFormat

@testable import OrderStore

/// After a purge, what went is nowhere in the files: neither in free pages nor in free space of
/// pages, neither in the log nor in older versions of a row.
@Suite struct ScrubTests {
    /// Texts that live on: of even orders, as stated last.
    private static func live(_ count: Int, all: Bool = false) -> Set<Int> {
        Set(
            (1...count).filter { all || $0 % 2 == 0 }.map {
                ($0 - 1) % 3 == 0 ? $0 + 1_000 : $0
            })
    }

    @Test func deletedOrdersAreNowhere() async throws {
        let database = try TestDatabase()
        _ = try await Haystack.fill(database)
        let before = database.needles()
        #expect(before.count > 240, "the scan sees older versions, too")
        let maintenance = try StoreMaintenance(path: database.path)
        let scope = PurgeScope(before: Haystack.cutoff)
        #expect(try await maintenance.purgeAll(scope).orders == 120)
        let remnants = database.needles().subtracting(Self.live(240))
        #expect(!remnants.isEmpty, "deleting alone leaves remnants: the test can fail")
        #expect(try await maintenance.scrub())
        #expect(database.needles() == Self.live(240))
        #expect(try database.bytes("-wal").isEmpty)
        #expect(try database.value("PRAGMA integrity_check") == "ok")
        #expect(try database.value("PRAGMA page_size") == "8192")
        #expect(try database.value("PRAGMA journal_mode") == "wal")
    }

    @Test(arguments: [
        (PrivacyPolicy(receiver: .drop, raw: .mask), false),
        (PrivacyPolicy(receiver: .drop, raw: .drop), false),
        (PrivacyPolicy(receiver: .mask, raw: .mask), true),
    ])
    func hiddenReceiversAreNowhere(policy: PrivacyPolicy, keepsArea: Bool) async throws {
        let database = try TestDatabase()
        _ = try await Haystack.fill(database)
        // What is not the buyer's is not hidden, and would be found.
        try database.execute(
            "UPDATE shipment_events SET description = ''; DELETE FROM detail_queue")
        let hashes = try database.rows("SELECT order_id, content_hash, list_hash FROM orders")
        let maintenance = try StoreMaintenance(path: database.path)
        let all = PurgeScope(before: nil, includesOpen: true)
        let plan = try await maintenance.hidePlan(all)
        let done = try await maintenance.hideAll(all, policy)
        #expect(plan == done)
        #expect(done.orders == 240)
        #expect(done.refunds > 0)
        #expect(try await maintenance.scrub())
        // A mask keeps the city, which is a needle here.
        #expect(database.needles() == (keepsArea ? Self.live(240, all: true) : []))
        #expect(
            try database.rows("SELECT order_id, content_hash, list_hash FROM orders") == hashes)
        #expect(
            try database.value("SELECT count(*) FROM orders WHERE title = 'kept'") == "240")
        let json = policy.raw == .drop ? "" : #""k":"kept""#
        #expect(
            try database.value("SELECT count(*) FROM order_raw WHERE instr(raw, '\(json)')")
                == "240")
        #expect(
            try database.value(
                "SELECT count(*) FROM changes WHERE changed_at = 10000 AND kind = 'updated' "
                    + "AND entity = 'order' AND old_status = new_status") == "240")
        #expect(try await maintenance.hideAll(all, policy) == PurgeCounts(), "once is enough")
    }

    /// What was hidden does not come back with the same answer, and does with a new one.
    @Test func theSameAnswerDoesNotBringItBack() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        try await store.store([Haystack.order(2)], shop: shop)
        let maintenance = try StoreMaintenance(path: database.path)
        let policy = PrivacyPolicy(receiver: .drop, raw: .mask)
        _ = try await maintenance.hideAll(PurgeScope(before: nil, includesOpen: true), policy)
        #expect(try await store.store([Haystack.order(2)], shop: shop).unchanged == 1)
        #expect(try database.value("SELECT buyer IS NULL FROM orders") == "1")
        try await store.store([Haystack.order(2, version: 1)], shop: shop)
        #expect(try database.value("SELECT buyer FROM orders") == "NEEDLE1002_")
    }

    @Test func onlyOldReceiversAreHidden() async throws {
        let database = try TestDatabase()
        _ = try await Haystack.fill(database, count: 40)
        let maintenance = try StoreMaintenance(path: database.path)
        let policy = PrivacyPolicy(receiver: .drop, raw: .mask)
        let counts = try await maintenance.hideAll(PurgeScope(before: Haystack.cutoff), policy)
        #expect(counts.orders == 20)
        #expect(
            try database.rows(
                "SELECT DISTINCT status, receiver_name IS NULL FROM orders ORDER BY 1")
                == ["completed|1", "shipped|0"])
    }

    /// A reader that looks at the past keeps the log; it is said, and a later try does it.
    @Test func aReaderKeepsTheLog() async throws {
        let database = try TestDatabase()
        _ = try await Haystack.fill(database, count: 40)
        let maintenance = try StoreMaintenance(path: database.path)
        let reader = try Connection(database.path, isReadOnly: true)
        try reader.execute("BEGIN")
        #expect(try reader.rows("SELECT count(*) FROM orders") == ["40"])
        _ = try await maintenance.purgeAll(PurgeScope(before: Haystack.cutoff))
        #expect(try await maintenance.scrub() == false)
        #expect(database.needles().contains(3))
        #expect(try reader.rows("SELECT count(*) FROM orders") == ["40"], "and is not disturbed")
        try reader.execute("COMMIT")
        #expect(try await maintenance.truncateLog())
        #expect(!database.needles().contains(3))
        #expect(try reader.rows("SELECT count(*) FROM orders") == ["20"])
    }

    @Test func aFullDiskLeavesAGoodDatabase() async throws {
        let database = try TestDatabase()
        _ = try await Haystack.fill(database, count: 40)
        let maintenance = try StoreMaintenance(path: database.path)
        _ = try await maintenance.purgeAll(PurgeScope(before: Haystack.cutoff))
        // The log may not grow: no room to write the file anew.
        try await maintenance.limitPages(1)
        do {
            try await maintenance.rewrite()
        } catch {
            #expect(error == .diskFull(path: database.path))
        }
        #expect(try database.value("PRAGMA integrity_check") == "ok")
        let again = try StoreMaintenance(path: database.path)
        #expect(try await again.scrub())
        #expect(database.needles() == Self.live(40))
    }
}
