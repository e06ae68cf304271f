import SyncCore
import Testing

@testable import OrderStore

/// What a hand or a disk has done to stored rows: hashes and times still agree.
@Suite struct VerifyDamageTests {
    private static let damages: [(String, String)] = [
        ("an amount", "UPDATE orders SET payment_fen = payment_fen + 1"),
        ("an amount lost", "UPDATE orders SET payment_fen = NULL"),
        ("a status", "UPDATE orders SET status = 'closed'"),
        ("the platform's status", "UPDATE orders SET platform_status = 'X'"),
        ("the number of items", "UPDATE orders SET item_count = 7"),
        ("a time", "UPDATE orders SET created_at = created_at + 1"),
        ("an item's amount", "UPDATE order_items SET quantity = 9 WHERE item_id = 'a'"),
        ("an item's parcel", "UPDATE order_items SET tracking_no = 'X' WHERE item_id = 'b'"),
        ("an item's status", "UPDATE order_items SET status = 'paid', platform_status = 'X'"),
        ("one item gone", "DELETE FROM order_items WHERE item_id = 'b'"),
        ("all items gone", "DELETE FROM order_items"),
        ("the JSON gone", "DELETE FROM order_raw"),
        ("the order gone", "DELETE FROM orders"),
        ("everything gone", "DELETE FROM orders; DELETE FROM order_items; DELETE FROM order_raw"),
    ]

    @Test(arguments: damages, [false, true])
    func everyDamageIsFoundAndRepaired(damage: (String, String), hasDetails: Bool) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let order = TestOrder.whole("1", .shipped)
        try await shop.list([order], details: .never)
        if hasDetails { try await shop.detail(order) }
        try await shop.list([order], details: .never)
        let columns =
            "SELECT status, platform_status, item_count, payment_fen, created_at FROM orders"
        let items =
            "SELECT item_id, quantity, status, platform_status, tracking_no "
            + "FROM order_items ORDER BY 1"
        let (before, itemsBefore) = (try database.rows(columns), try database.rows(items))
        let whole = try await TestVerification(shop)
        try await whole.read([order])
        #expect(try await whole.standing() == [])

        try database.execute(damage.1)
        let kind = damage.1.contains("FROM orders") ? "missing" : "differs"
        let found = try await TestVerification(shop)
        try await found.read([order], asked: 7_000)
        #expect(try await found.standing() == ["\(kind) 1"], "\(damage.0)")
        // Reading the list as usual does not repair it: its hash is known.
        if kind == "differs" {
            try await shop.list([order], details: .never, asked: 7_500)
            #expect(try await found.standing() == ["\(kind) 1"], "\(damage.0)")
        }

        let repair = try await TestVerification(shop, repair: true)
        // The machine's clock shows what was repaired, whatever the platform's says.
        try await repair.read([order], asked: 8_000, machineBehind: 300)
        let result = try await repair.result()
        #expect(result.standing.isEmpty, "\(damage.0)")
        #expect(result.repaired.map(\.kind) == [kind], "\(damage.0)")
        #expect(try database.rows(columns) == before, "\(damage.0)")
        #expect(try database.rows(items) == itemsBefore, "\(damage.0)")
        #expect(try database.rows("SELECT order_id FROM orders_with_raw") == ["1"], "\(damage.0)")
        let proof = try await TestVerification(shop)
        try await proof.read([order], asked: 9_000)
        #expect(try await proof.standing() == [], "\(damage.0)")
    }

    /// Read in full again during a verification, with the hash that is stored: the damage is
    /// repaired then, not only confirmed.
    @Test(arguments: damages.filter { !$0.1.contains("FROM orders") })
    func aConfirmedDetailIsRepaired(damage: (String, String)) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let order = TestOrder.whole("1", .shipped)
        try await shop.list([order], details: .never)
        try await shop.detail(order)
        let items = "SELECT * FROM order_items ORDER BY item_id"
        let columns =
            "SELECT status, platform_status, item_count, payment_fen, created_at FROM orders"
        let (before, itemsBefore) = (try database.rows(columns), try database.rows(items))
        try database.execute(damage.1)
        let found = try await TestVerification(shop)
        try await found.read([order], asked: 6_000)
        try await shop.detail(order, asked: 7_000)
        #expect(try await found.standing() == [])
        #expect(try database.rows(columns) == before, "\(damage.0)")
        #expect(try database.rows(items) == itemsBefore, "\(damage.0)")
        #expect(try database.rows("SELECT order_id FROM orders_with_raw") == ["1"], "\(damage.0)")
        // Confirmed once more, nothing is written.
        let changes = try database.value("SELECT count(*) FROM changes")
        try await shop.detail(order, asked: 7_500)
        #expect(try database.value("SELECT count(*) FROM changes") == changes)
    }

    /// A detail that was written over by a list row is read in full again.
    @Test func aRepairedDetailIsReadAgain() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let order = TestOrder.whole("1", .paid)
        try await shop.list([order], details: .never)
        try await shop.detail(order.with { $0.texts = [(\.sellerMemo, "memo")] })
        try database.execute("UPDATE orders SET payment_fen = 1")
        let repair = try await TestVerification(shop, repair: true)
        let outcome = try await repair.read([order])
        #expect(outcome.events.contains(.queued(shop.stream(.details))))
        #expect(
            try database.value("SELECT payment_fen, has_details, seller_memo FROM orders")
                == "500|0|memo")
        #expect(try database.rows("SELECT entity_id, state FROM detail_queue") == ["1|queued"])
    }

    /// Two changes in one second: the answer that was asked for later is stored, and the page of
    /// the verification is the older one.
    @Test func anOlderAnswerIsNoFinding() async throws {
        for repair in [false, true] {
            let database = try TestDatabase()
            let shop = try await TestShop(database)
            try await shop.list(
                [TestOrder.whole("1", .completed)], details: .never, asked: 6_001)
            let verification = try await TestVerification(shop, repair: repair)
            try await verification.read([TestOrder.whole("1", .shipped)], asked: 6_000)
            #expect(try await verification.standing() == [])
            #expect(try database.value("SELECT status FROM orders") == "completed")
        }
    }

    /// Only what the answer states is compared.
    @Test func whatIsLeftOutIsNotCompared() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let whole = TestOrder.whole("1").with { $0.raw = Array("{}".utf8) }
        try await shop.list([whole], details: .never)
        let less = whole.with {
            $0.items = [TestItem("a").silent]
            $0.edit = {
                $0.platformStatus = .absent
                $0.createdAt = nil
            }
        }
        // The same hash, as if the very same row: one item of two is another count.
        let verification = try await TestVerification(shop)
        try await verification.read([less])
        #expect(try await verification.standing() == ["differs 1"])
        let same = less.with { $0.items.append(TestItem("b").silent) }
        let second = try await TestVerification(shop)
        try await second.read([same])
        #expect(try await second.standing() == [])
    }
}
