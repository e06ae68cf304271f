import SyncCore
import Testing

@testable import OrderStore

/// The machine's clock was wrong when rows were stored, and is right now: times of request that it
/// gave prove nothing.
@Suite struct MachineClockTests {
    private static let day: Int64 = 86_400

    /// An order that was stored a day ahead, and then damaged.
    private func damaged(_ kind: String) async throws -> (TestDatabase, TestShop) {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([.whole("1")], details: .never, asked: 5_900 + Self.day)
        if kind == "detail" { try await shop.detail(.whole("1"), asked: 5_900 + Self.day) }
        try database.execute("UPDATE orders SET payment_fen = 1")
        return (database, shop)
    }

    @Test(arguments: ["list", "detail"])
    func verifyFindsADifference(kind: String) async throws {
        let (database, shop) = try await damaged(kind)
        let now = UTCInstant(seconds: 6_010)
        func result(_ verification: TestVerification) async throws -> VerifyResult {
            try await shop.store.result(
                ofVerification: verification.id, shop: shop.id, range: TestVerification.range,
                now: now)
        }
        let verification = try await TestVerification(shop)
        try await verification.read([.whole("1")])
        let found = try await result(verification)
        #expect(found.standing.map(\.columns) == [["payment_fen"]])
        #expect(found.caughtUp == 0)
        let repair = try await TestVerification(shop, repair: true)
        try await repair.read([.whole("1")])
        let repaired = try await result(repair)
        #expect(repaired.standing == [])
        #expect(repaired.repaired.map(\.columns) == [["payment_fen"]])
        #expect(try database.value("SELECT payment_fen, asked_ms FROM orders") == "500|6000000")
    }

    /// Two changes of one second: the later answer wins, whatever the clock said before.
    @Test func aTieIsNotFrozen() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([.whole("1", .paid)], details: .never, asked: 1_000 + Self.day)
        try await shop.list([.whole("1", .shipped)], details: .never, asked: 1_100)
        #expect(try database.value("SELECT status, asked_ms FROM orders") == "shipped|1100000")
        try await shop.refunds([RefundRow("1", at: 60, fen: 1)], asked: 1_000 + Self.day)
        try await shop.refunds([RefundRow("1", at: 60, fen: 2)], asked: 1_100)
        #expect(try database.value("SELECT refund_fen, asked_ms FROM refunds") == "2|1100000")
        // An older version stays older.
        try await shop.list([.whole("1", at: 59, .closed)], details: .never, asked: 1_300)
        #expect(try database.value("SELECT status FROM orders") == "shipped")
    }

    /// A sweep contradicts a detail that was requested while the clock was ahead: it is read again.
    @Test func aSweepContradictsADetailOfTheFuture() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        let waits = TestOrder.whole("1").with { $0.texts = [(\.platformStatus, "WAIT")] }
        let sent = TestOrder.whole("1").with { $0.texts = [(\.platformStatus, "SENT")] }
        try await shop.list([waits], details: .never, asked: 1_000)
        try await shop.detail(sent, asked: 1_010 + Self.day)
        #expect(try database.value("SELECT count(*) FROM detail_queue") == "0")
        try await shop.list([waits], .sweep, asked: 1_700)
        #expect(
            try database.rows("SELECT entity_id, reason FROM detail_queue") == ["1|contradicted"])
    }

    /// A detail that says the same brings the time of request back to the present.
    @Test func theSameDetailCorrectsTheTime() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([.whole("1")])
        try await shop.detail(.whole("1"), asked: 1_000 + Self.day)
        try await shop.detail(.whole("1"), asked: 1_100)
        #expect(try database.value("SELECT asked_ms FROM orders") == "1100000")
    }

    /// The machine was an hour behind; the platform's clock dates the request.
    @Test func aRequestIsDatedByTheLaterClock() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        func store(_ order: TestOrder, at now: Int64, behind: Int64, isDetail: Bool) async throws {
            let time = UTCInstant(seconds: now)
            var page = page([order], isDetail ? .detail : .list)
            page.askedMilliseconds = (now - behind) * 1_000
            if isDetail {
                var change = WorkChange(
                    stream: shop.stream(.details), subject: .order(order.id),
                    outcome: .read(elseAgainAt: time), askedAt: time)
                change.answeredAt = time
                _ = try await shop.store.apply(
                    [.work(WorkCompletion(content: .orders(page), change: change))], now: time)
            } else {
                var change = LedgerChange(stream: shop.stream(.orders))
                (change.askedAt, change.answeredAt) = (time, time)
                _ = try await shop.store.apply(
                    [.page(PageCommit(content: .orders(page), change: change))], now: time)
            }
        }
        let row = "SELECT status, asked_ms, is_future FROM orders"
        // Changed ten minutes before it was read, as history is.
        try await store(
            .whole("1", at: 9_400, .shipped), at: 10_000, behind: 3_600, isDetail: false)
        #expect(try database.value(row) == "shipped|10000000|2")
        // The clock is corrected; a lagging copy answers.
        try await store(.whole("1", at: 9_390, .paid), at: 10_060, behind: 0, isDetail: true)
        try await store(.whole("1", at: 9_390, .paid), at: 10_070, behind: 0, isDetail: false)
        #expect(try database.value(row) == "shipped|10000000|2")
        try await store(.whole("1", at: 9_401, .completed), at: 10_080, behind: 0, isDetail: false)
        #expect(try database.value(row) == "completed|10080000|0")
    }

    /// An order whose later answer overtook the page of the verification is looked at again.
    @Test func anOvertakenOrderIsLookedAtAgain() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([.whole("1")], details: .never, asked: 6_001)
        try database.execute("UPDATE orders SET payment_fen = 1")
        let verification = try await TestVerification(shop)
        try await verification.read([.whole("1")], asked: 6_000)
        #expect(try await verification.standing() == [])
        #expect(try await verification.result().caughtUp == 1)
        let count = try await shop.store.requestRereads(
            ofVerification: verification.id, shop: shop.id, now: UTCInstant(seconds: 6_010))
        #expect(count == 1)
        try await verification.read([.whole("1")], asked: 6_020)
        #expect(try await verification.result().standing.map(\.columns) == [["payment_fen"]])
    }

    /// An order that was stored while the clock was ahead settles no row that is rejected now.
    @Test func aRejectedRowIsNotSettledByTheFuture() async throws {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list([.whole("1")], details: .never, asked: 1_000 + Self.day)
        var change = LedgerChange(stream: shop.stream(.orders))
        change.askedAt = UTCInstant(seconds: 1_100)
        var rejected = page([])
        rejected.askedMilliseconds = 1_100_000
        rejected.rejected = [
            RejectedRow(
                entity: .order, reason: .malformedMoney, id: "1", order: nil,
                at: UTCInstant(seconds: 60), raw: [], contentHash: 1)
        ]
        _ = try await shop.store.apply(
            [.page(PageCommit(content: .orders(rejected), change: change))],
            now: UTCInstant(seconds: 1_100))
        try await shop.list([], details: .never, asked: 1_200)
        #expect(try database.value("SELECT count(*) FROM rejected_rows") == "1")
    }
}
