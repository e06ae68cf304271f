import SyncCore
import Testing

@testable import OrderStore

/// What counts in a sales report, on which day, and for whom: docs/REPORT.md, rule by rule.
@Suite struct SalesReaderTests {
    private static let start = SalesDatabase.start
    private static let day = SalesDatabase.day

    @Test func anEmptyDatabaseHasNoSales() throws {
        for grouping in SalesGrouping.allCases {
            let sales = try SalesDatabase().read(grouping)
            #expect(sales.groups.isEmpty)
            #expect(sales.shops == ["east", "west"])
            #expect(sales.total.orders == 0)
            #expect(sales.total.averageFen == nil)
            #expect(sales.leftOut == Sales.LeftOut())
        }
    }

    /// A promoter's account is no shop: it neither adds anything nor hides how far shops are read.
    @Test func promotersHaveNoSales() throws {
        let sales = try SalesDatabase()
        try sales.add("1")
        try sales.execute(
            """
            INSERT INTO shops (shop_id, name, platform, app) VALUES (3, 'jinbao', 'pinduoduo', 'j');
            INSERT INTO checkpoints (shop_id, stream, cursor_at, began_at, updated_at)
            VALUES (1, 'orders', 900, 1, 1), (2, 'orders', 800, 1, 1), (3, 'affiliate', 100, 1, 1)
            """)
        for (id, status, fen, at) in [
            ("a", "paid", 100, Self.start), ("b", "settled", 30, Self.start + 86_399),
            ("c", "failed", 7, Self.start), ("d", "punished", 7, Self.start),
            ("e", "settled", 9, Self.start - 1), ("f", "settled", 9, Self.start + 86_400),
        ] as [(String, String, Int64, Int64)] {
            try sales.execute(
                """
                INSERT INTO affiliate_orders (shop_id, order_sn, status, platform_status, paid_at,
                    promotion_amount_fen, modified_at, content_hash, asked_ms, first_seen_at,
                    synced_at, raw)
                VALUES (3, '\(id)', '\(status)', 'P', \(at), \(fen), 1, 1, 1, 1, 1, '{}')
                """)
        }
        let read = try sales.read()
        #expect(read.shops == ["east", "west"])
        #expect(read.promoters == ["jinbao"])
        #expect(read.total.orders == 1)
        #expect(read.syncedUntilAt == 800)
        #expect(read.leftOut.promotedOrders == 2)
        #expect(read.leftOut.commissionFen == 130)
        #expect(read.leftOut.settledFen == 30)
        let alone = try sales.read(shops: ["jinbao"])
        #expect(alone.shops.isEmpty)
        #expect(alone.total.orders == 0)
        #expect(alone.leftOut.promotedOrders == 2)
        let others = try sales.read(shops: ["west"])
        #expect(others.promoters.isEmpty)
        #expect(others.leftOut == Sales.LeftOut())
    }

    /// Status, time of payment, amount; then: orders, of unknown amount, without time of payment.
    @Test(
        arguments: [
            ("paid", start, 100, [1, 0, 0]), ("closed", start, 100, [1, 0, 0]),
            ("unknown", start, 0, [1, 0, 0]), ("completed", start, nil, [0, 1, 0]),
            ("closed", start, nil, [0, 1, 0]), ("shipped", nil, nil, [0, 1, 0]),
            ("shipped", nil, 100, [0, 0, 1]), ("part_shipped", nil, 100, [0, 0, 1]),
            ("unpaid", nil, 100, [0, 0, 0]), ("closed", nil, 100, [0, 0, 0]),
            ("unpaid", nil, nil, [0, 0, 0]), ("unknown", nil, 100, [0, 0, 0]),
        ] as [(String, Int64?, Int64?, [Int64])])
    func theStatusDecidesTheStanding(
        status: String, paidAt: Int64?, payment: Int64?, expected: [Int64]
    ) throws {
        let sales = try SalesDatabase()
        try sales.add("1") { ($0.status, $0.paidAt, $0.payment) = (status, paidAt, payment) }
        try sales.addRefund("r", of: "1", fen: 30)
        let read = try sales.read()
        let found = [read.total.orders, read.total.unknownOrders, read.leftOut.unpaidOrders]
        #expect(found == expected, "\(status)")
        #expect(read.total.paidFen == (expected[0] == 1 ? payment : 0))
        #expect(read.total.refundFen == (expected[0] == 1 ? 30 : 0))
        let isOther = expected[1] + expected[2] == 1
        #expect(read.leftOut.otherRefundFen == (isOther ? 30 : 0))
        #expect(read.leftOut.unpaidFen == (expected[2] == 1 ? 100 : 0))
    }

