import SyncCore
import Testing

@testable import OrderStore

/// How the report reads: beside a writer, from files it knows, and in one pass.
@Suite struct SalesAccessTests {
    @Test func readerAndWriterDoNotWaitForEachOther() throws {
        let sales = try SalesDatabase()
        try sales.add("1")
        try sales.execute("BEGIN IMMEDIATE")
        try sales.add("2")
        let reader = try SalesReader(path: sales.database.path)
        let query = SalesQuery(
            firstDay: SalesDatabase.day, lastDay: SalesDatabase.day, grouping: .day)
        #expect(try reader.read(query).total.orders == 1)
        try sales.execute("COMMIT")
        #expect(try reader.read(query).total.orders == 1, "one moment")
        #expect(try sales.read().total.orders == 2)
    }

    @Test func theReportStatesHowFarShopsAreRead() throws {
        let sales = try SalesDatabase()
        #expect(try sales.read().syncedUntilAt == nil)
        try sales.execute(
            """
            INSERT INTO checkpoints (shop_id, stream, cursor_at, began_at, updated_at)
            VALUES (1, 'orders', 500, 0, 0), (1, 'backfill', 100, 0, 0), (2, 'orders', 400, 0, 0)
            """)
        let all = try sales.read()
        #expect(all.syncedUntilAt == 400)
        #expect(all.loadedFromAt == nil)
        let east = try sales.read(shops: ["east"])
        #expect(east.syncedUntilAt == 500)
        #expect(east.loadedFromAt == 100)
    }

    @Test(arguments: [
        "PRAGMA user_version = 1", "PRAGMA user_version = 0", "PRAGMA user_version = 99",
        "PRAGMA application_id = 1",
    ])
    func otherVersionsAreRefused(change: String) throws {
        let sales = try SalesDatabase()
        try sales.execute(change)
        #expect(throws: StoreError.self) { try sales.read() }
    }

    @Test func aMissingFileIsAnError() {
        #expect(throws: StoreError.self) { try SalesReader(path: "/nonexistent/orders.db") }
    }

    /// Amounts that no shop has are said, not added up wrongly.
    @Test(arguments: [[Int64.max], [Int64.max, 1], [1 << 60, 1 << 60, 1 << 60], [Int64.min]])
    func amountsTooLargeAreReported(amounts: [Int64]) throws {
        let sales = try SalesDatabase()
        for (index, amount) in amounts.enumerated() {
            try sales.add("\(index)") { $0.payment = amount }
        }
        #expect(throws: StoreError.self) { try sales.read() }
    }

    /// No index, no sorting: one pass over the orders, and each parcel of details by its key.
    @Test func aReportIsOnePassOverTheOrders() throws {
        let sales = try SalesDatabase()
        for sql in [SalesSQL.orders(.day), SalesSQL.lines, SalesSQL.refunds(.item)] {
            let plan = try sales.rows("EXPLAIN QUERY PLAN \(sql)").joined(separator: "\n")
            #expect(plan.contains("SCAN"), "\(plan)")
            #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
            #expect(!plan.contains("orders_by_"), "\(plan)")
            #expect(!plan.contains("refunds_by_"), "\(plan)")
        }
    }

    @Test(
        arguments: [
            (0, 0, nil), (1, 1, 1), (3, 10, 3), (3, 11, 4), (2, 3, 2), (2, -3, -2), (3, 0, 0),
        ] as [(Int64, Int64, Int64?)])
    func theAverageIsRounded(orders: Int64, paid: Int64, expected: Int64?) {
        #expect(SalesFigures(orders: orders, paidFen: paid).averageFen == expected)
    }
}
