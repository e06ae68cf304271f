import SyncCore
import Testing

@testable import OrderStore

/// "Equal" means every column and every line that the platform states.
@Suite struct VerifyColumnTests {
    /// An order that states every column there is. A column that is added has to be stated here.
    private static let full = TestOrder.whole("1").with {
        $0.texts = [
            (\.type, "fixed"), (\.buyer, "b**"), (\.buyerID, "AAH1"), (\.title, "店"),
            (\.receiverName, "王**"), (\.receiverPhone, "138****0000"), (\.receiverState, "浙江省"),
            (\.receiverCity, "杭州市"), (\.receiverDistrict, "余杭区"), (\.receiverAddress, "文**"),
            (\.receiverZip, "310000"), (\.buyerMessage, "蓝色"), (\.sellerMemo, "memo"),
        ]
        $0.items = [
            TestItem("a", quantity: 1).stated,
            TestItem("b", quantity: 2).stated,
        ]
        $0.edit = { row in
            (row.totalFen, row.postFen, row.discountFen, row.receivedFen) = (600, 10, 20, 30)
            (row.createdAt, row.paidAt) = (UTCInstant(seconds: 50), UTCInstant(seconds: 51))
            (row.shippedAt, row.endedAt) = (UTCInstant(seconds: 52), UTCInstant(seconds: 53))
            row.sellerFlag = 3
            (row.stepStatus, row.stepPaidFen) = (.depositPaid, 100)
            row.depositPaidAt = UTCInstant(seconds: 51)
        }
    }

    private func verified(
        _ order: TestOrder, _ shop: TestShop, asked: Int64, repair: Bool = false,
        isComplete: Bool = false
    ) async throws -> VerifyResult {
        let verification = try await TestVerification(shop, repair: repair)
        try await verification.read([order], asked: asked, isComplete: isComplete)
        return try await verification.result()
    }

    private static let damage =
        "CASE typeof(COLUMN) WHEN 'text' THEN COLUMN || 'x' ELSE coalesce(COLUMN, 0) + 1 END"
    /// Of columns that take certain values only.
    private static let otherValues = [
        "status": "'closed'", "step_status": "'paid'", "is_gift": "1 - is_gift",
    ]

