import SyncCore
import Testing

@testable import OrderStore

/// The platform read again and compared with the database.
@Suite struct VerifyTests {
    private typealias Order = TestOrder

    private func site(_ orders: [TestOrder]) async throws -> (TestDatabase, TestShop) {
        let database = try TestDatabase()
        let shop = try await TestShop(database)
        try await shop.list(orders, details: .never)
        return (database, shop)
    }

    @Test func equalIsProven() async throws {
        let orders = ["1", "2", "3"].map { Order.whole($0) }
        let (database, shop) = try await site(orders)
        let before = try database.rows("SELECT * FROM orders")
        let verification = try await TestVerification(shop)
        #expect(try await !shop.store.isRead(verification: verification.id))
        try await verification.read([orders[2], orders[1]], isLast: false)
        #expect(try await !shop.store.isRead(verification: verification.id))
        let outcome = try await verification.read([orders[0]])
        #expect(outcome.events.isEmpty)
        #expect(try await shop.store.isRead(verification: verification.id))
        var expected = VerifyResult()
        (expected.platformOrders, expected.storedOrders) = (3, 3)
        #expect(try await verification.result() == expected)
        #expect(try database.rows("SELECT * FROM orders") == before)
    }

    /// What the database holds, what the platform shows, and what is found.
    @Test(
        arguments: [
            ("missing", nil, Order.whole("1"), ["missing 1"]),
            ("stale", Order.whole("1"), Order.whole("1", at: 61), ["stale 1"]),
            ("newer here", Order.whole("1", at: 61), Order.whole("1"), ["differs 1"]),
            ("differs", Order.whole("1"), Order.whole("1", .completed), ["differs 1"]),
            ("differs in money", Order.whole("1"), Order.whole("1", payment: 501), ["differs 1"]),
            ("hollow, and equal", Order.whole("1"), Order("1", at: 60, .shipped), []),
            (
                "hollow, of another status", Order.whole("1"), Order("1", at: 60, .closed),
                ["differs 1"]
            ),
            ("hollow, and newer", Order.whole("1"), Order("1", at: 61, .shipped), ["stale 1"]),
            ("not shown", Order.whole("1"), nil, ["extra 1"]),
        ] as [(String, TestOrder?, TestOrder?, [String])])
    func verifyFindsEveryDifference(
        why: String, stored: TestOrder?, shown: TestOrder?, expected: [String]
    ) async throws {
        let (database, shop) = try await site([stored].compactMap { $0 })
        let before = try database.rows("SELECT * FROM orders")
        let verification = try await TestVerification(shop)
        try await verification.read([shown].compactMap { $0 })
        #expect(try await verification.standing() == expected, "\(why)")
        #expect(try database.rows("SELECT * FROM orders") == before, "\(why)")
        #expect(try database.value("SELECT count(*) FROM detail_queue") == "0", "\(why)")
        // Repaired, and proven by the next one; what is only here is not deleted.
        let repair = try await TestVerification(shop, repair: true)
        try await repair.read([shown].compactMap { $0 })
        let standing = expected.filter { $0.hasPrefix("extra") }
        #expect(try await repair.standing() == standing, "\(why)")
        #expect(try await repair.result().repaired.count == expected.count - standing.count)
        let proof = try await TestVerification(shop)
        try await proof.read([shown].compactMap { $0 }, asked: 7_000)
        #expect(try await proof.standing() == standing, "\(why)")
    }

