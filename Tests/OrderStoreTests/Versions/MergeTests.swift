import SyncCore
import Testing

@testable import OrderStore

@Suite struct MergeTests {
    /// One version of the order after the other, and the row at the end.
    @Test(
        arguments: [
            ("newest wins", [(.list, 10, 100), (.list, 20, 200)], "20|200|0", 2),
            ("older is ignored", [(.list, 20, 200), (.list, 10, 100)], "20|200|0", 1),
            ("an older detail is ignored", [(.list, 20, 200), (.detail, 10, 100)], "20|200|0", 1),
            ("a tie of lists: the later answer", [(.list, 10, 1), (.list, 10, 2)], "10|2|0", 2),
            ("a tie of details: the later", [(.detail, 10, 1), (.detail, 10, 2)], "10|2|1", 2),
            ("a tie: the detail beats the list", [(.list, 10, 1), (.detail, 10, 2)], "10|2|1", 2),
            ("a tie: the list does not", [(.detail, 10, 1), (.list, 10, 2)], "10|1|0", 1),
            (
                "list, detail, list", [(.list, 10, 1), (.detail, 10, 1), (.list, 10, 1)], "10|1|1",
                2
            ),
            (
                "list, detail, another list queues the detail again",
                [(.list, 10, 1), (.detail, 10, 1), (.list, 10, 3)], "10|1|0", 2
            ),
            (
                "and the detail read again is stored",
                [(.list, 10, 1), (.detail, 10, 1), (.list, 10, 3), (.detail, 10, 3)], "10|3|1", 3
            ),
            ("a newer list row asks for details", [(.detail, 10, 1), (.list, 11, 2)], "11|2|0", 2),
            (
                "there and back within a second", [(.list, 10, 1), (.list, 10, 2), (.list, 10, 1)],
                "10|1|0", 3
            ),
        ] as [(String, [(RecordSource, Int64, Int64)], String, Int)])
    func theNewerVersionWins(
        why: String, versions: [(RecordSource, Int64, Int64)], expected: String, writes: Int
    ) async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        for (source, modified, payment) in versions {
            let order = TestOrder("1", at: modified, payment: payment)
                .with { $0.raw = Array("{\"p\":\(payment),\"s\":\"\(source)\"}".utf8) }
            try await store.store([order], source, shop: shop)
        }
        let stored = try database.value("SELECT modified_at, payment_fen, has_details FROM orders")
        #expect(stored == expected, "\(why)")
        #expect(try database.value("SELECT count(*) FROM changes") == "\(writes)", "\(why)")
        let raw = try database.value("SELECT raw FROM orders_with_raw")
        #expect(raw.contains("\"p\":\(expected.split(separator: "|")[1])"), "\(why)")
        #expect(try database.value("SELECT count(*) FROM order_raw") == "1", "\(why)")
    }

    @Test func absentNeverBlanksAndEmptyIsAStatement() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        let full = TestOrder("1", at: 10, .paid, payment: 500).with {
            $0.texts = [(\.buyer, "b"), (\.sellerMemo, "memo"), (\.receiverName, "王小明")]
            $0.items = [TestItem("i", quantity: 3)]
            $0.edit = { $0.createdAt = UTCInstant(seconds: 5) }
        }
        try await store.store([full], .detail, shop: shop)
        let sparse = TestOrder("1", at: 11, .shipped).with { $0.texts = [(\.sellerMemo, "")] }
        try await store.store([sparse], shop: shop)
        let row = try database.value(
            "SELECT status, payment_fen, buyer, '<' || seller_memo || '>', receiver_name, "
                + "created_at, item_count, buyer_message FROM orders")
        #expect(row == "shipped|500|b|<>|王小明|5|1|-")
        #expect(try database.rows("SELECT item_id, quantity FROM order_items") == ["i|3"])
    }

    /// A status that an answer leaves out is no statement either.
    @Test func absentStatusKeepsTheStoredOne() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        let item = TestItem("i", quantity: 3, status: .shipped)
        try await store.store(
            [TestOrder("1", at: 10, .shipped).with { $0.items = [item] }], shop: shop)
        let silent = TestOrder("1", at: 11, .unknown, payment: 7).with {
            $0.items = [TestItem("i", quantity: 4, status: .unknown).silent]
            $0.edit = { $0.platformStatus = .absent }
        }
        try await store.store([silent], shop: shop)
        #expect(
            try database.value("SELECT status, platform_status, payment_fen FROM orders")
                == "shipped|P_shipped|7")
        #expect(
            try database.value("SELECT status, platform_status, quantity FROM order_items")
                == "shipped|P_shipped|4")
        #expect(
            try database.rows("SELECT old_status, new_status FROM changes ORDER BY seq")
                == ["-|shipped", "shipped|shipped"])
        // One that is stated and not known replaces it.
        try await store.store([TestOrder("1", at: 12, .unknown)], shop: shop)
        #expect(
            try database.value("SELECT status, platform_status FROM orders")
                == "unknown|P_unknown")
    }

    @Test func identicalReadWritesNothingAnywhere() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        let orders = (0..<120).map { number in
            TestOrder("\(number)", at: 10 + Int64(number), payment: 100).with {
                $0.items = [TestItem("a", quantity: 1), TestItem("b", quantity: 2)]
            }
        }
        try await store.store(orders, shop: shop)
        try await store.store([orders[3]], .detail, shop: shop)
        // The first list row beside a detail is noted once.
        try await store.store([orders[3]], shop: shop)
        let before = try database.content()
        let changes = try await store.integer("SELECT total_changes()")
        let counts = try await store.store(orders, shop: shop, now: 2_000)
        try await store.store([orders[3]], .detail, shop: shop, now: 3_000)
        #expect(counts.unchanged == 120)
        #expect(counts.created + counts.updated == 0)
        #expect(try await store.integer("SELECT total_changes()") == changes)
        #expect(try database.content() == before)
    }

    @Test func itemsAreUpserted() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        let first = [TestItem("a", quantity: 1), TestItem("b", quantity: 2)]
        var second = [TestItem("b", quantity: 5, status: .shipped), TestItem("c", quantity: 3)]
        second[0].texts = [(\.trackingNumber, "SF1")]
        try await store.store([TestOrder("1", at: 10).with { $0.items = first }], shop: shop)
        try await store.store([TestOrder("1", at: 11).with { $0.items = second }], shop: shop)
        #expect(
            try database.rows(
                "SELECT item_id, quantity, status, tracking_no FROM order_items ORDER BY 1")
                == ["a|1|paid|-", "b|5|shipped|SF1", "c|3|paid|-"])
    }

    @Test func shopsDoNotMix() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let (one, two) = (try await store.registerShop("one"), try await store.registerShop("two"))
        try await store.store([TestOrder("1", at: 10, payment: 1)], shop: one)
        try await store.store([TestOrder("1", at: 9, payment: 2)], shop: two)
        #expect(
            try database.rows("SELECT shop_id, payment_fen FROM orders ORDER BY 1")
                == ["\(one.rawValue)|1", "\(two.rawValue)|2"])
        #expect(try await store.registerShop("one") == one)
    }
}

extension TestItem {
    /// The item as an answer without a status states it.
    var silent: TestItem {
        var copy = self
        copy.statesStatus = false
        return copy
    }
}