    @Test(arguments: OrderSQL.compared, [false, true])
    func everyColumnIsCompared(column: String, isComplete: Bool) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([Self.full], details: .never, isComplete: isComplete)
        let whole = try database.rows("SELECT \(column) FROM orders")
        #expect(whole != ["-"], "no test order states \(column)")
        let value = Self.otherValues[column] ?? Self.damage.replacing("COLUMN", with: column)
        try database.execute("UPDATE orders SET \(column) = \(value)")
        let found = try await verified(Self.full, shop, asked: 7_000, isComplete: isComplete)
        let expected = [[column]]
        #expect(found.standing.map(\.columns) == expected)
        let repaired = try await verified(
            Self.full, shop, asked: 8_000, repair: true, isComplete: isComplete)
        #expect(repaired.standing == [])
        #expect(repaired.repaired.map(\.columns) == expected)
        #expect(try database.rows("SELECT \(column) FROM orders") == whole)
        let proof = try await verified(Self.full, shop, asked: 9_000, isComplete: isComplete)
        #expect(proof.standing == [])
    }

    @Test(arguments: OrderSQL.itemStated)
    func everyColumnOfALineIsCompared(column: String) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([Self.full], details: .never)
        let query = "SELECT \(column) FROM order_items WHERE item_id = 'b'"
        let whole = try database.rows(query)
        #expect(whole != ["-"], "no test order states \(column)")
        let value = Self.otherValues[column] ?? Self.damage.replacing("COLUMN", with: column)
        try database.execute("UPDATE order_items SET \(column) = \(value) WHERE item_id = 'b'")
        let found = try await verified(Self.full, shop, asked: 7_000)
        #expect(found.standing.map(\.columns) == [["item b \(column)"]])
        let repaired = try await verified(Self.full, shop, asked: 8_000, repair: true)
        #expect(repaired.repaired.map(\.columns) == [["item b \(column)"]])
        #expect(try database.rows(query) == whole)
    }

    /// A column of the tables is compared, or listed with the reason why it is not.
    @Test func noColumnIsForgotten() async throws {
        let database = try TestDatabase()
        _ = try database.open()
        let orders = try database.rows("SELECT name FROM pragma_table_info('orders')")
        let known = Set(OrderSQL.compared).union(OrderSQL.bookkeeping.keys)
            .union(OrderComparison.notStated.keys)
        #expect(orders.filter { !known.contains($0) } == [])
        #expect(known.subtracting(orders).isEmpty)
        #expect(Set(OrderSQL.stated) == Set(OrderSQL.compared).union(OrderSQL.bookkeeping.keys))
        let items = try database.rows("SELECT name FROM pragma_table_info('order_items')")
        #expect(Set(items) == Set(OrderSQL.itemStated + ["shop_id", "order_id", "item_id"]))
    }

    // MARK: Lines

    @Test(arguments: [false, true])
    func aSurplusLineIsFoundAndRepaired(isComplete: Bool) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([Self.full], details: .never, isComplete: isComplete)
        try database.execute(
            """
            INSERT INTO order_items (shop_id, order_id, item_id, status)
            VALUES (\(shop.id.rawValue), '1', 'z', 'paid')
            """)
        let found = try await verified(Self.full, shop, asked: 7_000, isComplete: isComplete)
        #expect(found.standing.map(\.columns) == [["item z surplus"]])
        let repaired = try await verified(
            Self.full, shop, asked: 8_000, repair: true, isComplete: isComplete)
        #expect(repaired.repaired.map(\.columns) == [["item z surplus"]])
        #expect(try database.rows("SELECT item_id FROM order_items ORDER BY 1") == ["a", "b"])
        let proof = try await verified(Self.full, shop, asked: 9_000, isComplete: isComplete)
        #expect(proof.standing == [])
    }

    /// The buyer took another variant: by a list of whole orders, by a detail, and by a list where
    /// nothing is read in full.
    @Test(arguments: ["complete list", "detail", "list alone"])
    func aLineThatIsGoneGoes(how: String) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let items = "SELECT item_id FROM order_items ORDER BY 1"
        try await shop.list([.whole("1")], isComplete: how == "complete list")
        if how == "detail" { try await shop.detail(.whole("1")) }
        let changed = TestOrder.whole("1", at: 70).with {
            $0.items = [TestItem("a"), TestItem("c")]
        }
        switch how {
        case "complete list":
            try await shop.list([changed], asked: 2_000, isComplete: true)
        case "detail":
            // The list may be cut short: the detail decides.
            try await shop.list([changed], asked: 2_000)
            #expect(try database.rows(items) == ["a", "b", "c"])
            try await shop.detail(changed, asked: 3_000)
        default:
            try await shop.list([changed], details: .never, asked: 2_000)
        }
        #expect(try database.rows(items) == ["a", "c"])
        #expect(try database.value("SELECT item_count FROM orders") == "2")
        #expect(
            try database.value(
                "SELECT kind FROM changes WHERE entity = 'order' ORDER BY seq DESC LIMIT 1")
                == "updated")
    }

    @Test func aHollowRowDeletesNoLine() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([.whole("1")], details: .never)
        try await shop.list([TestOrder("1", at: 70, .closed)], details: .never, asked: 2_000)
        try await shop.list(
            [TestOrder("1", at: 80, .closed)], details: .never, asked: 3_000, isComplete: true)
        // Nor does one whose lines could not all be read.
        let torn = TestOrder.whole("1", at: 90).with {
            $0.items = [TestItem("a")]
            $0.edit = { $0.statesAllItems = false }
        }
        try await shop.list([torn], details: .never, asked: 4_000)
        #expect(try database.rows("SELECT item_id FROM order_items ORDER BY 1") == ["a", "b"])
        #expect(try database.value("SELECT item_count, modified_at FROM orders") == "2|90")
    }

    // MARK: What cannot be compared

    @Test func purgedOrdersAreCountedAndStayAway() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([Self.full], details: .never)
        try database.execute(
            """
            INSERT INTO purges (shop_id, before_at, purged_at)
            VALUES (\(shop.id.rawValue), 55, 4000)
            """)
        let gone = TestOrder.whole("2", at: 54, .closed).with {
            $0.edit = {
                $0.createdAt = UTCInstant(seconds: 40)
                $0.endedAt = UTCInstant(seconds: 54)
            }
        }
        for repair in [false, true] {
            let verification = try await TestVerification(shop, repair: repair)
            try await verification.read([Self.full, gone], asked: 7_000)
            let result = try await verification.result()
            #expect(result.standing == [])
            #expect(result.repaired == [])
            #expect(result.platformOrders == 2)
            #expect(result.purgedOrders == 1)
            #expect(try database.rows("SELECT order_id FROM orders") == ["1"])
        }
    }

    /// By the policy of today, and by a purge of receivers since: dropped, or masked.
    @Test(arguments: ["policy", "dropped", "masked"])
    func hiddenColumnsAreCounted(how: String) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let order = Self.full.with { $0.texts.append((\.buyerMessage, "call before noon")) }
        try await shop.list([order], details: .never)
        switch how {
        case "dropped":
            try database.execute(
                "UPDATE orders SET buyer_message = NULL; UPDATE order_raw SET raw = ''"
            )
        case "masked":
            try database.execute("UPDATE orders SET buyer_message = 'c**'")
        default:
            break
        }
        let verification = try await TestVerification(shop)
        var commit = TestVerification.commit(shop, [order], asked: 7_000)
        if how == "policy", case .orders(var page) = commit.content {
            page.policy = PrivacyPolicy(receiver: .drop, raw: .drop)
            page.orders[0].buyerMessage = .absent
            commit.content = .orders(page)
        }
        _ = try await shop.store.apply([.page(commit)], now: UTCInstant(seconds: 7_000))
        let result = try await verification.result()
        #expect(result.standing == [])
        #expect(result.hiddenOrders == 1)
        // Damage is not hiding.
        try database.execute("UPDATE orders SET buyer_message = 'other', title = 'other'")
        let damaged = try await verified(order, shop, asked: 8_000)
        #expect(damaged.standing.map(\.columns) == [["title", "buyer_message"]])
    }

    /// An open order is purged only by a purge that included open orders.
    @Test(arguments: [false, true])
    func anOpenOrderIsMissing(includesOpen: Bool) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let maintenance = try StoreMaintenance(path: database.path)
        let scope = PurgeScope(before: UTCInstant(seconds: 65), includesOpen: includesOpen)
        while try await maintenance.purgeStep(scope, now: UTCInstant(seconds: 4_000)) != nil {}
        let orders = [
            TestOrder.whole("1", .paid), .whole("2", .closed), .whole("3", at: 70, .closed),
        ]
        let verification = try await TestVerification(shop)
        try await verification.read(orders, asked: 7_000)
        let result = try await verification.result()
        #expect(result.standing.map(\.order) == (includesOpen ? ["3"] : ["1", "3"]))
        #expect(result.purgedOrders == (includesOpen ? 2 : 1))
        let repair = try await TestVerification(shop, repair: true)
        try await repair.read(orders, asked: 8_000)
        #expect(
            try database.rows("SELECT order_id FROM orders ORDER BY 1")
                == (includesOpen ? ["3"] : ["1", "3"]))
    }

    /// Areas stay under a mask, and masks are compared with masks.
    @Test(
        arguments: [
            ("receiver_city = 'other'", ["receiver_city"]),
            ("receiver_city = NULL", ["receiver_city"]),
            ("receiver_name = '李**'", ["receiver_name"]), ("receiver_name = '王小二'", []),
        ] as [(String, [String])])
    func aMaskIsCompared(damage: String, expected: [String]) async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([Self.full], details: .never)
        try database.execute("UPDATE orders SET \(damage)")
        let verification = try await TestVerification(shop)
        var commit = TestVerification.commit(shop, [Self.full], asked: 7_000)
        if case .orders(var page) = commit.content {
            page.policy = PrivacyPolicy(receiver: .mask, raw: .mask)
            commit.content = .orders(page)
        }
        _ = try await shop.store.apply([.page(commit)], now: UTCInstant(seconds: 7_000))
        let result = try await verification.result()
        #expect(result.standing.flatMap(\.columns) == expected)
        #expect(result.hiddenOrders == 1)
    }

    /// The hash of JSON that was repaired is that of what was received. That hides nothing.
    @Test func repairedJSONHidesNothing() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let order = Self.full.with {
            let edit = $0.edit
            $0.edit = {
                edit(&$0)
                $0.contentHash = 4711
            }
        }
        try await shop.list([order], details: .never)
        try database.execute("UPDATE orders SET receiver_name = NULL")
        let found = try await verified(order, shop, asked: 7_000)
        #expect(found.standing.map(\.columns) == [["receiver_name"]])
        #expect(found.hiddenOrders == 0)
    }

    // MARK: Newer here

    /// Stored as newer than the platform shows: a clock was wrong, or a copy lags behind. Where it
    /// may be a copy, a second look decides.
    @Test func aNewerVersionIsNoProof() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([Self.full.with { $0.modified = 6_900 }], details: .never, asked: 6_950)
        let verification = try await TestVerification(shop, repair: true)
        try await verification.read([Self.full], asked: 7_000)
        #expect(try await verification.result().standing.map(\.columns) == [["modified_at"]])
        #expect(try database.value("SELECT modified_at FROM orders") == "6900")
        #expect(try await shop.store.isRead(verification: verification.id))
        let count = try await shop.store.requestRereads(
            ofVerification: verification.id, shop: shop.id, now: UTCInstant(seconds: 7_010))
        #expect(count == 1)
        #expect(try await !shop.store.isRead(verification: verification.id))
        #expect(
            try database.rows("SELECT start_at, end_at FROM windows WHERE stream = 'verify'")
                == ["50|51"])
        try await verification.read([Self.full], asked: 7_020)
        let result = try await verification.result()
        #expect(result.standing == [])
        #expect(result.repaired.map(\.columns) == [["modified_at"]])
        #expect(try database.value("SELECT modified_at FROM orders") == "60")
    }

    @Test func aCopyThatHasCaughtUpIsNoFinding() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let newer = Self.full.with { $0.modified = 6_900 }
        try await shop.list([newer], details: .never, asked: 6_950)
        let verification = try await TestVerification(shop)
        try await verification.read([Self.full], asked: 7_000)
        #expect(try await verification.standing() == ["differs 1"])
        _ = try await shop.store.requestRereads(
            ofVerification: verification.id, shop: shop.id, now: UTCInstant(seconds: 7_010))
        try await verification.read([newer], asked: 7_020)
        #expect(try await verification.standing() == [])
        #expect(try await verification.result().caughtUp == 0)
    }

    /// Stored in the second of the question, but before it.
    @Test func anEarlierAnswerOfTheSameSecondResolvesNothing() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([Self.full], details: .never, asked: 7_000)
        try database.execute("UPDATE orders SET title = 'other', asked_ms = 7000000")
        let result = try await verified(Self.full, shop, asked: 7_000)
        #expect(result.standing.map(\.columns) == [["title"]])
    }
}

extension TestItem {
    /// With every column.
    fileprivate var stated: TestItem {
        with {
            $0.texts = [
                (\.title, "货"), (\.goodsID, "G"), (\.skuID, "S"), (\.skuName, "红"),
                (\.outerID, "O"), (\.outerSKUID, "OS"), (\.refundStatus, "NO_REFUND"),
                (\.refundID, "R"), (\.logisticsCompany, "顺丰"), (\.trackingNumber, "SF\(id)"),
            ]
            $0.shippedAt = 52
            $0.isGift = false
            $0.edit = { line in
                (line.priceFen, line.paymentFen, line.discountFen) = (100, 90, 10)
                (line.dividedFen, line.endedAt) = (80, UTCInstant(seconds: 53))
            }
        }
    }
}
