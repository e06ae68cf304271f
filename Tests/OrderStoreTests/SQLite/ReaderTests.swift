import Foundation
import SyncCore
import TestSupport
import Testing

@testable import OrderStore

@Suite struct ReaderTests {
    @Test func aReaderReadsWhileTheWriterWrites() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        try await store.store([TestOrder("1", at: 10)], shop: shop)
        let reader = try Connection(database.path, isReadOnly: true)
        try await store.execute("BEGIN IMMEDIATE; UPDATE orders SET status = 'closed'")
        #expect(try reader.rows("SELECT status FROM orders") == ["paid"])
        try await store.execute("COMMIT")
        #expect(try reader.rows("SELECT status FROM orders") == ["closed"])
        // A reader in the middle of a look does not hold the writer up.
        try reader.execute("BEGIN")
        #expect(try reader.rows("SELECT count(*) FROM orders") == ["1"])
        try await store.store([TestOrder("2", at: 10)], shop: shop)
        #expect(try reader.rows("SELECT count(*) FROM orders") == ["1"])
        try reader.execute("COMMIT")
        #expect(try reader.rows("SELECT count(*) FROM orders") == ["2"])
    }

    @Test func aReaderReadsAfterTheWriterHasGone() async throws {
        let database = try TestDatabase()
        do {
            let store = try database.open()
            let shop = try await store.registerShop()
            try await store.store([TestOrder("1", at: 10)], shop: shop)
        }
        #expect(FileManager.default.fileExists(atPath: database.path + "-wal"))
        #expect(try database.rows("SELECT order_id FROM orders") == ["1"])
    }

    @Test func theCommandLineToolReads() async throws {
        let tool = "/usr/bin/sqlite3"
        try #require(FileManager.default.isExecutableFile(atPath: tool), "sqlite3 is not installed")
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        try await store.store([TestOrder("1", at: 10, payment: 1_234)], shop: shop)
        try await store.execute("BEGIN IMMEDIATE; DELETE FROM orders")
        let read = try await run(
            tool,
            ["-readonly", database.path, "SELECT order_id, payment_yuan FROM orders_readable"])
        try await store.execute("ROLLBACK")
        #expect(read.output == "1|12.34\n")
        #expect(read.ending == .exited(0))
    }

    @Test func viewsAnswer() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop("旗舰店")
        let order = TestOrder("1", at: 1_762_862_400, .partShipped, payment: 100_005).with {
            $0.texts = [(\.buyer, "b"), (\.receiverCity, "杭州")]
            $0.items = [
                TestItem("i", quantity: 2).with {
                    $0.texts = [(\.skuName, "红"), (\.trackingNumber, "SF1")]
                }
            ]
            $0.edit = { $0.createdAt = UTCInstant(seconds: 1_762_862_399) }
        }
        try await store.store([order, TestOrder("2", at: 10, .unknown)], shop: shop)
        #expect(
            try database.rows(
                "SELECT shop, order_id, status, payment_yuan, buyer, item_count, created, paid, "
                    + "modified, receiver_city FROM orders_readable ORDER BY 2") == [
                    "旗舰店|1|部分发货|1000.05|b|1|2025-11-11 19:59:59|-|2025-11-11 20:00:00|杭州",
                    "旗舰店|2|未知（P_unknown）|-|-|0|-|-|1970-01-01 08:00:10|-",
                ])
        #expect(
            try database.rows(
                "SELECT shop, order_id, sku_name, quantity, price_yuan, status, tracking_no "
                    + "FROM order_items_readable") == ["旗舰店|1|红|2|-|待发货|SF1"])
        // Money is a number: it sorts and adds up as one.
        try await store.store([TestOrder("3", at: 11, .paid, payment: 99_900)], shop: shop)
        #expect(
            try database.rows(
                "SELECT payment_yuan, typeof(payment_yuan) FROM orders_readable "
                    + "WHERE payment_yuan > 9 ORDER BY payment_yuan")
                == ["999.0|real", "1000.05|real"])
        #expect(try database.value("SELECT sum(payment_yuan) FROM orders_readable") == "1999.05")
        #expect(
            try database.rows("SELECT order_id, source FROM orders_with_raw ORDER BY 1")
                == ["1|list", "2|list", "3|list"])
    }
}

extension TestItem {
    func with(_ change: (inout TestItem) -> Void) -> TestItem {
        var copy = self
        change(&copy)
        return copy
    }
}
