import SyncCore
import Testing

@testable import OrderStore

/// Lines without a usable id get a derived one, until the platform states a proper one.
@Suite struct DerivedLineTests {
    private let database: TestDatabase
    private let shop: TestShop

    init() async throws {
        database = try TestDatabase()
        shop = try await TestShop(database)
    }

    private func order(_ ids: [String], at modified: Int64, parcelOf item: String) -> TestOrder {
        TestOrder("1", at: modified, .shipped, payment: 500).with {
            $0.items = ids.map { id in
                let isSent = id == item
                return isSent ? TestItem(id, quantity: 1).sent("SF1") : TestItem(id, quantity: 1)
            }
            $0.edit = { $0.isPartial = ids.contains { $0.contains("#") } }
        }
    }

    private var lines: [String] {
        get throws { try database.rows("SELECT item_id FROM order_items ORDER BY 1") }
    }

    /// The lines of the parcel, and those that a refund's item is of.
    private var parcel: [String] {
        get throws { try database.rows("SELECT tracking_no, item_id FROM shipment_items") }
    }

    private var refunded: [String] {
        get throws {
            try database.rows(
                """
                SELECT refunds.refund_id, item_id FROM refunds JOIN order_items
                USING (shop_id, order_id, item_id)
                """)
        }
    }

    private func store(_ order: TestOrder, _ kind: String, asked: Int64) async throws {
        switch kind {
        case "list": try await shop.list([order], details: .never, asked: asked)
        case "list beside details": try await shop.list([order], details: .changed, asked: asked)
        default: try await shop.detail(order, asked: asked)
        }
    }

    /// No line is there twice, and the parcel and the refund are the line's as before.
    @Test(arguments: ["list", "list beside details", "detail"])
    func theProperIDTakesItsPlace(kind: String) async throws {
        try await shop.list(
            [order(["8#1", "9#1"], at: 60, parcelOf: "8#1")], details: .changed, asked: 1_000)
        #expect(try lines == ["8#1", "9#1"])
        #expect(try parcel == ["SF1|8#1"])
        var refund = RefundRow("5", at: 60, fen: 100)
        (refund.order, refund.item) = ("1", "101")
        try await shop.refunds([refund], asked: 1_000)
        #expect(try refunded == [])
        try await store(order(["101", "102"], at: 70, parcelOf: "101"), kind, asked: 2_000)
        #expect(try lines == ["101", "102"])
        #expect(try parcel == ["SF1|101"])
        #expect(try refunded == ["5|101"])
        #expect(try database.rows("SELECT item_count, payment_fen FROM orders") == ["2|500"])
        #expect(try database.rows("SELECT status FROM shipments") == ["pending"])
    }

    /// The second of two lines with one oid.
    @Test func aDuplicateIsReplaced() async throws {
        try await shop.list(
            [order(["101", "101#2"], at: 60, parcelOf: "101#2")], details: .changed)
        try await shop.list(
            [order(["101", "102"], at: 70, parcelOf: "102")], details: .changed, asked: 2_000)
        #expect(try lines == ["101", "102"])
        #expect(try parcel == ["SF1|102"])
    }

    /// A list beside details may be cut short: what it does not replace, the detail decides.
    @Test func aShortListDeletesNoProperLine() async throws {
        try await shop.list(
            [order(["101", "102", "8#1"], at: 60, parcelOf: "101")], details: .changed)
        try await shop.list(
            [order(["101"], at: 70, parcelOf: "101")], details: .changed, asked: 2_000)
        #expect(try lines == ["101", "102"])
        try await shop.detail(
            order(["101", "102", "103"], at: 70, parcelOf: "101"), asked: 3_000)
        #expect(try lines == ["101", "102", "103"])
    }

    /// An answer without the ids, later: the lines are those of that answer, then the proper ones.
    @Test func aFullAnswerWithoutIDsReplacesThemAll() async throws {
        for (ids, time) in [(["101", "102"], 60), (["8#1", "9#1"], 70), (["101", "102"], 80)]
            as [([String], Int64)]
        {
            try await shop.list(
                [order(ids, at: time, parcelOf: ids[0])], details: .never, asked: time * 20)
            #expect(try lines == ids)
            #expect(try parcel == ["SF1|\(ids[0])"])
        }
    }
}