    /// The day is the payment's in Beijing; without one, the creation's, then the change's.
    @Test(
        arguments: [
            (start - 1, nil, day - 1), (start, nil, day), (start + 86_399, nil, day),
            (start + 86_400, nil, day + 1), (start, start - 86_400, day), (nil, start - 1, day - 1),
            (nil, nil, day),
        ] as [(Int64?, Int64?, Int64)])
    func theDayIsThePaymentsInBeijing(paidAt: Int64?, createdAt: Int64?, expected: Int64) throws {
        let sales = try SalesDatabase()
        try sales.add("1") {
            ($0.paidAt, $0.createdAt, $0.payment) = (paidAt, createdAt, paidAt == nil ? nil : 1)
        }
        for day in (Self.day - 1)...(Self.day + 1) {
            let read = try sales.read(days: day...day)
            #expect(
                read.total.orders + read.total.unknownOrders == (day == expected ? 1 : 0))
        }
        let read = try sales.read(days: (Self.day - 9)...(Self.day + 9))
        #expect(read.groups.map(\.key) == [.day(expected)])
    }

    @Test(
        arguments: [
            ("the same clear name", ["ann", " ann "], [nil, nil], 1),
            ("blurred names, different people", ["a**", "a**"], ["u1", "u2"], 2),
            ("blurred names, one person", ["a**", "b**"], ["u1", "u1"], 1),
            ("blurred and unknown", ["a**", "a**"], [nil, nil], 2),
            ("no name, one person", [nil, ""], ["u1", "u1"], 1),
            ("blank is not a person", ["", " "], [nil, nil], 2),
            ("no name at all", [nil, nil], [nil, ""], 2),
        ] as [(String, [String?], [String?], Int64)])
    func buyersAreCountedByNameOrIdentifier(
        why: String, names: [String?], ids: [String?], expected: Int64
    ) throws {
        let sales = try SalesDatabase()
        for index in 0..<2 {
            try sales.add("\(index)") {
                ($0.buyer, $0.openID, $0.shop) = (names[index], ids[index], index + 1)
            }
        }
        #expect(try sales.read().total.buyers == expected, "\(why)")
        #expect(try sales.read(.shop).groups.allSatisfy { $0.figures.buyers == 1 })
    }

    @Test func refundsFollowTheirOrder() throws {
        let sales = try SalesDatabase()
        try sales.add("1") { $0.payment = 100 }
        try sales.add("2") { ($0.payment, $0.paidAt) = (7, Self.start - 86_400) }
        try sales.addRefund("months later", of: "1", fen: 150, at: Self.start + 90 * 86_400)
        try sales.addRefund("partly", of: "1", fen: 1)
        try sales.addRefund("of another day", of: "2", fen: 7)
        try sales.addRefund("without amount", of: "1", fen: nil)
        for status in ["requested", "refused", "closed", "returning", "unknown"] {
            try sales.addRefund(status, of: "1", fen: 1_000, status: status)
        }
        try sales.addRefund("stray", of: "none", fen: 5, at: Self.start + 86_399)
        try sales.addRefund("stray without order", of: nil, fen: 6)
        try sales.addRefund("stray of another day", of: "none", fen: 5, at: Self.start + 86_400)
        let read = try sales.read()
        #expect(read.total.refundFen == 151)
        #expect(read.total.netFen == -51)
        #expect(read.leftOut.unknownRefunds == 1)
        #expect(read.leftOut.strayRefunds == 2)
        #expect(read.leftOut.strayRefundFen == 11)
        #expect(read.leftOut.otherRefunds == 0)
    }

    @Test func linesDivideThePayment() throws {
        let sales = try SalesDatabase()
        try sales.add("1") { ($0.payment, $0.buyer) = (1_000, "ann") }
        try sales.addLine("1", "a", goods: "7", title: "old", payment: 999, divided: 600)
        try sales.addLine("1", "b", goods: "7", title: "old", quantity: 3, divided: 200)
        try sales.addLine("1", "c", goods: nil, title: "猫粮", payment: 150)
        try sales.addLine("1", "d", goods: "", title: nil, quantity: nil)
        try sales.add("2") { ($0.payment, $0.paidAt) = (50, Self.start + 1) }
        try sales.addLine("2", "e", goods: "7", title: "new", divided: 50)
        try sales.add("3") { $0.payment = nil }
        try sales.addLine("3", "f", goods: "7", title: "hollow", divided: 50)
        try sales.addRefund("r1", of: "1", item: "b", fen: 20)
        try sales.addRefund("r2", of: "1", item: "no such line", fen: 3)
        try sales.addRefund("r3", of: "1", fen: 4)
        let read = try sales.read(.item)
        #expect(
            read.figures(.item(shop: "east", id: "7"))
                == SalesFigures(orders: 2, buyers: 2, quantity: 5, paidFen: 850, refundFen: 20))
        #expect(read.groups.first { $0.key == .item(shop: "east", id: "7") }?.title == "new")
        #expect(
            read.figures(.item(shop: "east", id: "猫粮"))
                == SalesFigures(orders: 1, buyers: 1, quantity: 1, paidFen: 150))
        #expect(
            read.figures(.item(shop: "east", id: nil))
                == SalesFigures(orders: 1, buyers: 1, quantity: 0))
        #expect(
            read.unattributed == SalesFigures(paidFen: 50, refundFen: 7, unknownOrders: 1))
        #expect(
            read.total
                == SalesFigures(
                    orders: 2, buyers: 2, quantity: 6, paidFen: 1_050, refundFen: 27,
                    unknownOrders: 1))
    }

    /// The same goods number in two shops is two goods.
    @Test func goodsBelongToTheirShop() throws {
        let sales = try SalesDatabase()
        for shop in 1...2 {
            try sales.add("\(shop)") { $0.shop = shop }
            try sales.addLine("\(shop)", "a", goods: "7", shop: shop, divided: 100)
        }
        let keys = Set(try sales.read(.item).groups.map(\.key))
        #expect(keys == [.item(shop: "east", id: "7"), .item(shop: "west", id: "7")])
    }

    @Test func provincesAreStoredAsSent() throws {
        let sales = try SalesDatabase()
        for (id, province) in [("1", nil), ("2", ""), ("3", " 上海 "), ("4", "上海")] {
            try sales.add(id) { $0.province = province }
        }
        let read = try sales.read(.province)
        #expect(read.figures(.province(nil))?.orders == 2)
        #expect(read.figures(.province("上海"))?.orders == 2)
    }

    // MARK: Presale

    /// The status of its steps, and when anything was paid: what is counted of 110 yuan.
    @Test(
        arguments: [
            ("deposit_paid", "unpaid", start, 1_000), ("deposit_paid", "unpaid", nil, 1_000),
            ("deposit_forfeited", "closed", start, 1_000),
            ("deposit_forfeited", "closed", nil, 1_000), ("paid", "paid", start, 11_000),
            ("unpaid", "unpaid", nil, 0), ("unpaid", "closed", start, 0),
        ] as [(String, String, Int64?, Int64)])
    func theReaderCountsWhatWasPaid(step: String, status: String, paidAt: Int64?, fen: Int64) throws
    {
        let sales = try SalesDatabase()
        try sales.add("1") { ($0.status, $0.paidAt, $0.payment) = (status, paidAt, 11_000) }
        try sales.addLine("1", "i", goods: "7", quantity: 2, divided: 8_800)
        try sales.execute("UPDATE orders SET step_status = '\(step)', step_paid_fen = 1000")
        for grouping in [SalesGrouping.day, .shop, .status, .item, .province] {
            let read = try sales.read(grouping)
            #expect(read.total.paidFen == fen)
            #expect(read.total.orders == (fen > 0 ? 1 : 0))
            #expect(read.leftOut == Sales.LeftOut(), "\(grouping)")
        }
        guard fen > 0 else { return }
        // A line has its share of a deposit, and no pieces before all is paid.
        let item = try sales.read(.item)
        let isDeposit = fen == 1_000
        #expect(item.groups[0].figures.paidFen == (isDeposit ? 800 : 8_800))
        #expect(item.groups[0].figures.quantity == (isDeposit ? 0 : 2))
        #expect(item.unattributed?.paidFen == (isDeposit ? 200 : 2_200))
        #expect(
            try sales.rows("SELECT paid_yuan FROM orders_readable")
                == [isDeposit ? "10.0" : paidAt == nil ? "0.0" : "110.0"])
    }

    /// A deposit of which the platform has not stated the amount.
    @Test func anUnknownDepositIsReported() throws {
        let sales = try SalesDatabase()
        try sales.add("1") { $0.payment = 11_000 }
        try sales.execute("UPDATE orders SET step_status = 'deposit_paid'")
        let total = try sales.read().total
        #expect(total.paidFen == 0)
        #expect(total.orders == 0)
        #expect(total.unknownOrders == 1)
    }

    @Test func giftsAreNotSold() throws {
        let sales = try SalesDatabase()
        try sales.add("1") { $0.payment = 3_680 }
        try sales.addLine("1", "i", goods: "7", quantity: 2, divided: 3_680)
        try sales.addLine("1", "g", goods: "8", quantity: 1, payment: 990)
        try sales.execute("UPDATE order_items SET is_gift = 1 WHERE item_id = 'g'")
        let read = try sales.read(.item)
        #expect(read.groups.count == 1)
        #expect(read.total.quantity == 2)
        #expect(read.groups[0].key == .item(shop: "east", id: "7"))
        #expect(read.unattributed?.paidFen == 0)
    }

    @Test func onlyTheShopsAskedForAreCounted() throws {
        let sales = try SalesDatabase()
        for shop in 1...2 {
            try sales.add("\(shop)") { ($0.shop, $0.payment) = (shop, Int64(shop)) }
            try sales.addRefund("r", of: "\(shop)", fen: Int64(shop), shop: shop)
            try sales.addRefund("s", of: "none", fen: Int64(shop), shop: shop)
        }
        let read = try sales.read(.shop, shops: ["west"])
        #expect(read.shops == ["west"])
        #expect(read.groups.map(\.key) == [.shop("west")])
        #expect(read.total.paidFen == 2)
        #expect(read.total.refundFen == 2)
        #expect(read.leftOut.strayRefundFen == 2)
        #expect(try sales.read(.shop, shops: ["none"]).total.orders == 0)
    }
}
