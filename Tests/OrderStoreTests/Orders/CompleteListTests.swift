import SyncCore
import Testing

@testable import OrderStore

/// Lists whose rows state all of an order.
@Suite struct CompleteListTests {
    @Test func aRowNeedsNoDetail() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let order = TestOrder.whole("1")
        let first = try await shop.list([order], isComplete: true)
        #expect(first.counts.created == 1)
        #expect(
            try database.rows("SELECT has_details, list_hash, source FROM orders_with_raw")
                == ["1|0|list"])
        #expect(try database.value("SELECT count(*) FROM detail_queue") == "0")
        // Read again, and again by a sweep, nothing is written anywhere.
        let before = try database.content()
        for kind in [StreamKind.orders, .sweep, .backfill] {
            let again = try await shop.list([order], kind, asked: 2_000, isComplete: true)
            #expect(again.counts.unchanged == 1)
        }
        #expect(try database.content() == before)
    }

    /// A row without content is queued as ever, and is never more than a list's.
    @Test func aHollowRowIsReadInFull() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([TestOrder("1", at: 60)], isComplete: true)
        #expect(try database.value("SELECT has_details FROM orders") == "0")
        #expect(try await shop.load(.details).items.map(\.name) == ["1"])
        try await shop.detail(.whole("1"))
        #expect(try database.value("SELECT has_details FROM orders") == "1")
        #expect(try await shop.load(.details).items.isEmpty)
        // The same hollow row again takes nothing away.
        try await shop.list([TestOrder("1", at: 60, .shipped)], asked: 3_000, isComplete: true)
        #expect(
            try database.value("SELECT has_details || '|' || payment_fen FROM orders") == "1|500")
    }

    /// A row that states a payment and no lines is stored, and is no whole order; neither is a
    /// detail without them, which leaves the order queued.
    @Test func aRowWithoutLinesIsReadInFull() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let lacking = TestOrder("1", at: 60, payment: 500).with {
            $0.edit = { $0.lacksEssentials = true }
        }
        let state = "SELECT has_details || '|' || payment_fen || '|' || item_count FROM orders"
        try await shop.list([lacking], isComplete: true)
        #expect(try database.value(state) == "0|500|0")
        #expect(try await shop.load(.details).items.map(\.name) == ["1"])
        try await shop.detail(lacking)
        #expect(try database.value(state) == "0|500|0")
        #expect(try database.value("SELECT state FROM detail_queue") == "queued")
        try await shop.detail(.whole("1", at: 60))
        #expect(try database.value("SELECT has_details FROM orders") == "1")
        #expect(try database.value("SELECT count(*) FROM detail_queue") == "0")
    }

    /// A memo that the seller took away goes, by a row with content alone.
    @Test func whatIsTakenAwayGoes() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let query = "SELECT seller_memo, seller_flag, buyer_message FROM orders"
        let noted = TestOrder.whole("1", at: 60).with {
            $0.texts += [(\.sellerMemo, "call first"), (\.buyerMessage, "blue")]
            $0.edit = { $0.sellerFlag = 3 }
        }
        try await shop.list([noted], isComplete: true)
        let hollow = TestOrder("1", at: 70).with { $0.edit = { $0.blanks = [.sellerMemo] } }
        try await shop.list([hollow], asked: 2_000, isComplete: true)
        try await shop.list([.whole("1", at: 80)], asked: 3_000, isComplete: true)
        #expect(try database.value(query) == "call first|3|blue")
        for (at, blanks, stored) in [
            (90, .sellerMemo, "-|3|blue"), (100, .sellerFlag, "-|-|blue"),
        ] as [(Int64, OrderRow.Blanks, String)] {
            let order = TestOrder.whole("1", at: at).with { $0.edit = { $0.blanks = blanks } }
            try await shop.list([order], asked: 4_000 + at, isComplete: true)
            #expect(try database.value(query) == stored)
        }
    }

    /// What such a list shows late counts as late, though its rows count as details.
    @Test func lateRowsAreSeen() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let outcome = try await shop.list(
            [TestOrder.whole("1", at: 60), .whole("2", at: 90)], freshFrom: 80, isComplete: true)
        let late = [LateRow(order: "1", modifiedAt: UTCInstant(seconds: 60))]
        #expect(
            outcome.events.contains(
                .stored(
                    shop.stream(.orders), onTime: 1, late: late,
                    askedAt: UTCInstant(seconds: 1_000))))
    }

    /// Two lists may state one version in different words; what differs in a column is a finding.
    @Test func otherWordsAreNoDifference() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let order = TestOrder.whole("1")
        try await shop.list([order], isComplete: true)
        let inOtherWords = order.with { $0.raw = Array("{\"tid\":1}".utf8) }
        let same = try await TestVerification(shop)
        try await same.read([inOtherWords], isComplete: true)
        #expect(try await same.standing().isEmpty)
        let other = try await TestVerification(shop, at: 7_000)
        try await other.read(
            [inOtherWords.with { $0.payment = 501 }], asked: 8_000, isComplete: true)
        #expect(try await other.standing() == ["differs 1"])
    }

    // MARK: Carriers

    private func parcels(_ shop: TestShop) async throws -> [String] {
        try await shop.store.loadWork(
            shop.stream(.shipments), limit: 100, dueBy: UTCInstant(seconds: 1_000_000),
            needsCarriers: true
        ).items.map { "\($0.name) \($0.parcel?.carrier ?? "-")" }
    }

    @Test func parcelsWaitForTheirCarrier() async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let id = try await store.registerShop(name: "p", platform: "pinduoduo", app: "main")
        let shop = TestShop(store: store, id: id)
        let items = [TestItem("a", quantity: 1).sent("SF1", "44"), TestItem("b").sent("X2", "86")]
        let order = TestOrder.whole("1").with { $0.items = items }
        try await shop.list([order], isComplete: true)
        #expect(try await parcels(shop).isEmpty)
        #expect(try await store.carriersStored(platform: "pinduoduo") == nil)
        let rows = [
            CarrierRow(id: "44", code: "SF", name: "顺丰快递"),
            CarrierRow(id: "86", code: "", name: "内部员工自提"),
        ]
        for (now, platform) in [(500, "taobao"), (600, "pinduoduo"), (700, "pinduoduo")] {
            _ = try await store.apply(
                [.carriers(rows, platform: platform)], now: UTCInstant(seconds: Int64(now)))
            #expect(try await parcels(shop) == (now == 500 ? [] : ["1/SF1 SF"]))
        }
        #expect(try await store.carriersStored(platform: "pinduoduo")?.seconds == 700)
        // A parcel that needs no carrier does not wait for one.
        #expect(try await shop.load(.shipments).items.map(\.name) == ["1/SF1", "1/X2"])
        #expect(
            try database.rows("SELECT tracking_no, company FROM shipments_readable ORDER BY 1")
                == ["SF1|顺丰快递", "X2|内部员工自提"])
        #expect(try database.value("SELECT company FROM shipments LIMIT 1") == "44")
    }

    @Test func parcelsBesideTheItemsAreWritten() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let order = TestOrder.whole("1").with { $0.parcels = ["X1", "X2"] }
        try await shop.list([order], isComplete: true)
        let numbers = try await shop.load(.shipments).items.map(\.name)
        #expect(Set(numbers) == ["1/SF1", "1/X1", "1/X2"])
    }

    /// A refund that has to be read in full is requested with its order.
    @Test func aRefundComesWithItsOrder() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.refunds([RefundRow("1", at: 10, fen: nil)])
        #expect(try await shop.load(.refunds).items.map(\.order) == ["o1"])
    }
}
