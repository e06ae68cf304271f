import SyncCore
import Testing

@testable import OrderStore

/// Rows that could not be read are not compared, so `verify` does not call the range equal.
@Suite struct VerifyRejectedTests {
    private let database: TestDatabase
    private let shop: TestShop

    init() async throws {
        database = try TestDatabase()
        shop = try await TestShop(database)
        try await shop.list([TestOrder.whole("1"), TestOrder.whole("2")], details: .never)
    }

    private func row(_ id: String?, hash: UInt64 = 7) -> RejectedRow {
        RejectedRow(
            entity: .order, reason: .malformedMoney, id: id, at: UTCInstant(seconds: 60),
            raw: Array("{}".utf8), contentHash: hash)
    }

    /// Order 2 is stored, and shown as a row that cannot be read; so is one without an id.
    @Test(arguments: [false, true])
    func rejectedRowsAreNotEqual(isRepair: Bool) async throws {
        let verification = try await TestVerification(shop, repair: isRepair)
        let rejected = [row("2"), row(nil, hash: 8), row(nil, hash: 9)]
        try await verification.read([TestOrder.whole("1")], rejected: rejected)
        let result = try await verification.result()
        #expect(result.platformOrders == 1)
        #expect(result.notCompared == 3)
        #expect(
            result.standing.map { "\($0.kind) \($0.order) \($0.columns)" } == [
                #"rejected 2 ["malformed_money"]"#,
                #"rejected rejected row 8 ["malformed_money"]"#,
                #"rejected rejected row 9 ["malformed_money"]"#,
            ])
        #expect(result.repaired.isEmpty)
        #expect(try database.value("SELECT count(*) FROM order_items") == "4")
    }

    /// Another look at the same span shows the same rows.
    @Test func rejectedRowsAreCountedOnce() async throws {
        let verification = try await TestVerification(shop)
        let orders = ["1", "2"].map { TestOrder.whole($0) }
        try await verification.read(orders, isLast: false, rejected: [row(nil)])
        try await verification.read(orders, asked: 6_001, rejected: [row(nil)])
        #expect(try await verification.result().notCompared == 1)
    }

    /// Read in full while the verification waits, the order is what the platform has.
    @Test func anOrderStoredFromALaterAnswerIsNoFinding() async throws {
        let verification = try await TestVerification(shop)
        try await verification.read([TestOrder.whole("1")], rejected: [row("2")])
        #expect(try await verification.result().notCompared == 1)
        try await shop.detail(TestOrder.whole("2", at: 61), asked: 6_100)
        #expect(try await verification.standing() == [])
        #expect(try await verification.result().notCompared == 0)
    }

    @Test func aRowThatIsReadInTheNextAnswerIsCompared() async throws {
        let verification = try await TestVerification(shop)
        try await verification.read(
            [TestOrder.whole("1")], isLast: false, rejected: [row("2")])
        try await verification.read([TestOrder.whole("2")], asked: 6_001)
        #expect(try await verification.standing() == [])
    }

    @Test func theFindingsAreKept() async throws {
        let verification = try await TestVerification(shop)
        try await verification.read([TestOrder.whole("1")], rejected: [row("2")])
        let result = try await verification.result()
        try await shop.store.endVerification(verification.id, result)
        #expect(
            try database.rows("SELECT kind, order_id, is_repaired, columns FROM verify_findings")
                == ["rejected|2|0|malformed_money"])
    }

    /// An answer that lacks a line proves nothing about the lines, whatever else is repaired.
    @Test(
        arguments: [
            ("equal otherwise", TestOrder.whole("2"), ["raw", "items not all readable"]),
            (
                "other money", TestOrder.whole("2", payment: 7),
                ["payment_fen", "items not all readable"]
            ),
            ("newer", TestOrder.whole("2", at: 70), ["items not all readable"]),
            ("not stored", TestOrder.whole("3"), ["items not all readable"]),
        ] as [(String, TestOrder, [String])])
    func anOrderWithoutAllLinesIsNotEqual(
        why: String, shown: TestOrder, columns: [String]
    ) async throws {
        let torn = shown.with {
            $0.items = [$0.items[0]]
            $0.edit = {
                $0.createdAt = UTCInstant(seconds: 50)
                $0.statesAllItems = false
            }
        }
        for isRepair in [false, true] {
            let verification = try await TestVerification(shop, repair: isRepair)
            let others = ["1", "2"].filter { $0 != shown.id }.map { TestOrder.whole($0) }
            try await verification.read(others + [torn], asked: isRepair ? 7_000 : 6_000)
            let standing = try await verification.result().standing
            #expect(standing.map(\.order) == [shown.id], "\(why)")
            #expect(standing.map(\.kind) == ["rejected"], "\(why)")
            if !isRepair { #expect(standing.map(\.columns) == [columns], "\(why)") }
            #expect(
                try database.value("SELECT count(*) FROM order_items WHERE order_id = '2'")
                    == "2", "\(why)")
        }
    }
}