    @Test func aFindingSaysWhatIsWhere() async throws {
        let (_, shop) = try await site([Order.whole("1"), Order.whole("2")])
        let verification = try await TestVerification(shop)
        try await verification.read([Order.whole("1", at: 70), Order.whole("3", at: 80)])
        #expect(
            try await verification.result().standing == [
                VerifyResult.Finding(
                    order: "1", kind: "stale", platformModifiedAt: 70, storedModifiedAt: 60,
                    isRepaired: false),
                VerifyResult.Finding(
                    order: "3", kind: "missing", platformModifiedAt: 80, storedModifiedAt: nil,
                    isRepaired: false),
                VerifyResult.Finding(
                    order: "2", kind: "extra", platformModifiedAt: nil, storedModifiedAt: 60,
                    isRepaired: false),
            ])
    }

    /// The sync continues beside the verification: what it stores is no finding any more.
    @Test func theSyncResolvesFindings() async throws {
        let (_, shop) = try await site([Order.whole("1"), Order.whole("2")])
        let verification = try await TestVerification(shop)
        let shown = [
            Order.whole("1", at: 70), Order.whole("2", .completed), Order.whole("3"),
        ]
        try await verification.read(shown)
        #expect(try await verification.standing() == ["stale 1", "differs 2", "missing 3"])
        try await shop.list([Order.whole("1", at: 71)], details: .never, asked: 6_001)
        #expect(try await verification.standing() == ["differs 2", "missing 3"])
        try await shop.list(Array(shown.dropFirst()), details: .never, asked: 6_002)
        let result = try await verification.result()
        #expect(result.standing.isEmpty)
        #expect(result.caughtUp == 3)
        #expect(result.repaired.isEmpty)
    }

    /// The platform counts more orders than it shows: all that are shown are equal, and that they
    /// are all of them is not proven.
    @Test func aSpanInDoubtIsNotProvenEqual() async throws {
        let (_, shop) = try await site([Order.whole("1")])
        let verification = try await TestVerification(shop)
        var commit = TestVerification.commit(shop, [Order.whole("1")], asked: 6_000)
        commit.change.doubtful = DoubtfulSpan(
            window: TestVerification.range, doubt: .moreAfterShortPage)
        _ = try await shop.store.apply([.page(commit)], now: UTCInstant(seconds: 6_000))
        let result = try await verification.result()
        #expect(
            result.standing.map(\.order)
                == ["unproven: 1970-01-01T00:00:00Z to 1970-01-01T00:01:39Z"])
        #expect(result.standing.first?.columns == ["more_after_short_page"])
        #expect(result.repaired.isEmpty)
        #expect(result.caughtUp == 0)
    }

    /// Orders that come while it runs are no surplus.
    @Test func ordersStoredMeanwhileAreNotExtra() async throws {
        let (_, shop) = try await site([])
        let verification = try await TestVerification(shop)
        try await verification.read([])
        try await shop.list([Order.whole("9")], details: .never, asked: 6_500)
        let outside = Order.whole("8").with {
            $0.edit = { $0.createdAt = UTCInstant(seconds: 100) }
        }
        try await shop.list([outside], details: .never, asked: 1_000)
        let result = try await verification.result()
        #expect(result.standing.isEmpty)
        #expect(result.platformOrders == 0)
        #expect(result.storedOrders == 1)
    }

    @Test func aPageReadTwiceIsOneFinding() async throws {
        let (_, shop) = try await site([Order.whole("1")])
        let verification = try await TestVerification(shop)
        try await verification.read([Order.whole("1", at: 70)], isLast: false)
        try await verification.read([Order.whole("1", at: 75)], asked: 6_100)
        let result = try await verification.result()
        #expect(result.standing.map(\.platformModifiedAt) == [75])
        #expect(result.platformOrders == 1)
    }

    @Test func aSecondVerificationTakesThePlaceOfTheFirst() async throws {
        let (database, shop) = try await site([Order.whole("1")])
        let first = try await TestVerification(shop)
        try await first.read([Order.whole("1", at: 70)], isLast: false)
        let second = try await TestVerification(shop, at: 5_500)
        #expect(second.id != first.id)
        #expect(
            try database.rows("SELECT state FROM verifications ORDER BY verify_id")
                == ["abandoned", "requested"])
        #expect(
            try database.rows("SELECT stream, start_at, opened_at FROM windows")
                == ["verify|0|5500"])
        #expect(try database.value("SELECT count(*) FROM verify_seen") == "0")
        try await second.read([Order.whole("1"), Order.whole("2")])
        #expect(try await shop.store.isRead(verification: second.id))
        #expect(try await !shop.store.isRead(verification: first.id))
        #expect(try await second.standing() == ["missing 2"])
        // A page that comes after the end changes nothing.
        try await second.read([Order.whole("5")])
        #expect(try await second.standing() == ["missing 2"])
    }

    @Test func shopsAreVerifiedApart() async throws {
        let (database, shop) = try await site([Order.whole("1")])
        let other = try await TestShop(database, "other")
        let verification = try await TestVerification(shop)
        let theirs = try await TestVerification(other)
        try await theirs.read([Order.whole("1")])
        #expect(try await !shop.store.isRead(verification: verification.id))
        try await verification.read([Order.whole("1")])
        #expect(try await verification.standing() == [])
        #expect(try await theirs.standing() == ["missing 1"])
    }

    @Test func theEndIsRecorded() async throws {
        let (database, shop) = try await site([Order.whole("1")])
        let verification = try await TestVerification(shop)
        try await verification.read([Order.whole("1"), Order.whole("2")])
        let result = try await verification.result()
        try await shop.store.endVerification(verification.id, result)
        #expect(
            try database.value("SELECT state, orders, requested_at, ended_at FROM verifications")
                == "read|2|5000|6000")
        #expect(try database.value("SELECT count(*) FROM verify_seen") == "0")
        #expect(try database.rows("SELECT kind, order_id FROM verify_findings") == ["missing|2"])
    }

    /// Live reads have passed it by their overlap, and the sweep has too.
    @Test func settledIsWhatWasReadAgain() async throws {
        let (_, shop) = try await site([])
        #expect(try await shop.store.settledUntil(shop.id) == nil)
        func begin(_ kind: StreamKind, at cursor: Int64) async throws {
            var change = LedgerChange(stream: shop.stream(kind))
            change.cursor = UTCInstant(seconds: cursor)
            _ = try await shop.store.apply(
                [.page(PageCommit(content: nil, change: change))], now: UTCInstant(seconds: 800))
        }
        try await begin(.orders, at: 700)
        #expect(try await shop.store.settledUntil(shop.id) == UTCInstant(seconds: 640))
        let lag = IndexLag(now: UTCInstant(seconds: 1))
        _ = try await shop.store.apply(
            [.lagMeasured(shop.id, lag, overlap: 42, settle: 3)], now: UTCInstant(seconds: 800))
        #expect(try await shop.store.settledUntil(shop.id) == UTCInstant(seconds: 658))
        try await begin(.sweep, at: 100)
        #expect(try await shop.store.settledUntil(shop.id) == UTCInstant(seconds: 100))
    }
}
